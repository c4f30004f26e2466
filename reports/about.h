// reports/about.h - members of a record's open header, as far as they are what a report expects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/log_reader.h"

namespace oxpecker::reports {

std::string AboutText(const audit::Record& record, std::string_view key);  // empty: absent, or no text
// A count, written as a number or as digits.
std::optional<std::uint64_t> AboutCount(const audit::Record& record, std::string_view key);

}  // namespace oxpecker::reports
