#include "engine/explain/conditions.h"

#include <algorithm>
#include <numeric>
#include <span>

#include "base/decimal.h"

namespace oxpecker::engine {

std::string OnOneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string Shortened(const std::string& value) {
  constexpr std::size_t kDigitsMax = 6;
  const std::size_t point = value.find('.');
  if (point == std::string::npos || value.size() - point - 1 <= kDigitsMax ||
      !Decimal::Parse(value) || value.find_first_of("eE") != std::string::npos)
    return value;
  return value.substr(0, point + 1 + kDigitsMax) + "...";
}

namespace {

Mark MarkOf(char result) {
  switch (result) {
    case 't':
      return Mark::kHolds;
    case 'f':
      return Mark::kFails;
    case 'u':
      return Mark::kUnknown;
    default:
      return Mark::kNotReached;
  }
}

// The span with the parentheses that its own ones pair with: the operands of an operator may stand
// in parentheses that belong to them.
SourceSpan Balanced(std::string_view source, SourceSpan span) {
  std::size_t open = 0;
  std::size_t unopened = 0;
  for (std::size_t i = span.begin; i < span.end; ++i) {
    if (source[i] == '(') ++open;
    if (source[i] == ')' && open > 0)
      --open;
    else if (source[i] == ')')
      ++unopened;
  }
  for (; unopened > 0 && span.begin > 0; --span.begin)
    if (source[span.begin - 1] == '(') --unopened;
  for (; open > 0 && span.end < source.size(); ++span.end)
    if (source[span.end] == ')') --open;
  return span;
}

// The text of a condition with its operands' values in their places.
std::string WithValues(const feel::Program& program, SourceSpan span,
                       std::span<const feel::Condition::Operand> operands,
                       std::span<const std::string> values, bool exact) {
  std::vector<std::size_t> order(operands.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return operands[a].span.begin < operands[b].span.begin;
  });
  std::string text;
  std::uint32_t at = span.begin;
  for (const std::size_t i : order) {
    const SourceSpan operand = Balanced(program.source(), operands[i].span);
    if (operand.begin < at || operand.end > span.end) continue;  // inside one already replaced
    text += program.Text({at, operand.begin});
    text += exact ? values[i] : Shortened(values[i]);
    at = operand.end;
  }
  text += program.Text({at, span.end});
  return OnOneLine(text);
}

// "source = "transactions": 29.5 > 24": the item that settled a `some` or an `every`.
std::string WithValuesOfItem(const feel::Program& program, const feel::Condition& condition,
                             std::span<const std::string> values, bool exact) {
  std::string text;
  const std::size_t bindings = condition.quantifier->bindings;
  for (std::size_t i = 1; i <= bindings; ++i) {
    if (values[i] == "context") continue;  // a row: what it compares is shown, and says more
    text += text.empty() ? "" : ", ";
    text += std::string(program.Text(condition.operands[i].span)) + " = ";
    text += exact ? values[i] : Shortened(values[i]);
  }
  const auto operands = std::span(condition.operands).subspan(1 + bindings);
  return text + (text.empty() ? "" : ": ") +
         WithValues(program, Balanced(program.source(), condition.quantifier->body), operands,
                    values.subspan(1 + bindings), exact);
}

std::string WithValues(const feel::Program& program, const feel::Condition& condition,
                       SourceSpan span, std::span<const std::string> values, bool exact) {
  const bool settled_by_an_item = condition.quantifier && values.size() > 1 && values[1] != "-";
  if (settled_by_an_item) return WithValuesOfItem(program, condition, values, exact);
  return WithValues(program, span, condition.operands, values, exact);
}

// --- the parts ---

using feel::LogicNode;

// What and, or, not make of the recorded results, for every node: t, f, u, or - where it was not reached.
std::string ResultsOf(std::span<const LogicNode> logic, const std::vector<TracedCondition>& traced) {
  std::string results(logic.size(), '-');
  std::vector<std::string> below(logic.size());
  for (std::size_t i = logic.size(); i-- > 0;) {  // what stands below comes after
    const std::string& of = below[i];
    const auto has = [&](char result) { return of.find(result) != std::string::npos; };
    const bool is_or = logic[i].kind == LogicNode::Kind::kOr;
    const char settles = is_or ? 't' : 'f';
    if (logic[i].kind == LogicNode::Kind::kCondition)
      results[i] = traced[logic[i].condition].result;
    else if (logic[i].kind == LogicNode::Kind::kNot)
      results[i] = has('t') ? 'f' : has('f') ? 't' : has('u') ? 'u' : '-';
    else if (has(settles))
      results[i] = settles;
    else if (has('u') || has('-'))
      results[i] = of.find_first_not_of('-') == std::string::npos ? '-' : 'u';
    else
      results[i] = is_or ? 'f' : 't';
    if (i > 0) below[logic[i].parent] += results[i];
  }
  return results;
}

// The nodes that connectives of one kind join from the root down, in source order.
std::vector<std::size_t> JoinedBy(LogicNode::Kind kind, std::span<const LogicNode> logic) {
  std::vector<std::size_t> joined;
  std::vector<bool> open(logic.size(), false);  // only such connectives above
  for (std::size_t i = 0; i < logic.size(); ++i) {
    open[i] = i == 0 || (open[logic[i].parent] && logic[logic[i].parent].kind == kind);
    if (open[i] && logic[i].kind != kind) joined.push_back(i);
  }
  return joined;
}

bool IsWithin(SourceSpan inner, SourceSpan outer) {
  return inner.begin >= outer.begin && inner.end <= outer.end;
}

bool Fits(const feel::Condition& condition, const TracedCondition& traced) {
  return traced.result != '-' && condition.operands.size() == traced.operands.size();
}

// The part with the values of all its conditions that were reached in their places.
std::string PartWithValues(const feel::Program& program, SourceSpan part,
                           const std::vector<TracedCondition>& traced, bool exact) {
  std::string text;
  std::uint32_t at = part.begin;
  const auto conditions = program.conditions();
  for (std::size_t i = 0; i < traced.size(); ++i) {
    const SourceSpan span = Balanced(program.source(), conditions[i].span);
    if (!IsWithin(span, part) || span.begin < at || !Fits(conditions[i], traced[i])) continue;
    text += program.Text({at, span.begin});
    text += WithValues(program, conditions[i], span, traced[i].operands, exact);
    at = span.end;
  }
  text += program.Text({at, part.end});
  return OnOneLine(text);
}

bool SaysSomething(std::string_view value) {
  static constexpr std::string_view kNothing[] = {"",      "-",  "null",      "0",
                                                  "false", "[]", "list of 0", "\"\""};
  return std::ranges::find(kNothing, value) == std::end(kNothing);
}

bool HasEvidence(const feel::Program& program, SourceSpan part,
                 const std::vector<TracedCondition>& traced) {
  const auto conditions = program.conditions();
  for (std::size_t i = 0; i < traced.size(); ++i) {
    if (!IsWithin(conditions[i].span, part) || !Fits(conditions[i], traced[i])) continue;
    for (std::size_t k = 0; k < traced[i].operands.size(); ++k)
      if (!program.Text(conditions[i].operands[k].span).starts_with("policy.") &&
          SaysSomething(traced[i].operands[k]))
        return true;
  }
  return false;
}

// Of a comparison that starts with what it is about: that, its value, and what was needed of it.
void TellComparison(const feel::Program& program, const feel::Condition& condition,
                    const TracedCondition& traced, bool exact, ToldCondition& told) {
  if (condition.quantifier || condition.operands.empty() || !Fits(condition, traced)) return;
  const SourceSpan whole = Balanced(program.source(), condition.span);
  const SourceSpan subject = Balanced(program.source(), condition.operands[0].span);
  if (subject.begin != whole.begin || subject.end >= whole.end) return;
  const std::string& value = traced.operands[0];
  told.subject = OnOneLine(program.Text(subject));
  told.found = exact ? value : Shortened(value);
  told.needed = WithValues(program, {subject.end, whole.end}, std::span(condition.operands).subspan(1),
                           std::span(traced.operands).subspan(1), exact);
  while (told.needed.starts_with(' ')) told.needed.erase(0, 1);
}

}  // namespace

