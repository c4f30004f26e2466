#include "base/text_lines.h"

#include <algorithm>

namespace oxpecker {
namespace {

constexpr std::size_t kStride = 128;

bool BeginsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

TextLines::TextLines(std::string_view text) : text_(text) {
  starts_.push_back(0);
  std::size_t code_points = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % kStride == 0) code_points_.push_back(code_points);
    if (BeginsCodePoint(text[i])) ++code_points;
    if (text[i] == '\n') starts_.push_back(i + 1);
  }
  if (text.size() % kStride == 0) code_points_.push_back(code_points);
}

std::size_t TextLines::CodePointsBefore(std::size_t offset) const {
  const std::size_t stride = offset / kStride;
  const std::string_view rest = text_.substr(stride * kStride, offset - stride * kStride);
  return code_points_[stride] +
         static_cast<std::size_t>(std::count_if(rest.begin(), rest.end(), BeginsCodePoint));
}

TextLines::Position TextLines::At(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const std::size_t columns = CodePointsBefore(offset) - CodePointsBefore(*(after - 1));
  return {static_cast<std::uint32_t>(after - starts_.begin()),
          static_cast<std::uint32_t>(columns + 1)};
}

std::string_view TextLines::Line(std::size_t index) const {
  if (index >= starts_.size()) return {};
  const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] : text_.size();
  return text_.substr(starts_[index], end - starts_[index]);
}

}  // namespace oxpecker
