#include "reports/about.h"

#include <charconv>

namespace oxpecker::reports {

std::string AboutText(const audit::Record& record, std::string_view key) {
  const json::Value* value = record.about.Find(key);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

std::optional<std::uint64_t> AboutCount(const audit::Record& record, std::string_view key) {
  const json::Value* value = record.about.Find(key);
  if (value == nullptr) return {};
  if (value->integer() != nullptr && *value->integer() >= 0) {
    return static_cast<std::uint64_t>(*value->integer());
  }
  const std::string* text = value->number() != nullptr ? &value->number()->text : value->string();
  if (text == nullptr) return {};
  std::uint64_t count = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, count);
  if (error != std::errc() || rest != end) return {};
  return count;
}

}  // namespace oxpecker::reports
