# Values, types, operations, temporal values and built-ins of the expression language.
set(OXP_FEEL_VALUE_SOURCES
  feel/value.cc feel/type.cc feel/scope.cc feel/text.cc feel/zone.cc feel/temporal.cc
  feel/temporal_text.cc feel/comparison.cc feel/operations.cc feel/regex.cc feel/range_literal.cc
  feel/builtins.cc feel/builtins_context.cc feel/builtins_conversion.cc feel/builtins_list.cc
  feel/builtins_number.cc feel/builtins_range.cc feel/builtins_statistic.cc
  feel/builtins_string.cc feel/builtins_temporal.cc feel/java_functions.cc)

find_package(ICU REQUIRED COMPONENTS uc i18n)  # regex.cc only
list(APPEND OXP_FEEL_LIBS ICU::i18n ICU::uc)
