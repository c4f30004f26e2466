#include "rules/feel/rule_index.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "rules/feel/quick_test.h"

namespace oxpecker::feel {
namespace {

// What a rule says about one fact alone: the parts that speak of no other, and views of parts that do.
struct FactPart {
  std::string exact;
  std::string view;
};

using FactParts = std::map<std::uint32_t, FactPart>;

struct Parts {
  FactParts by_fact;
  std::string rest;  // parts that need evaluating; empty: none
  std::vector<FactParts> alternatives;  // instead of by_fact, where any of them will do
};

// Texts on one fact each that must all hold.
using Conjunction = std::map<std::uint32_t, std::string>;
constexpr std::size_t kAlternativesMax = 8;

void Join(std::string& parts, const std::string& part) {
  parts += (parts.empty() ? "(" : " and (") + part + ")";
}

// The one fact that an expression compares with constants; nothing where it is anything else.
std::optional<std::uint32_t> OnlyFact(const std::string& text, const Scope& scope) {
  const Checked<Program> program = Compile(text, scope, {});
  if (!program || !program->turning_points() || program->reads().size() != 1) return std::nullopt;
  return program->reads()[0];
}

// A part as one fact sees it: every condition on anything else is null, which is neither true nor
// false. Where and, or, not still give false, the part is false whatever the other facts are.
void AddViews(const Program& rule, SourceSpan part, const Scope& scope, Parts& to) {
  std::vector<std::pair<SourceSpan, std::optional<std::uint32_t>>> conditions;
  std::vector<std::uint32_t> facts;
  for (const Condition& condition : rule.conditions()) {
    if (condition.span.begin < part.begin || condition.span.end > part.end) continue;
    conditions.emplace_back(condition.span,
                            OnlyFact(std::string(rule.Text(condition.span)), scope));
    if (conditions.back().second) facts.push_back(*conditions.back().second);
  }
  if (conditions.size() < 2) return;
  std::sort(facts.begin(), facts.end());
  facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
  for (const std::uint32_t fact : facts) {
    std::string view;
    std::uint32_t at = part.begin;
    for (const auto& [span, of] : conditions) {
      view += rule.Text({at, span.begin});
      view += of == fact ? std::string(rule.Text(span)) : "null";
      at = span.end;
    }
    view += rule.Text({at, part.end});
    if (OnlyFact(view, scope) == fact) Join(to.by_fact[fact].view, view);
  }
}

// An expression as alternatives of such; nothing where a condition is on more than one fact, under a
// `not`, or the alternatives become many.
class Alternatives {
 public:
  Alternatives(const Program& rule, const Scope& scope) : rule_(rule), scope_(scope) {}

  std::optional<std::vector<Conjunction>> Of(SourceSpan part) const {
    const auto logic = rule_.logic();
    for (std::size_t node = 0; node < logic.size(); ++node)
      if (logic[node].span == part) return OfNode(node);
    return std::nullopt;
  }

  // Every one of `a` with every one of `b`.
  static std::optional<std::vector<Conjunction>> Both(const std::vector<Conjunction>& a,
                                                      const std::vector<Conjunction>& b) {
    if (a.size() * b.size() > kAlternativesMax) return std::nullopt;
    std::vector<Conjunction> both;
    for (const Conjunction& left : a) {
      for (const Conjunction& right : b) {
        both.push_back(left);
        for (const auto& [fact, text] : right) Join(both.back()[fact], text);
      }
    }
    return both;
  }

 private:
  std::optional<std::vector<Conjunction>> OfNode(std::size_t node) const {
    const auto logic = rule_.logic();
    const LogicNode& n = logic[node];
    const std::string text(rule_.Text(n.span));
    if (const auto fact = OnlyFact(text, scope_)) return std::vector{Conjunction{{*fact, text}}};
    const bool is_and = n.kind == LogicNode::Kind::kAnd;
    if (!is_and && n.kind != LogicNode::Kind::kOr) return std::nullopt;
    std::vector<Conjunction> found;
    if (is_and) found.emplace_back();
    for (std::size_t child = node + 1; child < logic.size(); ++child) {
      if (logic[child].parent != node) continue;
      const auto part = OfNode(child);
      if (!part) return std::nullopt;
      if (is_and) {
        auto both = Both(found, *part);
        if (!both) return std::nullopt;
        found = *std::move(both);
      } else {
        found.insert(found.end(), part->begin(), part->end());
      }
    }
    if (found.size() > kAlternativesMax) return std::nullopt;
    return found;
  }

