// tests/support/feel_agreement.h - do the shipped and the reference evaluator answer the same?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/feel/program.h"
#include "tests/support/reference_evaluator.h"

namespace oxpecker::feel {

// One expression over `inputs` in both: what they disagree about, or empty. Nothing where there is
// nothing to compare: the expression does not compile, or a limit is hit.
std::optional<std::string> Disagreement(std::string_view text, const Scope& scope,
                                        std::span<const Value> inputs,
                                        const std::optional<Type>& cell, Evaluator& evaluator);

}  // namespace oxpecker::feel
