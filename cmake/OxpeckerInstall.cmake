# What `cmake --install` gives. Filled in as the parts exist.
