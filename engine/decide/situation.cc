// What delivery needs to know of the customer, read from the facts.
#include "engine/decide/work.h"
#include "engine/features/features.h"
#include "rules/feel/zone.h"

namespace oxpecker::engine {
namespace {

using feel::Value;

const Value* Entry(const Value& context, std::initializer_list<std::string_view> path) {
  const Value* at = &context;
  for (const std::string_view name : path) {
    if (at == nullptr || at->kind() != feel::Kind::kContext) return nullptr;
    at = feel::FindEntry(*at, name);
  }
  return at;
}

std::string TextAt(const Value& facts, std::initializer_list<std::string_view> path) {
  const Value* value = Entry(facts, path);
  return value != nullptr && value->kind() == feel::Kind::kString ? std::string(value->string()) : std::string();
}

// "21:00" as minutes of the day.
std::optional<int> MinutesOfDay(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return hours * 60 + minutes;
}

void Report(Issues& issues, std::string pointer, std::string message, std::string hint) {
  issues.push_back({ErrorCode::kInvalidInput, std::move(pointer), std::move(message), std::move(hint)});
}

// The first instant after as_of at which the customer's clocks show `minute_of_day`. A time that the
// clocks skip in spring is reached when they have moved on.
Instant NextLocal(const feel::ZoneRules& zone, Instant as_of, int minute_of_day) {
  const std::int64_t now = as_of.unix_seconds();
  const std::int64_t local = now + feel::OffsetAtUtc(zone, now);
  std::int64_t target = local - (local % kSecondsPerDay + kSecondsPerDay) % kSecondsPerDay + std::int64_t{60} * minute_of_day;
  if (target <= local) target += kSecondsPerDay;
  std::int64_t after = target - feel::OffsetAtUtc(zone, now);
  const auto offset = feel::OffsetAtUtc(zone, after);
  std::int64_t before = target - offset;
  if (feel::OffsetAtUtc(zone, before) == offset) return Instant::FromUnixSeconds(before);
  while (after - before > 1) {  // the clocks skip that time: the instant at which they do
    const std::int64_t middle = before + (after - before) / 2;
    (feel::OffsetAtUtc(zone, middle) == offset ? after : before) = middle;
  }
  return Instant::FromUnixSeconds(after);
}

// Nothing: not quiet now. Otherwise when the quiet hours end.
std::optional<Instant> QuietUntil(const Value& facts, Instant as_of, Issues& issues) {
  const feel::ZoneRules* zone = feel::FindZone(TextAt(facts, {"customer", "timezone"}));
  if (zone == nullptr)
    Report(issues, "/customer/timezone", "found a text that is no time zone of the IANA database",
           "write a name such as Europe/Stockholm");
  const auto from = MinutesOfDay(TextAt(facts, {"preferences", "quiet_hours", "from"}));
  const auto to = MinutesOfDay(TextAt(facts, {"preferences", "quiet_hours", "to"}));
  if (!from) Report(issues, "/preferences/quiet_hours/from", "found a text that is no time of day", "write it as 21:00");
  if (!to) Report(issues, "/preferences/quiet_hours/to", "found a text that is no time of day", "write it as 08:00");
  if (zone == nullptr || !from || !to) return std::nullopt;
  const std::int64_t local = as_of.unix_seconds() + feel::OffsetAtUtc(*zone, as_of.unix_seconds());
  const auto minute = static_cast<int>(((local % kSecondsPerDay + kSecondsPerDay) % kSecondsPerDay) / 60);
  const bool quiet = *from <= *to ? minute >= *from && minute < *to : minute >= *from || minute < *to;
  return quiet ? std::optional(NextLocal(*zone, as_of, *to)) : std::nullopt;
}

bool IsVulnerable(const Value& facts, Instant as_of) {
  const Value* markers = Entry(facts, {"vulnerability"});
  if (markers == nullptr || markers->kind() != feel::Kind::kList) return false;
  for (const Value& marker : markers->list()) {
    const Value* review_by = Entry(marker, {"review_by"});
    const auto until = review_by == nullptr ? std::nullopt : ToInstant(*review_by);
    if (until && *until > as_of) return true;
  }
  return false;
}

}  // namespace

CustomerSituation FindSituation(const Value& facts, Instant as_of, Issues& issues) {
  CustomerSituation customer;
  customer.human_mode = TextAt(facts, {"preferences", "human_mode"});
  customer.detail = TextAt(facts, {"preferences", "detail"});
  customer.friction = TextAt(facts, {"preferences", "friction"});
  for (const char* channel : {"push", "email", "sms"})
    if (TextAt(facts, {"preferences", "channels", channel}) == "opt_in") customer.opted_in.insert(channel);
  const Value* confidence = Entry(facts, {"digital", "confidence"});
  if (confidence != nullptr && confidence->kind() == feel::Kind::kNumber)
    customer.digital_confidence = confidence->number().ToInt64();
  const std::optional<Instant> quiet_until = QuietUntil(facts, as_of, issues);
  customer.quiet_now = quiet_until.has_value();
  customer.quiet_until = quiet_until.value_or(as_of);
  customer.vulnerable = IsVulnerable(facts, as_of);
  return customer;
}

}  // namespace oxpecker::engine
