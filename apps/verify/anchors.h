// apps/verify/anchors.h - what witnesses and timestamp authorities say of a log's heads. Private to the
// program.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "audit/anchors.h"
#include "audit/log_keys.h"

namespace oxpecker::verifier {

// `checkpoint FILE --vkey KEYS --policy FILE` and `timestamp FILE.tsr --note FILE --ca FILE`.
void AddAnchors(CLI::App& app, std::function<int()>& chosen);

// Of a log that was verified: the cosigned heads in `folder` (empty: beside the log), by this policy.
Result<audit::WitnessReport> Witnessed(const std::string& log, const std::string& folder, const std::string& policy,
                                       const audit::LogKeys& keys);
void PrintWitnessed(const audit::WitnessReport& report);
json::Object ToJson(const audit::WitnessReport& report);
// Says on stderr what is broken. 0, or 1: no quorum, 4: broken, 5: FORK.
int ExitCodeOf(const Result<audit::WitnessReport>& witnessed);

}  // namespace oxpecker::verifier
