// reports/checks.h - what the log shows of itself for the period, each with its figures. Pure.
#pragma once

#include <string>
#include <vector>

#include "reports/period_report.h"

namespace oxpecker::reports {

// One for each of kCheckIds, in that order. Where the population is not proven complete and intact,
// no count can pass: such a check is a gap at best, whatever the records that are left say.
std::vector<Check> RunChecks(const PeriodReport& report);

// Codes of kLimitationCodes that apply, in that order.
std::vector<std::string> FindLimitations(const PeriodReport& report);

}  // namespace oxpecker::reports
