# oxp_build_viewer(OUT report.html ROOT dir MODULES a.js vendor/b.js)
#
# Joins viewer.html, viewer.css and the modules (in the order given, each after those it imports) into one page
# that needs no network. No JavaScript runs for this: see cmake/build_viewer.cmake.
function(oxp_build_viewer)
  cmake_parse_arguments(V "" "OUT;ROOT" "MODULES" ${ARGN})
  list(JOIN V_MODULES "|" joined)
  list(TRANSFORM V_MODULES PREPEND ${V_ROOT}/ OUTPUT_VARIABLE sources)
  add_custom_command(OUTPUT ${V_OUT}
    COMMAND ${CMAKE_COMMAND} -DOUT=${V_OUT} -DROOT=${V_ROOT} "-DMODULES=${joined}"
            -P ${PROJECT_SOURCE_DIR}/cmake/build_viewer.cmake
    DEPENDS ${sources} ${V_ROOT}/viewer.html ${V_ROOT}/viewer.css ${PROJECT_SOURCE_DIR}/cmake/build_viewer.cmake
    COMMENT "Joining the page of evidence bundles" VERBATIM)
endfunction()
