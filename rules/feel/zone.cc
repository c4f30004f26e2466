#include "rules/feel/zone.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <vector>

#include "base/instant.h"
#include "rules/feel/diagnostics.h"

namespace oxpecker::feel {

// The rule after a zone's last transition, from the POSIX TZ string of the file's footer.
struct YearlyChange {
  enum class Form : std::uint8_t { kMonthWeekDay, kJulian, kDayOfYear } form = Form::kMonthWeekDay;
  int month = 1;
  int week = 1;  // 5: the last
  int day = 0;   // weekday 0-6 from Sunday; or the day of the year
  std::int32_t seconds = 7200;  // wall clock of that day; may lie outside it
};

struct Footer {
  std::int32_t standard_offset = 0;
  bool has_summer = false;
  std::int32_t summer_offset = 0;
  YearlyChange start;  // to summer time
  YearlyChange end;
};

struct alignas(8) ZoneRules {
  std::string name;
  std::vector<std::int64_t> transitions;       // UTC seconds, ascending
  std::vector<std::int32_t> offsets_after;     // of each transition
  std::int32_t first_offset = 0;               // before the first transition
  std::optional<Footer> footer;
};

namespace {

constexpr const char* kZoneDirectory = "/usr/share/zoneinfo";
constexpr std::size_t kFileBytesMax = 1U << 20U;
constexpr std::int64_t kDay = 86'400;

// --- Reading -------------------------------------------------------------------------------------

// The one place that touches the database.
std::optional<std::string> ReadZoneFile(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(kZoneDirectory) / name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kFileBytesMax, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.eof() || file.bad()) return std::nullopt;  // unreadable or too large
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

// Letters, digits, _ + - and single slashes between parts: nothing that leaves the directory.
bool IsZoneName(std::string_view name) {
  // Names that mean something else on another machine, or count leap seconds: a replay must not
  // depend on them.
  for (const std::string_view local : {"localtime", "posixrules", "Factory"})
    if (name == local) return false;
  if (name.starts_with("posix/") || name.starts_with("right/")) return false;
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.back() == '/') return false;
  char previous = '/';
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '_' && c != '+' && c != '-' && c != '/') return false;
    if (previous == '/' && !letter) return false;
    previous = c;
  }
  return true;
}

std::int64_t BigEndian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
  if (size == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  return static_cast<std::int64_t>(value);
}

// RFC 8536 section 3.1.
struct TzifHeader {
  std::size_t ut_count, standard_count, leap_count, time_count, type_count, text_bytes;
  std::size_t BodyBytes(std::size_t time_size) const {
    return time_count * (time_size + 1) + type_count * 6 + text_bytes +
           leap_count * (time_size + 4) + standard_count + ut_count;
  }
};
constexpr std::size_t kHeaderBytes = 44;

std::optional<TzifHeader> ReadHeader(std::string_view bytes, std::size_t at) {
  if (bytes.size() < at + kHeaderBytes || bytes.substr(at, 4) != "TZif") return std::nullopt;
  if (bytes[at + 4] < '2') return std::nullopt;  // version 1 knows 32-bit times only
  const auto count = [&](std::size_t i) {
    return static_cast<std::size_t>(BigEndian(bytes, at + 20 + i * 4, 4)) & 0xFFFF'FFFFU;
  };
  const TzifHeader header{count(0), count(1), count(2), count(3), count(4), count(5)};
  if (header.type_count == 0 || header.type_count > 256 || header.BodyBytes(8) > kFileBytesMax)
    return std::nullopt;
  return header;
}

// --- POSIX TZ strings ----------------------------------------------------------------------------

class FooterReader {
 public:
  explicit FooterReader(std::string_view text) : text_(text) {}

  std::optional<Footer> Read() {  // "CET-1CEST,M3.5.0,M10.5.0/3"
    Footer footer;
    std::int32_t west = 0;
    if (!SkipAbbreviation() || !ReadTime(west)) return std::nullopt;
    footer.standard_offset = -west;
    if (at_ == text_.size()) return footer;
    if (!SkipAbbreviation()) return std::nullopt;
    footer.has_summer = true;
    footer.summer_offset = footer.standard_offset + 3600;
    if (at_ < text_.size() && text_[at_] != ',') {
      if (!ReadTime(west)) return std::nullopt;
      footer.summer_offset = -west;
    }
    if (!ReadChange(footer.start) || !ReadChange(footer.end) || at_ != text_.size())
      return std::nullopt;
    return footer;
  }

