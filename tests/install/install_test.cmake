# Installs, moves the tree, looks for each kind of file, then builds and runs the consumer on it.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first)
file(RENAME ${WORK}/first ${WORK}/moved)

foreach(path
    bin/oxpecker bin/oxpecker-verify include/oxpecker/base/result.h
    share/oxpecker/schemas/facts.v1.schema.json share/oxpecker/packs/retail
    share/man/man1/oxpecker.1 share/man/man1/oxpecker-verify.1
    share/bash-completion/completions/oxpecker share/zsh/site-functions/_oxpecker
    share/fish/vendor_completions.d/oxpecker.fish share/doc/oxpecker/LICENSE
    share/doc/oxpecker/format/record_v1.md)
  if(NOT EXISTS ${WORK}/moved/${path})
    message(FATAL_ERROR "not installed: ${path}")
  endif()
endforeach()
file(GLOB_RECURSE package ${WORK}/moved/*/oxpeckerTargets*.cmake)
foreach(file IN LISTS package)
  file(READ ${file} text)
  string(FIND "${text}" "${BUILD}" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${file} names the build directory: the package cannot be moved")
  endif()
endforeach()

run(${CMAKE_COMMAND} -S ${SOURCE}/consumer -B ${WORK}/build -DCMAKE_PREFIX_PATH=${WORK}/moved
    -DCMAKE_CXX_COMPILER=${CXX} -DSANITIZE=${SANITIZE} -G Ninja)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
run(${WORK}/moved/bin/oxpecker --version)
run(${WORK}/moved/bin/oxpecker-verify --help)
