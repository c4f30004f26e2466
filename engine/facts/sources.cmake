# The schema loader and the facts reader. RE2 is linked by the module.
set(OXP_FACTS_SOURCES facts/facts.cc facts/pattern.cc facts/schema.cc)
set(OXP_FACTS_HEADERS facts/facts.h facts/schema.h)
