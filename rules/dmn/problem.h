// rules/dmn/problem.h - what is wrong with a model, and with which of its elements. Value types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace oxpecker::dmn {

enum class ElementKind : std::uint8_t { kInput, kDecision, kKnowledge, kService };

// An element of the requirement graph, by its index among those of its kind.
struct ElementRef {
  ElementKind kind = ElementKind::kInput;
  std::uint32_t index = 0;
  friend bool operator==(const ElementRef&, const ElementRef&) = default;
};

struct Problem {
  Error error;
  // What has it can give no answer; otherwise a doubt, such as a comparison that can never hold.
  bool refuses = true;
  std::optional<ElementRef> owner;  // none: the model as a whole
};
using Problems = std::vector<Problem>;

inline void AddProblem(Problems& problems, std::string place, std::string message,
                       std::string hint = {}, ErrorCode code = ErrorCode::kInvalidInput) {
  problems.push_back({{code, std::move(place), std::move(message), std::move(hint)}, true, {}});
}

}  // namespace oxpecker::dmn
