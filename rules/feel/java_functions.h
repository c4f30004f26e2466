// rules/feel/java_functions.h - the Java functions that an external function definition may name
// (DMN 1.5, 10.3.2.13.3): a closed table of pure ones from java.lang, in decimal arithmetic.
//
//   function(a, b) external {java: {class: "java.lang.Math", method signature: "max(int, int)"}}
//
// Nothing outside this program is ever loaded or run. Where Java computes with float or double,
// these compute with decimals of 34 digits; a parameter of type byte to long takes a whole number
// within its range and refuses others. Immutable; thread-safe. Each is total, as builtins are.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rules/feel/builtins.h"

namespace oxpecker::feel {

// The row of "java.lang.Math" and "max(int, int)"; nullptr where there is none. Spaces in the
// signature do not count.
const Builtin* FindJavaFunction(std::string_view class_name, std::string_view signature);

// Every row; the name is class, point and signature: "java.lang.Math.max(int,int)".
std::span<const Builtin> JavaFunctions();

}  // namespace oxpecker::feel
