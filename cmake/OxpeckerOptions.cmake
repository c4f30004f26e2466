# Compiler standard, warnings, sanitizers and the compiler cache: the same for every target.
option(OXPECKER_TESTS "Build the tests" ON)
option(OXPECKER_BENCH "Build the benchmarks" OFF)
option(OXPECKER_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
option(OXPECKER_WERROR "Treat warnings as errors" OFF)
set(OXPECKER_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined | thread")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(OXPECKER_CCACHE ccache)
if(OXPECKER_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${OXPECKER_CCACHE}")
endif()

add_library(oxpecker_options INTERFACE)
target_compile_options(oxpecker_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum -Wcast-align -Wundef
  -ffp-contract=off   # model scores must have the same bits on every machine
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  # libstdc++ 12 itself calls std::get_temporary_buffer; g++ keeps watch over real deprecations.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers -Wno-deprecated-declarations>
  $<$<BOOL:${OXPECKER_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's std::stable_sort calls what libstdc++ 12 deprecates, and clang reports it as ours.
  target_compile_options(oxpecker_options INTERFACE -Wno-deprecated-declarations)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ names every member that a designated initializer leaves to its default.
  target_compile_options(oxpecker_options INTERFACE -Wno-missing-field-initializers)
  # g++ 12 reports overlapping copies inside std::string at -O3 that are none (GCC PR 105651).
  target_compile_options(oxpecker_options INTERFACE -Wno-restrict)
endif()
if(OXPECKER_SANITIZE)
  target_compile_options(oxpecker_options INTERFACE
    -fsanitize=${OXPECKER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(oxpecker_options INTERFACE -fsanitize=${OXPECKER_SANITIZE})
  if(OXPECKER_FUZZ)
    # Every module reports the branches it takes, so that the fuzzer knows a new input when it sees one.
    target_compile_options(oxpecker_options INTERFACE -fsanitize=fuzzer-no-link)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(oxpecker_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
    -D_GLIBCXX_ASSERTIONS -fstack-protector-strong)
  target_link_options(oxpecker_options INTERFACE -Wl,-z,relro -Wl,-z,now)
endif()