  const Program& rule_;
  const Scope& scope_;
};

// A rule whose every part is on one fact, or has such alternatives: as rows of a table.
std::vector<FactParts> AllAlternatives(const Program& rule, const Scope& scope) {
  const Alternatives alternatives(rule, scope);
  std::vector<Conjunction> all(1);
  for (const SourceSpan part : rule.conjuncts()) {
    const auto of_part = alternatives.Of(part);
    auto both = of_part ? Alternatives::Both(all, *of_part) : std::nullopt;
    if (!both) return {};
    all = *std::move(both);
  }
  std::vector<FactParts> rows;
  for (const Conjunction& row : all) {
    FactParts& parts = rows.emplace_back();
    for (const auto& [fact, text] : row) parts[fact].exact = text;
  }
  return rows;
}

Parts PartsOf(const Program& rule, const Scope& scope) {
  Parts parts;
  if (!rule.is_straight()) {
    parts.rest = rule.source();
    return parts;
  }
  for (const SourceSpan span : rule.conjuncts()) {
    const std::string text(rule.Text(span));
    if (const auto fact = OnlyFact(text, scope)) {
      Join(parts.by_fact[*fact].exact, text);
    } else {
      Join(parts.rest, text);
      AddViews(rule, span, scope, parts);
    }
  }
  if (parts.rest.empty()) return parts;
  parts.alternatives = AllAlternatives(rule, scope);
  return parts;
}

void SetBit(std::uint64_t* bits, std::size_t row) { bits[row / 64] |= std::uint64_t{1} << (row % 64); }

}  // namespace

RuleIndex RuleIndex::Build(std::span<const Program* const> rules, const Scope& scope,
                           const Limits& limits) {
  RuleIndex index;
  std::vector<FactParts> rows;  // of every rule its first, then the further alternatives
  std::vector<FactParts> further;
  std::vector<bool> is_covered;
  for (const Program* rule : rules) {
    Parts parts = PartsOf(*rule, scope);
    const bool has_alternatives = !parts.alternatives.empty();
    is_covered.push_back(parts.rest.empty() || has_alternatives);
    for (std::size_t i = 1; i < parts.alternatives.size(); ++i) {
      index.alternative_of_.push_back(static_cast<std::uint32_t>(rows.size()));
      further.push_back(std::move(parts.alternatives[i]));
    }
    rows.push_back(has_alternatives ? std::move(parts.alternatives[0]) : std::move(parts.by_fact));
    Checked<Program> program = Compile(parts.rest, scope, {});
    const bool is_part = !parts.rest.empty() && !has_alternatives && parts.rest != rule->source() &&
                         program.has_value();
    index.rules_.push_back(*rule);
    index.rests_.push_back(is_part ? *std::move(program) : *rule);
  }
  for (const Program& rest : index.rests_) index.quick_tests_.push_back(rest.quick_test());
  std::move(further.begin(), further.end(), std::back_inserter(rows));
  is_covered.resize(rows.size(), true);
  for (const FactParts& row : rows)
    for (const auto& [fact, part] : row) index.facts_.push_back(fact);
  std::sort(index.facts_.begin(), index.facts_.end());
  index.facts_.erase(std::unique(index.facts_.begin(), index.facts_.end()), index.facts_.end());
  const std::size_t words = (rows.size() + 63) / 64;
  index.covered_.assign(words, 0);
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (is_covered[row]) SetBit(index.covered_.data(), row);
  index.parts_.assign(words * index.facts_.size(), 0);
  std::vector<Program> programs;
  programs.reserve(rows.size() * index.facts_.size());  // the cells point into it
  std::vector<const Program*> cells;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < index.facts_.size(); ++column) {
      const auto found = rows[row].find(index.facts_[column]);
      cells.push_back(nullptr);
      if (found == rows[row].end()) continue;
      const FactPart& part = found->second;
      if (!part.exact.empty()) SetBit(index.parts_.data() + column * words, row);
      // A view beside an exact part would make its certain answers unknown.
      Checked<Program> program = Compile(part.exact.empty() ? part.view : part.exact, scope, {});
      if (!program) continue;
      programs.push_back(*std::move(program));
      cells.back() = &programs.back();
    }
  }
  index.table_ = TableIndex::Build(cells, {rows.size(), index.facts_.size()}, limits);
  return index;
}

namespace {

void CombineWord(std::span<const std::uint64_t> answers, std::span<const std::uint64_t> parts,
                 std::uint64_t& open, std::uint64_t& whole) {
  const std::uint64_t* said = answers.data();
  std::uint64_t left = open;
  std::uint64_t without_answer = whole;
  for (const std::uint64_t part : parts) {
    without_answer |= part & ~said[0];
    left &= said[0] | said[1];
    said += 2;
  }
  open = left;
  whole = without_answer;
}

}  // namespace

// Where a column says nothing about a value, no row is ruled out by it, and none is certain that has
// a part there.
void RuleIndex::Find(std::span<const Value> inputs, Verdicts& verdicts) const {
  const std::size_t words = table_.words();
  verdicts.holds.resize(words);
  verdicts.open.assign(words, ~std::uint64_t{0});
  verdicts.whole.assign(words, 0);
  verdicts.answers.resize(2 * words * facts_.size());
  const std::size_t last = table_.shape().row_count % 64;
  if (last != 0) verdicts.open.back() = (std::uint64_t{1} << last) - 1;
  table_.FindAll(inputs, facts_, verdicts.answers.data());
  if (words == 1) {  // mostly; and then loops are not worth their preparation
    CombineWord(verdicts.answers, parts_, verdicts.open[0], verdicts.whole[0]);
  } else {
    for (std::size_t column = 0; column < facts_.size(); ++column) {
      const std::uint64_t* said = verdicts.answers.data() + column * 2 * words;
      const std::uint64_t* parts = parts_.data() + column * words;
      for (std::size_t w = 0; w < words; ++w) {
        verdicts.whole[w] |= parts[w] & ~said[w];
        verdicts.open[w] &= said[w] | said[words + w];
      }
    }
  }
  for (std::size_t w = 0; w < words; ++w) {
    verdicts.holds[w] = covered_[w] & verdicts.open[w] & ~verdicts.whole[w];
    verdicts.open[w] &= ~verdicts.holds[w];
  }
  if (!alternative_of_.empty()) FoldAlternatives(verdicts);
}

