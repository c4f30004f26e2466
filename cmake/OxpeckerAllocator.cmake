# oxpecker_allocator: link it into a program, never into a module, to replace its malloc and new.
#
# Deciding threads allocate what the log's sequencer frees, which is glibc's worst case
# (docs/decisions/0018-mimalloc.md). Nothing where sanitizers bring an allocator of their own.
add_library(oxpecker_allocator INTERFACE)
if(NOT OXPECKER_SANITIZE)
  find_package(mimalloc REQUIRED)
  target_link_libraries(oxpecker_allocator INTERFACE mimalloc)
endif()
