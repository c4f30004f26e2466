#include "examples/berka/field_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace oxpecker::berka {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLetterOrDigit(char c) {
  return IsDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::optional<std::int64_t> Digits(std::string_view text, std::size_t count_max) {
  if (text.empty() || text.size() > count_max || !std::ranges::all_of(text, IsDigit))
    return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string Describe(std::string_view text) {
  return text.empty() ? "nothing" : "a text of " + std::to_string(text.size()) + " characters";
}

}  // namespace

std::optional<std::int64_t> ParseMinor(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const auto whole = Digits(text.substr(0, point), 9);
  if (!whole) return std::nullopt;
  std::int64_t minor = *whole * 100;
  if (point != text.npos) {
    const std::string_view fraction = text.substr(point + 1);
    const auto digits = Digits(fraction, 2);
    if (!digits) return std::nullopt;
    minor += fraction.size() == 1 ? *digits * 10 : *digits;
  }
  return negative ? -minor : minor;
}

void FieldReader::Refuse(std::size_t index, std::string found, std::string expected) {
  ok_ = false;
  issues_.push_back({ErrorCode::kInvalidInput, reader_.place(),
                     "column '" + reader_.column(index) + "': found " + std::move(found) +
                         ", expected " + std::move(expected),
                     ""});
}

std::int64_t FieldReader::Id(std::size_t index) {
  const std::string_view text = reader_.field(index);
  const auto id = Digits(text, 15);
  if (!id) Refuse(index, Describe(text), "a number of 1 to 15 digits");
  return id.value_or(0);
}

std::int64_t FieldReader::AmountMinor(std::size_t index) {
  const std::int64_t minor = BalanceMinor(index);
  if (minor < 0) Refuse(index, "a negative amount", "one of at least 0");
  return minor;
}

std::int64_t FieldReader::BalanceMinor(std::size_t index) {
  const std::string_view text = reader_.field(index);
  const auto minor = ParseMinor(text);
  if (!minor)
    Refuse(index, Describe(text),
           "an amount as 1234.5 with at most 9 digits before the point and 2 after it");
  return minor.value_or(0);
}

Date FieldReader::Day(std::size_t index) {
  const std::string_view text = reader_.field(index);
  const auto date = ParseDate(text);
  if (!date) Refuse(index, Describe(text), "a day of the calendar as 1994-03-31");
  return date.value_or(Date{});
}

std::string FieldReader::Code(std::size_t index) {
  const std::string_view text = reader_.field(index);
  if (text.empty() || text.size() > 20 || !std::ranges::all_of(text, IsLetterOrDigit))
    Refuse(index, Describe(text), "1 to 20 letters and digits");
  return std::string(text);
}

}  // namespace oxpecker::berka
