# Finds Intel's decimal floating point library and gives IntelDecimal::IntelDecimal.
#
# Debian builds one archive for each calling convention; bidgcc000 is the one that base/decimal.cc is
# written for: arguments by value, rounding mode and exception flags as arguments.
find_path(IntelDecimal_INCLUDE_DIR bid_functions.h)
find_library(IntelDecimal_LIBRARY NAMES bidgcc000)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(IntelDecimal REQUIRED_VARS IntelDecimal_LIBRARY IntelDecimal_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install libintelrdfpmath-dev (scripts/install-dependencies does)")
mark_as_advanced(IntelDecimal_INCLUDE_DIR IntelDecimal_LIBRARY)
if(IntelDecimal_FOUND AND NOT TARGET IntelDecimal::IntelDecimal)
  add_library(IntelDecimal::IntelDecimal UNKNOWN IMPORTED)
  set_target_properties(IntelDecimal::IntelDecimal PROPERTIES
    IMPORTED_LOCATION "${IntelDecimal_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${IntelDecimal_INCLUDE_DIR}")
endif()
