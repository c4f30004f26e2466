// rules/feel/turning_values.h - the values of one fact at which an answer can change: where two sides
// of a comparison meet that are, by pieces, linear in it. Private to nearest_change.cc.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "rules/feel/ast.h"
#include "rules/feel/nearest_change.h"

namespace oxpecker::feel {

class TurningValues {
 public:
  // `fact`: with positions from 1. Dates are counted in days.
  TurningValues(const Situation& situation, const FactPath& fact, bool is_date, Evaluator& evaluator)
      : situation_(situation), fact_(fact), is_date_(is_date), evaluator_(evaluator) {}

  // False where the condition is not linear in the fact by pieces. `cell_input`: the type of "?".
  bool Add(const Program& condition, const Type* cell_input);
  // Whether the fact has a say in it at all.
  bool Depends(std::uint32_t input);
  const std::vector<Decimal>& points() const { return points_; }
  // Where Add failed: the part that is no line in the fact.
  std::string why() const { return why_.empty() ? "the condition asks too much" : why_; }

 private:
  struct Parsed {
    Ast ast;
    std::string_view source;
  };
  enum class Unit : std::uint8_t { kNumber, kInstant, kDuration };  // the last two in seconds
  struct Line {
    Decimal slope;
    Decimal at_zero;
  };
  struct Lines {
    Unit unit = Unit::kNumber;
    std::vector<Line> pieces;
  };
  enum class Relation : std::uint8_t { kNone, kIsFact, kOther };

  const Parsed* Parse(const Program& program, const Type* cell_input);
  const DerivedInput* FindDerived(std::uint32_t input) const;
  std::optional<FactPath> ChainOf(const Parsed& parsed, NodeIndex node);
  std::optional<std::vector<std::int64_t>> KeptItems(const Parsed& parsed, NodeIndex filter, const FactPath& list);
  bool ReadsFact(const Parsed& parsed, NodeIndex filter, const FactPath& list);
  std::nullopt_t Unknown(const Parsed& parsed, NodeIndex node);
  Relation RelationOf(const Parsed& parsed, NodeIndex node);
  bool Depends(const Parsed& parsed, NodeIndex node);

  bool AddCondition(const Parsed& parsed, NodeIndex node);
  bool AddComparison(const Parsed& parsed, NodeIndex node);
  bool AddTests(const Parsed& parsed, NodeIndex node);
  bool AddTest(const Parsed& parsed, NodeIndex test, const Lines& value);
  bool AddConstant(const Value& value, const Lines& with, int depth);
  bool AddMeetings(const std::optional<Lines>& a, const std::optional<Lines>& b);

  std::optional<Lines> LinesOf(const Parsed& parsed, NodeIndex node);
  std::optional<Lines> FindLines(const Parsed& parsed, NodeIndex node);
  std::optional<Lines> LinesOfArithmetic(const Parsed& parsed, NodeIndex node);
  std::optional<Lines> LinesOfCall(const Parsed& parsed, NodeIndex node);
  std::optional<Lines> LinesOfIf(const Parsed& parsed, NodeIndex node);
  std::optional<Value> ConstantOf(const Parsed& parsed, NodeIndex node);
  static std::optional<Lines> ToLines(const Value& value);

  const Situation& situation_;
  const FactPath& fact_;
  bool is_date_;
  Evaluator& evaluator_;
  Arena arena_;  // of values of parts
  std::vector<Decimal> points_;
  std::string why_;
  std::map<std::pair<const Parsed*, NodeIndex>, std::optional<FactPath>> chains_;
  std::map<const Program*, std::unique_ptr<const Parsed>> parsed_;
  std::map<std::uint32_t, bool> depends_;
};

// Positions counted from 1, by the lists as they are; nothing where the path leads nowhere.
std::optional<FactPath> Resolved(const FactPath& path, std::span<const Value> inputs);
// REQUIRES a path that was resolved.
const Value& ValueAt(std::span<const Value> inputs, const FactPath& path);

}  // namespace oxpecker::feel
