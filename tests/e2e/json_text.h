// tests/e2e/json_text.h - looks into what a program printed as JSON, by JSON pointer.
//
// Example:
//   const JsonText stats(ended.out);
//   EXPECT_EQ(stats.At("/records_by_kind/decision"), "11");
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/document.h"

namespace oxpecker::e2e {

class JsonText {
 public:
  explicit JsonText(const std::string& text);  // fails the test where it is no JSON

  bool Has(std::string_view pointer) const { return Find(pointer).has_value(); }
  // A string's or number's text, "true", "false" or "null"; for an object or array its kind.
  // Fails the test where there is nothing.
  std::string At(std::string_view pointer) const;
  std::size_t Size(std::string_view pointer) const;  // children; 0 where there is nothing
  // At(pointer + "/0" + below), At(pointer + "/1" + below), ...; "" where an element lacks it.
  std::vector<std::string> Each(std::string_view pointer, std::string_view below) const;

 private:
  std::optional<json::View> Find(std::string_view pointer) const;
  std::optional<json::Document> document_;
};

}  // namespace oxpecker::e2e
