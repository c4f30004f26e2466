// reports/decision_section.h - the parts of the sections `decision` and `manifest` that a report
// counts (docs/format/decision_v1.md). Values of facts and features are not read at all: a report
// holds no personal data. Pure functions, value types.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oxpecker::reports {

struct GuardVerdict {
  std::string guard;
  std::string verdict;  // pass, block, defer, downgrade, unknown_block, unknown_pass, skipped
  std::string reason;   // may be empty
};

struct CandidateLine {
  std::string action;
  std::string action_class;
  std::string rule;
  std::string rule_version;
  std::string state;  // selected, suppressed, deferred, downgraded, outranked
  std::string decided_by;  // a guard's id, or empty
  std::vector<GuardVerdict> verdicts;

  bool held_back() const {
    return state == "suppressed" || state == "deferred" || state == "downgraded";
  }
  // The reason that the deciding guard gave, or empty.
  std::string DecidingReason() const;
};

struct OutcomeLine {
  std::string action;
  std::string human;  // none, offered, required; "unstated" where the record does not say
};

struct NoAnswer {
  std::string id;          // of a rule or a feature
  std::string cause_kind;  // "missing", ...; "unstated" where the record does not say
};

// One problem of a refused input. `place` is its JSON pointer with array positions as '*' and with
// any token that is not a plain field name as '(masked)'.
struct InputIssue {
  std::string code;
  std::string place;
};

struct DecisionSection {
  std::string release;
  std::string status;  // decided, refused
  std::vector<CandidateLine> candidates;
  std::vector<OutcomeLine> outcomes;
  std::vector<std::string> flags;
  std::vector<std::string> reasons;
  std::vector<NoAnswer> unknown_rules;
  std::vector<NoAnswer> unknown_features;
  std::vector<InputIssue> issues;
};

// kInvalidInput: not the section that the format describes.
Result<DecisionSection> ReadDecisionSection(std::string_view bytes);

// A rule, guard, feature, action or reason of a release.
struct ManifestItem {
  std::string id;
  std::string version;
  std::string title;
  std::string owner;
  std::string detail;  // rule: what it proposes; guard: its stage; action: its class; threshold: its value
  std::string unit;    // of a threshold
  std::map<std::string, std::string> told;  // reason: its sentence by language
};

struct Manifest {
  std::string release;
  std::string pack;
  std::string pack_version;
  std::string engine;
  std::string tzdata;
  std::vector<ManifestItem> rules;
  std::vector<ManifestItem> guards;
  std::vector<ManifestItem> features;
  std::vector<ManifestItem> thresholds;
  std::vector<ManifestItem> actions;
  std::vector<ManifestItem> reasons;  // id = code, title = the sentence in English
};

Result<Manifest> ReadManifest(std::string_view bytes);

// "/transactions/17/amount" -> "/transactions/*/amount"
std::string MaskPointer(std::string_view pointer);

}  // namespace oxpecker::reports
