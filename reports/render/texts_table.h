// reports/render/texts_table.h - all sentences in one table, checked while compiling: every line is
// told in every language, and no key stands twice.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "reports/render/text_line.h"
#include "reports/render/texts_kinds.h"
#include "reports/render/texts_proof.h"
#include "reports/render/texts_reading.h"
#include "reports/render/texts_releases.h"

namespace oxpecker::reports {

consteval auto JoinTexts() {
  std::array<TextLine, kReadingTexts.size() + kProofTexts.size() + kReleaseTexts.size() +
                           kKindTexts.size()> all;
  auto end = std::copy(kReadingTexts.begin(), kReadingTexts.end(), all.begin());
  end = std::copy(kProofTexts.begin(), kProofTexts.end(), end);
  end = std::copy(kReleaseTexts.begin(), kReleaseTexts.end(), end);
  std::copy(kKindTexts.begin(), kKindTexts.end(), end);
  return all;
}
inline constexpr auto kTexts = JoinTexts();

consteval bool TextsAreComplete() {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    const TextLine& line = kTexts[i];
    if (line.key.empty() || line.en.empty() || line.sv.empty() || line.zh.empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (kTexts[j].key == line.key) return false;
    }
  }
  return true;
}
static_assert(TextsAreComplete());

}  // namespace oxpecker::reports
