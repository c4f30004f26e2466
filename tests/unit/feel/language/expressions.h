// Short forms for tests of the expression language.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include "rules/feel/evaluator.h"
#include "rules/feel/program.h"

namespace oxpecker::feel {

// What the expression is, as FEEL text; or its errors, one a line.
inline std::string ValueOfText(std::string_view text, const Scope& scope = {},
                               std::span<const Value> inputs = {}) {
  const Checked<Program> program = Compile(text, scope, {});
  if (!program) return ToString(program.error());
  Evaluator evaluator{Limits{}};
  return ToFeelText(evaluator.Evaluate(*program, inputs, {}));
}

inline std::string ErrorsOf(std::string_view text, const Scope& scope = {},
                            const CompileOptions& options = {}) {
  const Checked<Program> program = Compile(text, scope, options);
  return program ? "compiles" : ToString(program.error());
}

}  // namespace oxpecker::feel
