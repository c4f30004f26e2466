# oxp_embed(OUT file.cc NAMESPACE oxpecker::schemas SYMBOL kFiles ROOT dir FILES a.json b.json)
#
# Writes a source file with `extern const std::span<const EmbeddedFile> SYMBOL`: the named files'
# paths relative to ROOT, and their bytes. See base/embedded_file.h.
function(oxp_embed)
  cmake_parse_arguments(E "" "OUT;NAMESPACE;SYMBOL;ROOT" "FILES" ${ARGN})
  list(JOIN E_FILES "|" joined)
  add_custom_command(OUTPUT ${E_OUT}
    COMMAND ${CMAKE_COMMAND} -DOUT=${E_OUT} -DNAMESPACE=${E_NAMESPACE} -DSYMBOL=${E_SYMBOL}
            -DROOT=${E_ROOT} "-DFILES=${joined}" -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${E_FILES} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    COMMENT "Embedding ${E_SYMBOL}" VERBATIM)
endfunction()
