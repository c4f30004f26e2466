# What `cmake --install` gives. Everything is relative to the prefix, so that the tree can be moved.
#
#   bin/                    oxpecker, oxpecker-verify
#   include/oxpecker/       the public headers, by their path in the repository: "base/result.h"
#   lib/                    one archive a module, and the package for find_package(oxpecker)
#   share/oxpecker/         schemas/ and packs/: the same files that are inside the binary; verify_bundle.py
#   share/man, completions  for the command line
#   share/doc/oxpecker/     licence, changelog, formats, decisions
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# --- programs
foreach(program oxpecker oxpecker-verify)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
  endif()
endforeach()

# --- the library: headers, archives, package
get_property(modules GLOBAL PROPERTY OXPECKER_MODULES)
install(TARGETS ${modules} EXPORT oxpeckerTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/oxpecker COMPONENT development)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/oxpecker)
install(EXPORT oxpeckerTargets NAMESPACE oxpecker:: DESTINATION ${package_dir} COMPONENT development)
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/oxpeckerConfig.cmake.in ${PROJECT_BINARY_DIR}/oxpeckerConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/oxpeckerConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/oxpeckerConfig.cmake
              ${PROJECT_BINARY_DIR}/oxpeckerConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindIntelDecimal.cmake
        DESTINATION ${package_dir} COMPONENT development)

# --- data
install(DIRECTORY ${PROJECT_SOURCE_DIR}/schemas/
        DESTINATION ${CMAKE_INSTALL_DATADIR}/oxpecker/schemas COMPONENT runtime
        FILES_MATCHING PATTERN "*.json" PATTERN "*.sql")
install(PROGRAMS ${PROJECT_SOURCE_DIR}/tests/independent/verify_bundle.py
        DESTINATION ${CMAKE_INSTALL_DATADIR}/oxpecker COMPONENT runtime)
if(EXISTS ${PROJECT_SOURCE_DIR}/rules/packs)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/rules/packs/
          DESTINATION ${CMAKE_INSTALL_DATADIR}/oxpecker/packs COMPONENT runtime)
endif()

# --- command line: manual pages and completions
install(FILES ${PROJECT_SOURCE_DIR}/docs/man/oxpecker.1 ${PROJECT_SOURCE_DIR}/docs/man/oxpecker-verify.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT runtime)
set(completions ${PROJECT_SOURCE_DIR}/apps/cli/completions)
install(FILES ${completions}/oxpecker.bash RENAME oxpecker
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT runtime)
install(FILES ${completions}/oxpecker-verify.bash RENAME oxpecker-verify
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT runtime)
install(FILES ${completions}/_oxpecker ${completions}/_oxpecker-verify
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT runtime)
install(FILES ${completions}/oxpecker.fish ${completions}/oxpecker-verify.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT runtime)

# --- documents
foreach(document LICENSE CHANGELOG.md SECURITY.md README.md ARCHITECTURE.md)
  install(FILES ${PROJECT_SOURCE_DIR}/${document} DESTINATION ${CMAKE_INSTALL_DOCDIR}
          COMPONENT runtime OPTIONAL)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/format ${PROJECT_SOURCE_DIR}/docs/decisions
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)
