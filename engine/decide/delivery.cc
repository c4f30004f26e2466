// Arbitration and delivery (G9, G10): who is heard first, on which channel, at what hour, with whom.
#include <algorithm>

#include "engine/decide/work.h"

namespace oxpecker::engine {
namespace {

bool NeedsOptIn(const std::string& channel) {
  return channel == "push" || channel == "email" || channel == "sms";
}

bool Contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

void SortByRank(std::vector<Candidate>& candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    if (a.tier != b.tier) return a.tier < b.tier;
    if (a.rank != b.rank) return a.rank > b.rank;
    return a.action < b.action;
  });
}

class Delivery {
 public:
  explicit Delivery(Work& work) : work_(work) {}

  void Place(std::size_t index) {
    Candidate& c = work_.decision.candidates[index];
    if (c.state == EndState::kSuppressed) return;
    const rules::Action& action = work_.ActionOf(c);
    if (c.kind == "flag") {
      c.delivery = "internal";
      work_.decision.flags.push_back(c.action);
      return;
    }
    const std::vector<std::string> channels = AllowedChannels(action, work_.customer);
    if (channels.empty()) {
      work_.reasons.insert("CHANNEL_OPT_OUT");
      return Suppress(c, "delivery");
    }
    if (!ChooseChannel(c, action, channels)) return;
    ChooseHour(c);
    ChooseHuman(c, action);
    ChooseDetail(c);
    c.in_steps = action.has_steps && work_.customer.digital_confidence && *work_.customer.digital_confidence <= 2;
    c.expires_at = work_.as_of.PlusSeconds(action.expires_days * kSecondsPerDay).ToString();
    NoteProtection(c);
    if (action.channels.size() == 1 && action.channels.front() == "feed") work_.reasons.insert("SILENT_BY_DESIGN");
    work_.decision.outcomes.push_back(index);
  }

 private:
  static void Suppress(Candidate& c, const std::string& by) {
    c.state = EndState::kSuppressed;
    c.decided_by = by;
    c.delivery.clear();
    c.deferred = false;
  }

  // The first guard that asked for a quieter channel; nullptr where none did.
  static const GuardFinding* WhoDowngraded(const Candidate& c) {
    const auto at = std::find_if(c.verdicts.begin(), c.verdicts.end(),
                                 [](const GuardFinding& g) { return g.verdict == Verdict::kDowngrade; });
    return at == c.verdicts.end() ? nullptr : &*at;
  }

  // False: the candidate is not delivered.
  bool ChooseChannel(Candidate& c, const rules::Action& action, const std::vector<std::string>& channels) {
    c.delivery = channels.front();
    if (const GuardFinding* quieter = WhoDowngraded(c); quieter != nullptr && Interrupts(c.delivery)) {
      if (!Contains(action.channels, "feed")) {
        Suppress(c, quieter->guard);
        return false;
      }
      c.delivery = "feed";
    }
    if (!Interrupts(c.delivery) || c.kind == "route") return true;
    if (!interrupted_) {
      interrupted_ = true;
      return true;
    }
    work_.reasons.insert("OUTRANKED");
    if (!Contains(action.channels, "feed")) {
      Suppress(c, "arbitration");
      c.state = EndState::kOutranked;
      return false;
    }
    c.delivery = "feed";
    if (c.decided_by.empty()) c.decided_by = "arbitration";
    if (!c.deferred) c.state = EndState::kDowngraded;
    return true;
  }

  void ChooseHour(Candidate& c) {
    const bool wakes = c.delivery == "push" || c.delivery == "human_call" || c.delivery == "sms";
    if (!work_.customer.quiet_now || !wakes || c.action_class == "protective") return;
    work_.reasons.insert("QUIET_HOURS_DEFER");
    if (!c.deferred) c.decided_by = "delivery";
    c.deferred = true;
    c.deferred_until = work_.customer.quiet_until.ToString();
    c.state = EndState::kDeferred;
  }

  void ChooseHuman(Candidate& c, const rules::Action& action) {
    c.human = action.human;
    if (action.human == "offered" && work_.customer.human_mode == "self_service")
      work_.reasons.insert("PREFERENCE_SELF_SERVICE");
    if (action.human == "offered" && work_.customer.human_mode == "human_first") {
      work_.reasons.insert("PREFERENCE_HUMAN");
      if (c.delivery == "human_call") c.human = "required";
    }
    if (c.tier == 2 && work_.customer.vulnerable) work_.reasons.insert("VULNERABLE_HUMAN_FIRST");
  }

  void ChooseDetail(Candidate& c) {
    const CustomerSituation& customer = work_.customer;
    if (!customer.detail.empty() && customer.detail != "unset") c.detail = customer.detail;
    else if (customer.digital_confidence && *customer.digital_confidence <= 2) c.detail = "detailed";
    else if (customer.digital_confidence && *customer.digital_confidence >= 4) c.detail = "brief";
    else c.detail = "standard";
  }

  void NoteProtection(const Candidate& c) {
    if (c.action_class != "protective") return;
    if (work_.customer.quiet_now) work_.reasons.insert("PROTECTIVE_BYPASS");
    if (work_.customer.friction == "minimal") work_.reasons.insert("PROTECTIVE_OVERRIDES_PREFERENCE");
  }

  Work& work_;
  bool interrupted_ = false;  // one interrupting outcome an evaluation
};

}  // namespace

bool Interrupts(const std::string& channel) {
  return channel == "push" || channel == "email" || channel == "sms" || channel == "human_call";
}

std::vector<std::string> AllowedChannels(const rules::Action& action, const CustomerSituation& customer) {
  std::vector<std::string> allowed;
  for (const std::string& channel : action.channels)
    if (!NeedsOptIn(channel) || customer.opted_in.contains(channel)) allowed.push_back(channel);
  // A call that a person is merely offered is for those who want a person first.
  if (!allowed.empty() && allowed.front() == "human_call" && action.human == "offered" &&
      customer.human_mode != "human_first")
    allowed.erase(allowed.begin());
  return allowed;
}

void Deliver(Work& work) {
  SortByRank(work.decision.candidates);
  Delivery delivery(work);
  for (std::size_t i = 0; i < work.decision.candidates.size(); ++i) delivery.Place(i);
  std::sort(work.decision.flags.begin(), work.decision.flags.end());
  if (work.decision.outcomes.empty() && work.decision.flags.empty()) work.reasons.insert("NO_ACTION");
}

}  // namespace oxpecker::engine
