#include "apps/cli/outcome_text.h"

#include <vector>

namespace oxpecker::cli {

bool IsHeldBack(const engine::Candidate& c) {
  return c.state == engine::EndState::kSuppressed || c.state == engine::EndState::kOutranked;
}

std::string HeldBackBy(const engine::Candidate& c) {
  return c.state == engine::EndState::kOutranked ? c.decided_by + ", outranked" : c.decided_by;
}

std::string OutcomeText(const engine::Decision& d) {
  std::vector<std::string> what;
  if (d.refused) what.push_back("refused: " + std::to_string(d.issues.size()) + (d.issues.size() == 1 ? " issue" : " issues"));
  for (const std::size_t i : d.outcomes) {
    const engine::Candidate& c = d.candidates[i];
    what.push_back(c.action + " by " + c.delivery + (c.deferred ? " (later)" : ""));
  }
  what.insert(what.end(), d.flags.begin(), d.flags.end());
  for (const engine::Candidate& c : d.candidates)
    if (IsHeldBack(c)) what.push_back("no " + c.action + " (" + HeldBackBy(c) + ")");
  if (what.empty()) what.emplace_back("silent");
  std::string text;
  for (const std::string& part : what) text += (text.empty() ? "" : ", ") + part;
  return text;
}

}  // namespace oxpecker::cli
