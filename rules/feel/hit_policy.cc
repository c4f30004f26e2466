#include "rules/feel/hit_policy.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "rules/feel/builtins.h"
#include "rules/feel/operations.h"

namespace oxpecker::feel {
namespace {

// "rules 1, 3 and 4"
std::string RuleNames(std::span<const std::size_t> rules) {
  std::string text = "rules ";
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (i > 0) text += i + 1 == rules.size() ? " and " : ", ";
    text += std::to_string(rules[i] + 1);
  }
  return text;
}

Value MakeList(const Site& site, std::span<const Value> values) {
  const std::span<Value> items = site.arena.NewArray<Value>(values.size());
  std::copy(values.begin(), values.end(), items.begin());
  return Value::List(items);
}

Value AnyOutput(const Site& site, const Hits& hits) {
  for (std::size_t i = 1; i < hits.outputs.size(); ++i) {
    if (Equal(hits.outputs[0], hits.outputs[i]).value_or(false)) continue;
    const std::size_t pair[] = {hits.rules[0], hits.rules[i]};
    return site.Fail(CauseKind::kDomain,
                     RuleNames(pair) + " match with different outputs; the hit policy ANY allows one");
  }
  return hits.outputs.front();
}

// By the first output, then the second, ...; rules that are equal in all stay in their order.
Value SortedOutputs(const Site& site, HitPolicy policy, const Hits& hits, OutputOrders orders) {
  std::vector<std::vector<std::size_t>> ranks(hits.outputs.size());
  bool is_ordered = false;
  for (std::size_t column = 0; column < orders.size(); ++column) {
    if (orders[column].is_null() && orders[column].cause() == nullptr) continue;
    is_ordered = true;
    if (orders[column].kind() != Kind::kList) {
      return site.Fail(CauseKind::kArgument,
                       "the values of the output are no list in the order of their priority");
    }
    const ListView values = orders[column].list();
    for (std::size_t i = 0; i < hits.outputs.size(); ++i) {
      const Value& value =
          orders.size() == 1 ? hits.outputs[i] : hits.outputs[i].context().slots[column];
      const auto place = std::find_if(values.begin(), values.end(), [&](const Value& candidate) {
        return InTest(site, value, candidate).is_true();
      });
      ranks[i].push_back(static_cast<std::size_t>(place - values.begin()));
    }
  }
  if (!is_ordered) {
    return site.Fail(CauseKind::kArgument,
                     std::string("the hit policy ") + Name(policy) +
                         " needs the values of an output in the order of their priority");
  }
  std::vector<std::size_t> order(hits.outputs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return ranks[a] != ranks[b] ? ranks[a] < ranks[b] : a < b;
  });
  const std::span<Value> sorted = site.arena.NewArray<Value>(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) sorted[i] = hits.outputs[order[i]];
  return policy == HitPolicy::kPriority ? sorted.front() : Value::List(sorted);
}

Value Aggregated(const Site& site, Aggregation aggregation, const Hits& hits) {
  const char* function = "sum";
  switch (aggregation) {
    case Aggregation::kNone:
      return MakeList(site, hits.outputs);
    case Aggregation::kCount:
      return Value::Integer(static_cast<std::int64_t>(hits.rules.size()));
    case Aggregation::kSum:
      break;
    case Aggregation::kMin:
      function = "min";
      break;
    case Aggregation::kMax:
      function = "max";
      break;
  }
  const CallSite call{site, Instant{}, nullptr};
  const Value list = MakeList(site, hits.outputs);
  return FindBuiltins(function).front().call(call, {&list, 1});
}

}  // namespace

const char* Name(HitPolicy policy) {
  switch (policy) {
    case HitPolicy::kUnique: return "UNIQUE";
    case HitPolicy::kAny: return "ANY";
    case HitPolicy::kPriority: return "PRIORITY";
    case HitPolicy::kFirst: return "FIRST";
    case HitPolicy::kRuleOrder: return "RULE ORDER";
    case HitPolicy::kOutputOrder: return "OUTPUT ORDER";
    case HitPolicy::kCollect: return "COLLECT";
  }
  return "";
}

const char* Name(Aggregation aggregation) {
  switch (aggregation) {
    case Aggregation::kNone: return "";
    case Aggregation::kSum: return "SUM";
    case Aggregation::kCount: return "COUNT";
    case Aggregation::kMin: return "MIN";
    case Aggregation::kMax: return "MAX";
  }
  return "";
}

bool GivesList(HitPolicy policy, Aggregation aggregation) {
  return policy == HitPolicy::kRuleOrder || policy == HitPolicy::kOutputOrder ||
         (policy == HitPolicy::kCollect && aggregation == Aggregation::kNone);
}

Value ApplyHitPolicy(const Site& site, HitPolicy policy, Aggregation aggregation, const Hits& hits,
                     OutputOrders orders) {
  switch (policy) {
    case HitPolicy::kUnique:
      if (hits.rules.size() == 1) return hits.outputs.front();
      return site.Fail(CauseKind::kDomain,
                       RuleNames(hits.rules) + " match; the hit policy UNIQUE allows one");
    case HitPolicy::kAny:
      return AnyOutput(site, hits);
    case HitPolicy::kFirst:
      return hits.outputs.front();
    case HitPolicy::kRuleOrder:
      return MakeList(site, hits.outputs);
    case HitPolicy::kPriority:
    case HitPolicy::kOutputOrder:
      return SortedOutputs(site, policy, hits, orders);
    case HitPolicy::kCollect:
      break;
  }
  return Aggregated(site, aggregation, hits);
}

std::optional<Value> ValueOfNoHit(HitPolicy policy, Aggregation aggregation) {
  if (GivesList(policy, aggregation)) return Value::List({});
  if (aggregation == Aggregation::kCount) return Value::Integer(0);
  return std::nullopt;
}

}  // namespace oxpecker::feel
