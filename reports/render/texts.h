// reports/render/texts.h - what a report says, in every language. The table is texts_table.h; a key
// that is not in it does not compile, and a test holds every code of vocabulary.h against it.
//
// Example:
//   Texts text(Language::kSwedish);
//   text("title")                                     // a fixed key
//   text.OfCode("check", check.id)                    // "check.population_complete"
//   Fill(text("period.line"), {{"from", "2026-01-01"}})
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "reports/period_report.h"
#include "reports/render/texts_table.h"

namespace oxpecker::reports {

class TextKey {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is a key
  consteval TextKey(const char* key) : index_(IndexOf(key)) {}
  constexpr std::size_t index() const { return index_; }

 private:
  static consteval std::size_t IndexOf(std::string_view key) {
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      if (key == kTexts[i].key) return i;
    }
    OXP_CHECK(kTexts.empty());  // no such text: not a constant expression, does not compile
    return 0;
  }
  std::size_t index_;
};

class Texts {
 public:
  explicit Texts(Language language) : language_(language) {}
  std::string_view operator()(TextKey key) const { return Told(kTexts[key.index()]); }
  // The text of "group.code", where there is one.
  std::optional<std::string_view> Find(std::string_view group, std::string_view code) const;
  // The same, or the code itself: codes of later builds are shown as they are.
  std::string OfCode(std::string_view group, std::string_view code) const;
  // 12,345 in English and Chinese; 12 345 (narrow no-break space) in Swedish.
  std::string Number(std::uint64_t n) const;
  Language language() const { return language_; }

 private:
  std::string_view Told(const TextLine& line) const;
  Language language_;
};

// Puts values in place of "{name}". Names without a value stay as they are.
std::string Fill(std::string_view pattern,
                 std::initializer_list<std::pair<std::string_view, std::string>> values);

}  // namespace oxpecker::reports