std::vector<ToldCondition> TellConditions(const feel::Program& program,
                                          const std::vector<TracedCondition>& traced, Parts parts,
                                          bool exact) {
  std::vector<ToldCondition> told;
  const auto logic = program.logic();
  if (program.conditions().size() != traced.size() || logic.empty()) {  // a constant
    for (const TracedCondition& entry : traced)
      told.push_back({.text = OnOneLine(program.source()), .mark = MarkOf(entry.result)});
    return told;
  }
  const std::string results = ResultsOf(logic, traced);
  std::vector<std::size_t> joined = JoinedBy(LogicNode::Kind::kAnd, logic);
  if (parts == Parts::kJoinedByEither && joined.size() == 1) joined = JoinedBy(LogicNode::Kind::kOr, logic);
  for (const std::size_t i : joined) {
    const SourceSpan span = Balanced(program.source(), logic[i].span);
    ToldCondition part{.text = OnOneLine(program.Text(span)), .mark = MarkOf(results[i])};
    if (part.mark != Mark::kNotReached) {
      part.with_values = PartWithValues(program, span, traced, exact);
      part.has_evidence = HasEvidence(program, span, traced);
      if (logic[i].kind == LogicNode::Kind::kCondition)
        TellComparison(program, program.conditions()[logic[i].condition], traced[logic[i].condition],
                       exact, part);
    }
    told.push_back(std::move(part));
  }
  return told;
}

ToldCondition TellCell(std::string_view input, std::string_view test, const TracedCondition& cell,
                       bool exact) {
  ToldCondition told{.text = OnOneLine(input) + ": " + OnOneLine(test), .mark = MarkOf(cell.result)};
  if (cell.operands.empty()) return told;
  told.with_values = exact ? cell.operands.front() : Shortened(cell.operands.front());
  if (told.mark == Mark::kNotReached) return told;
  told.subject = OnOneLine(input);
  told.found = told.with_values;
  told.needed = OnOneLine(test);
  told.has_evidence = SaysSomething(cell.operands.front());
  return told;
}

void KeepMarked(std::vector<ToldCondition>& conditions, Mark mark) {
  const auto has_mark = [&](const ToldCondition& c) { return c.mark == mark; };
  if (std::ranges::none_of(conditions, has_mark)) return;
  std::erase_if(conditions, [&](const ToldCondition& c) { return !has_mark(c); });
}

}  // namespace oxpecker::engine
