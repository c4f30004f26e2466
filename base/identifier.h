// base/identifier.h - identifiers as types, so that a rule's id is never taken for a model's.
//
// Parsed once at the edge; inside the engine an Identifier is always well formed. Comparing or
// assigning across tags does not compile. Immutable value types.
//
// Example:
//   OXP_TRY(RuleId id, RuleId::Parse("late_fees_autopay"));
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oxpecker {

namespace internal {
// lower_snake: [a-z][a-z0-9_]{0,63}   upper_snake: [A-Z][A-Z0-9_]{0,63}
Status CheckLowerSnake(std::string_view text, const char* what);
Status CheckUpperSnake(std::string_view text, const char* what);
}  // namespace internal

// Tag has `static constexpr const char* kWhat` (for messages) and `static Status Check(text)`.
template <class Tag>
class Identifier {
 public:
  static Result<Identifier> Parse(std::string_view text) {
    OXP_TRY(Tag::Check(text));
    return Identifier(std::string(text));
  }
  const std::string& str() const { return text_; }
  friend auto operator<=>(const Identifier&, const Identifier&) = default;

 private:
  explicit Identifier(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct RuleIdTag {
  static constexpr const char* kWhat = "rule id";
  static Status Check(std::string_view t) { return internal::CheckLowerSnake(t, kWhat); }
};
struct ActionIdTag {
  static constexpr const char* kWhat = "action id";
  static Status Check(std::string_view t) { return internal::CheckLowerSnake(t, kWhat); }
};
struct GuardIdTag {
  static constexpr const char* kWhat = "guard id";
  static Status Check(std::string_view t) { return internal::CheckLowerSnake(t, kWhat); }
};
struct FeatureIdTag {
  static constexpr const char* kWhat = "feature id";
  static Status Check(std::string_view t) { return internal::CheckLowerSnake(t, kWhat); }
};
struct ReasonCodeTag {
  static constexpr const char* kWhat = "reason code";
  static Status Check(std::string_view t) { return internal::CheckUpperSnake(t, kWhat); }
};
// UUID version 7 in lower-case canonical form: time-ordered, so that an index on it stays cheap.
struct DecisionIdTag {
  static constexpr const char* kWhat = "decision id";
  static Status Check(std::string_view text);
};

using RuleId = Identifier<RuleIdTag>;
using ActionId = Identifier<ActionIdTag>;
using GuardId = Identifier<GuardIdTag>;
using FeatureId = Identifier<FeatureIdTag>;
using ReasonCode = Identifier<ReasonCodeTag>;
using DecisionId = Identifier<DecisionIdTag>;

// A UUIDv7 from a time in milliseconds since 1970 and 10 random bytes (the caller's: base has no
// clock and no randomness). RFC 9562 section 5.7.
DecisionId MakeDecisionId(std::uint64_t unix_ms, std::string_view random_10_bytes);

}  // namespace oxpecker

template <class Tag>
struct std::hash<oxpecker::Identifier<Tag>> {
  std::size_t operator()(const oxpecker::Identifier<Tag>& id) const {
    return std::hash<std::string>{}(id.str());
  }
};
