#include "rules/feel/rule_index.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace oxpecker::feel {
namespace {

// What a rule says about one fact alone: the parts that speak of no other, and views of parts that do.
struct FactPart {
  std::string exact;
  std::string view;
};

struct Parts {
  std::map<std::uint32_t, FactPart> by_fact;
  std::string rest;  // parts that need evaluating; empty: none
};

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
  return parts;
}

void SetBit(std::uint64_t* bits, std::size_t row) { bits[row / 64] |= std::uint64_t{1} << (row % 64); }

}  // namespace

RuleIndex RuleIndex::Build(std::span<const Program* const> rules, const Scope& scope,
                           const Limits& limits) {
  RuleIndex index;
  const std::size_t words = (rules.size() + 63) / 64;
  index.covered_.assign(words, 0);
  std::vector<Parts> parts;
  for (const Program* rule : rules) {
    parts.push_back(PartsOf(*rule, scope));
    const std::string& rest = parts.back().rest;
    if (rest.empty()) SetBit(index.covered_.data(), parts.size() - 1);
    Checked<Program> program = Compile(rest, scope, {});
    const bool is_part = !rest.empty() && rest != rule->source() && program.has_value();
    index.rules_.push_back(*rule);
    index.rests_.push_back(is_part ? *std::move(program) : *rule);
    for (const auto& [fact, part] : parts.back().by_fact) index.facts_.push_back(fact);
  }
  std::sort(index.facts_.begin(), index.facts_.end());
  index.facts_.erase(std::unique(index.facts_.begin(), index.facts_.end()), index.facts_.end());
  index.filters_only_.assign(words * index.facts_.size(), 0);
  index.parts_.assign(words * index.facts_.size(), 0);
  std::vector<Program> programs;
  programs.reserve(rules.size() * index.facts_.size());  // the cells point into it
  std::vector<const Program*> cells;
  for (std::size_t rule = 0; rule < parts.size(); ++rule) {
    for (std::size_t column = 0; column < index.facts_.size(); ++column) {
      const auto found = parts[rule].by_fact.find(index.facts_[column]);
      cells.push_back(nullptr);
      if (found == parts[rule].by_fact.end()) continue;
      const FactPart& part = found->second;
      std::vector<std::uint64_t>& kind = part.exact.empty() ? index.filters_only_ : index.parts_;
      SetBit(kind.data() + column * words, rule);
      // A view beside an exact part would make its certain answers unknown.
      Checked<Program> program = Compile(part.exact.empty() ? part.view : part.exact, scope, {});
      if (!program) continue;
      programs.push_back(*std::move(program));
      cells.back() = &programs.back();
    }
  }
  index.table_ = TableIndex::Build(cells, {rules.size(), index.facts_.size()}, limits);
  return index;
}

// Where a column says nothing about a value, no rule is ruled out by it, and none is certain that has
// a part there.
void RuleIndex::Find(std::span<const Value> inputs, Verdicts& verdicts) const {
  const std::size_t words = table_.words();
  verdicts.holds = covered_;
  verdicts.open.assign(words, ~std::uint64_t{0});
  verdicts.whole.assign(words, 0);
  const std::size_t last = table_.shape().row_count % 64;
  if (last != 0) verdicts.open.back() = (std::uint64_t{1} << last) - 1;
  for (std::size_t column = 0; column < facts_.size(); ++column) {
    const TableIndex::Answer answer = table_.Find(column, inputs[facts_[column]]);
    const std::uint64_t* parts = parts_.data() + column * words;
    const std::uint64_t* filters = filters_only_.data() + column * words;
    const std::uint64_t* open = table_.OpenBits(column);
    for (std::size_t w = 0; w < words; ++w) {
      if (answer.is_known()) {
        verdicts.whole[w] |= ~(answer.holds[w] | filters[w]);
        verdicts.open[w] &= answer.holds[w] | answer.unknown[w] | open[w];
      } else {
        verdicts.whole[w] |= parts[w];
      }
    }
  }
  for (std::size_t w = 0; w < words; ++w) {
    verdicts.holds[w] &= verdicts.open[w] & ~verdicts.whole[w];
    verdicts.open[w] &= ~verdicts.holds[w];
  }
}

std::size_t RuleIndex::memory_bytes() const {
  std::size_t total = table_.memory_bytes() + facts_.capacity() * sizeof(std::uint32_t) +
                      (covered_.capacity() + filters_only_.capacity() + parts_.capacity()) *
                          sizeof(std::uint64_t);
  for (const Program& rest : rests_) total += rest.memory_bytes();
  return total;
}

}  // namespace oxpecker::feel
