# The schema loader and the facts reader. RE2 is linked by the module.
set(OXP_FACTS_SOURCES facts/fact_list.cc facts/facts.cc facts/number_range.cc facts/pattern.cc facts/schema.cc)
set(OXP_FACTS_HEADERS facts/fact_list.h facts/facts.h facts/number_range.h facts/schema.h)