 private:
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool SkipAbbreviation() {
    const std::size_t start = at_;
    if (Take('<')) {
      while (at_ < text_.size() && text_[at_] != '>') ++at_;
      return Take('>');
    }
    while (at_ < text_.size() && ((text_[at_] >= 'A' && text_[at_] <= 'Z') ||
                                  (text_[at_] >= 'a' && text_[at_] <= 'z')))
      ++at_;
    return at_ - start >= 3;
  }
  bool ReadNumber(int& value) {
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc() || value < 0 || value > 10'000) return false;
    at_ = static_cast<std::size_t>(end - text_.data());
    return true;
  }
  bool ReadTime(std::int32_t& seconds) {  // [+-]h[h[h]][:mm[:ss]]
    const bool negative = Take('-');
    if (!negative) Take('+');
    int hours = 0, minutes = 0, rest = 0;
    if (!ReadNumber(hours) || hours > 167) return false;
    if (Take(':') && (!ReadNumber(minutes) || minutes > 59)) return false;
    if (Take(':') && (!ReadNumber(rest) || rest > 59)) return false;
    seconds = hours * 3600 + minutes * 60 + rest;
    if (negative) seconds = -seconds;
    return true;
  }
  bool ReadChange(YearlyChange& change) {  // ,Mm.w.d[/time] ,Jn[/time] ,n[/time]
    if (!Take(',')) return false;
    if (Take('M')) {
      change.form = YearlyChange::Form::kMonthWeekDay;
      if (!ReadNumber(change.month) || !Take('.') || !ReadNumber(change.week) || !Take('.') ||
          !ReadNumber(change.day))
        return false;
      if (change.month < 1 || change.month > 12 || change.week < 1 || change.week > 5 ||
          change.day > 6)
        return false;
    } else {
      change.form = Take('J') ? YearlyChange::Form::kJulian : YearlyChange::Form::kDayOfYear;
      if (!ReadNumber(change.day) || change.day > 365) return false;
    }
    if (Take('/')) return ReadTime(change.seconds);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Wall-clock second at which a change happens in a year.
std::int64_t LocalSecondOf(const YearlyChange& change, std::int64_t year) {
  std::int64_t day = 0;
  switch (change.form) {
    case YearlyChange::Form::kMonthWeekDay: {
      const auto month = static_cast<unsigned>(change.month);
      const std::int64_t first = DaysFromCivil({year, month, 1});
      const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
      day = first + (change.day - weekday + 7) % 7 + (change.week - 1) * 7;
      const std::int64_t next = month == 12 ? DaysFromCivil({year + 1, 1, 1})
                                            : DaysFromCivil({year, month + 1, 1});
      while (day >= next) day -= 7;
      break;
    }
    case YearlyChange::Form::kJulian:  // 1-365; 29 February is never counted
      day = DaysFromCivil({year, 1, 1}) + change.day - 1;
      if (change.day >= 60 && IsCivilDate(year, 2, 29)) ++day;
      break;
    case YearlyChange::Form::kDayOfYear:  // 0-365
      day = DaysFromCivil({year, 1, 1}) + change.day;
      break;
  }
  return day * kDay + change.seconds;
}

std::int64_t FloorDays(std::int64_t seconds) {
  return (seconds >= 0 ? seconds : seconds - (kDay - 1)) / kDay;
}

std::int32_t FooterOffset(const Footer& footer, std::int64_t utc_seconds) {
  if (!footer.has_summer) return footer.standard_offset;
  const std::int64_t local = utc_seconds + footer.standard_offset;
  const std::int64_t year = CivilFromDays(FloorDays(local)).year;
  const std::int64_t start = LocalSecondOf(footer.start, year) - footer.standard_offset;
  const std::int64_t end = LocalSecondOf(footer.end, year) - footer.summer_offset;
  const bool summer = start < end ? utc_seconds >= start && utc_seconds < end
                                  : utc_seconds >= start || utc_seconds < end;  // in the south
  return summer ? footer.summer_offset : footer.standard_offset;
}

// --- TZif ----------------------------------------------------------------------------------------

std::unique_ptr<ZoneRules> ParseZone(std::string_view name, std::string_view bytes) {
  const auto first = ReadHeader(bytes, 0);
  if (!first) return nullptr;
  const std::size_t second_at = kHeaderBytes + first->BodyBytes(4);
  const auto header = ReadHeader(bytes, second_at);
  if (!header) return nullptr;
  const std::size_t times = second_at + kHeaderBytes;
  if (bytes.size() < times + header->BodyBytes(8)) return nullptr;
  const std::size_t indices = times + header->time_count * 8;
  const std::size_t types = indices + header->time_count;

  auto zone = std::make_unique<ZoneRules>();
  zone->name = name;
  const auto offset_of = [&](std::size_t type) {
    return static_cast<std::int32_t>(BigEndian(bytes, types + type * 6, 4));
  };
  zone->first_offset = offset_of(0);
  for (std::size_t i = 0; i < header->time_count; ++i) {
    const auto type = static_cast<unsigned char>(bytes[indices + i]);
    const std::int64_t at = BigEndian(bytes, times + i * 8, 8);
    if (type >= header->type_count) return nullptr;
    if (!zone->transitions.empty() && at <= zone->transitions.back()) return nullptr;
    zone->transitions.push_back(at);
    zone->offsets_after.push_back(offset_of(type));
  }
  std::string_view rest = bytes.substr(times + header->BodyBytes(8));
  if (rest.size() >= 2 && rest.front() == '\n') {
    rest.remove_prefix(1);
    rest = rest.substr(0, rest.find('\n'));
    if (!rest.empty()) {
      zone->footer = FooterReader(rest).Read();
      if (!zone->footer) return nullptr;
    }
  }
  return zone;
}

class ZoneCache {
 public:
  const ZoneRules* Find(std::string_view name) {
    const std::lock_guard lock(mutex_);
    if (const auto known = zones_.find(name); known != zones_.end()) return known->second.get();
    const auto bytes = ReadZoneFile(std::string(name));
    if (!bytes) return nullptr;
    auto zone = ParseZone(name, *bytes);
    if (zone == nullptr) return nullptr;
    return zones_.emplace(std::string(name), std::move(zone)).first->second.get();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<const ZoneRules>, std::less<>> zones_;  // only real zones
};

// Of "Z Europe/Paris ..." and "L Europe/Paris Europe/Monaco".
std::vector<std::string> ReadZoneNames() {
  std::vector<std::string> names;
  const auto text = ReadZoneFile("tzdata.zi");
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const bool is_link = line.starts_with("L ");
    if (!is_link && !line.starts_with("Z ")) continue;
    line.remove_prefix(2);
    if (is_link) line.remove_prefix(std::min(line.find(' '), line.size() - 1) + 1);
    names.emplace_back(line.substr(0, line.find(' ')));
  }
  return names;
}

std::string ReadVersion() {
  const auto text = ReadZoneFile("tzdata.zi");  // "# version 2026a"
  constexpr std::string_view kMark = "# version ";
  if (!text || !text->starts_with(kMark)) return "unknown";
  return text->substr(kMark.size(), text->find('\n') - kMark.size());
}

}  // namespace

const ZoneRules* FindZone(std::string_view name) {
  // The only state that outlives a call: what the files say, read once. Never destroyed, because
  // values may point into it until the process ends.
  static ZoneCache& cache = *new ZoneCache();
  return IsZoneName(name) ? cache.Find(name) : nullptr;
}

std::string NearestZone(std::string_view name) {
  static const std::vector<std::string> names = ReadZoneNames();
  const std::string hint = Suggestion(name, {names.begin(), names.end()});  // did you mean 'X'?
  const std::size_t begin = hint.find('\'');
  return begin == std::string::npos ? std::string() : hint.substr(begin + 1, hint.rfind('\'') - begin - 1);
}

std::string_view Name(const ZoneRules& zone) { return zone.name; }

std::int32_t OffsetAtUtc(const ZoneRules& zone, std::int64_t utc_seconds) {
  const auto after =
      std::upper_bound(zone.transitions.begin(), zone.transitions.end(), utc_seconds);
  if (after == zone.transitions.end() && zone.footer) return FooterOffset(*zone.footer, utc_seconds);
  if (after == zone.transitions.begin()) return zone.first_offset;
  return zone.offsets_after[static_cast<std::size_t>(after - zone.transitions.begin()) - 1];
}

std::int32_t OffsetAtLocal(const ZoneRules& zone, std::int64_t local_seconds) {
  // An offset fits if it is in force at the instant it leads to. The offsets in force a day before
  // and a day after are all that can fit, as no zone changes twice within two days.
  const std::int32_t before = OffsetAtUtc(zone, local_seconds - kDay);
  const std::int32_t after = OffsetAtUtc(zone, local_seconds + kDay);
  if (OffsetAtUtc(zone, local_seconds - before) == before) return before;
  if (OffsetAtUtc(zone, local_seconds - after) == after) return after;
  return before;  // a skipped hour
}

const std::string& TzdataVersion() {
  static const std::string version = ReadVersion();
  return version;
}

}  // namespace oxpecker::feel