// A rule is true where any of its rows is, and false where all are.
void RuleIndex::FoldAlternatives(Verdicts& verdicts) const {
  const auto clear = [](std::vector<std::uint64_t>& bits, std::size_t row) {
    bits[row / 64] &= ~(std::uint64_t{1} << (row % 64));
  };
  for (std::size_t i = 0; i < alternative_of_.size(); ++i) {
    const std::size_t row = rules_.size() + i;
    const std::size_t rule = alternative_of_[i];
    const bool holds = Bit(verdicts.holds.data(), row);
    if (holds) SetBit(verdicts.holds.data(), rule);
    if (Bit(verdicts.open.data(), row)) SetBit(verdicts.open.data(), rule);
    if (Bit(verdicts.holds.data(), rule)) clear(verdicts.open, rule);
    clear(verdicts.holds, row);
    clear(verdicts.open, row);
  }
}

Truth RuleIndex::Test(std::size_t rule, const Verdicts& verdicts, std::span<const Value> inputs,
                      Evaluator& evaluator, const Environment& environment) const {
  const QuickTest* quick = Bit(verdicts.whole.data(), rule) ? nullptr : quick_tests_[rule];
  if (quick != nullptr) {
    if (const auto answer = quick->Answer(inputs)) return *answer ? Truth::kTrue : Truth::kFalse;
  }
  return evaluator.Test(Left(rule, verdicts), inputs, environment);
}

Truth RuleIndex::Record(std::size_t rule, const Verdicts& verdicts, std::span<const Value> inputs,
                        Evaluator& evaluator, const Environment& environment, TraceBuffer& to) const {
  const QuickTest* quick = Bit(verdicts.whole.data(), rule) ? nullptr : quick_tests_[rule];
  if (quick != nullptr) {
    if (const auto answer = quick->Record(inputs, to)) return *answer ? Truth::kTrue : Truth::kFalse;
  }
  const Truth truth = evaluator.Test(Left(rule, verdicts), inputs, environment);
  evaluator.RecordConditions(to);
  return truth;
}

// Without a branch on the answer, which cannot be guessed.
template <class Settle>
void RuleIndex::SettleOpen(Verdicts& verdicts, Settle settle) {
  for (std::size_t w = 0; w < verdicts.open.size(); ++w) {
    std::uint64_t holds = 0;
    std::uint64_t unknown = 0;
    for (std::uint64_t left = verdicts.open[w]; left != 0; left &= left - 1) {
      const auto bit = static_cast<unsigned>(std::countr_zero(left));
      const Truth truth = settle(w * 64 + bit);
      holds |= static_cast<std::uint64_t>(truth == Truth::kTrue) << bit;
      unknown |= static_cast<std::uint64_t>(truth == Truth::kUnknown) << bit;
    }
    verdicts.holds[w] |= holds;
    verdicts.open[w] = unknown;
  }
}

void RuleIndex::Run(std::span<const Value> inputs, Evaluator& evaluator, const Environment& environment,
                    Verdicts& verdicts) const {
  Find(inputs, verdicts);
  SettleOpen(verdicts, [&](std::size_t rule) { return Test(rule, verdicts, inputs, evaluator, environment); });
}

void RuleIndex::RunTraced(std::span<const Value> inputs, Evaluator& evaluator, const Environment& environment,
                          Verdicts& verdicts, TraceBuffer& to) const {
  Find(inputs, verdicts);
  to.Append(verdicts.answers.data(), verdicts.answers.size() * sizeof(std::uint64_t));
  SettleOpen(verdicts,
             [&](std::size_t rule) { return Record(rule, verdicts, inputs, evaluator, environment, to); });
  to.Append(verdicts.holds.data(), verdicts.holds.size() * sizeof(std::uint64_t));
  to.Append(verdicts.open.data(), verdicts.open.size() * sizeof(std::uint64_t));
}

std::size_t RuleIndex::memory_bytes() const {
  std::size_t total = table_.memory_bytes() + facts_.capacity() * sizeof(std::uint32_t) +
                      (covered_.capacity() + parts_.capacity()) * sizeof(std::uint64_t);
  total += quick_tests_.capacity() * sizeof(const QuickTest*);
  total += alternative_of_.capacity() * sizeof(std::uint32_t);
  for (const Program& rest : rests_) total += rest.memory_bytes();
  return total;
}

}  // namespace oxpecker::feel
