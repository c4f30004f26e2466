// rules/feel/limits.h - bounds on what an expression may be and may use. Part of a release: a limit
// that is hit is a typed outcome (a null with cause kLimit, or a refused expression), never a crash.
#pragma once

#include <cstdint>
#include <limits>

namespace oxpecker::feel {

struct Limits {
  // When an expression is compiled.
  std::uint32_t source_bytes_max = 16 * 1024;
  std::uint32_t nesting_depth_max = 128;
  std::uint32_t nodes_max = 8 * 1024;
  // When it is evaluated.
  std::uint64_t steps_max = 2'000'000;          // instructions and items visited by built-ins
  std::uint64_t memory_bytes_max = 64U << 20U;  // arena bytes of one evaluation
  std::uint32_t call_depth_max = 256;           // user functions
  // Steps of all evaluations between two calls of Evaluator::Reset together, beside steps_max of each:
  // what a decision with many rules may use as a whole. Not bounded unless said.
  std::uint64_t total_steps_max = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace oxpecker::feel
