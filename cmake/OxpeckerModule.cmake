# oxp_add_module(NAME rules LAYER 1 SOURCES a.cc b.cc HEADERS a.h DEPENDS base PRIVATE_LIBS yaml-cpp)
#
# One static target a module. DEPENDS may name modules of a strictly lower layer only: siblings
# never see each other. HEADERS are the public ones: they are installed and each must compile alone.
# Folders inside a module are rooms of one house, not modules of their own.
function(oxp_add_module)
  cmake_parse_arguments(M "" "NAME;LAYER" "SOURCES;HEADERS;DEPENDS;PRIVATE_LIBS" ${ARGN})
  if(NOT M_NAME OR NOT DEFINED M_LAYER)
    message(FATAL_ERROR "oxp_add_module needs NAME and LAYER")
  endif()
  add_library(oxpecker_${M_NAME} STATIC ${M_SOURCES})
  add_library(oxpecker::${M_NAME} ALIAS oxpecker_${M_NAME})
  set_target_properties(oxpecker_${M_NAME} PROPERTIES OXPECKER_LAYER ${M_LAYER}
                        VERIFY_INTERFACE_HEADER_SETS ON EXPORT_NAME ${M_NAME})
  target_sources(oxpecker_${M_NAME} PUBLIC FILE_SET HEADERS
                 BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${M_HEADERS})
  target_compile_features(oxpecker_${M_NAME} PUBLIC cxx_std_23)
  target_link_libraries(oxpecker_${M_NAME} PRIVATE $<BUILD_INTERFACE:oxpecker_options>)
  foreach(dep IN LISTS M_DEPENDS)
    get_target_property(dep_layer oxpecker_${dep} OXPECKER_LAYER)
    if(NOT dep_layer LESS M_LAYER)
      message(FATAL_ERROR "module '${M_NAME}' (layer ${M_LAYER}) may not depend on '${dep}' "
              "(layer ${dep_layer}): a module depends on strictly lower layers only")
    endif()
    target_link_libraries(oxpecker_${M_NAME} PUBLIC oxpecker_${dep})
  endforeach()
  target_link_libraries(oxpecker_${M_NAME} PRIVATE ${M_PRIVATE_LIBS})
  set_property(GLOBAL APPEND PROPERTY OXPECKER_MODULES oxpecker_${M_NAME})
endfunction()
