# Values, types, operations, temporal values and built-ins of the expression language.
set(OXP_FEEL_VALUE_SOURCES
  feel/value.cc feel/type.cc feel/scope.cc feel/text.cc feel/zone.cc feel/temporal.cc
  feel/temporal_text.cc feel/comparison.cc feel/operations.cc)
