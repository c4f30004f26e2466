#include "base/text_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace oxpecker {
namespace {

// The plain way to say it: from the start of the text, a code point at a time.
TextLines::Position Counted(std::string_view text, std::size_t offset) {
  TextLines::Position position;
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
      ++position.column;
    }
  }
  return position;
}

TEST(TextLines, EveryOffsetIsWhereCountingFindsIt) {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 129U, 255U, 256U, 257U, 600U}) {
    std::string text;
    while (text.size() < size) text += text.size() % 7 == 3 ? "\n" : text.size() % 5 == 1 ? "\xE8\xB4\xB9" : "a";
    const TextLines lines(text);
    for (std::size_t offset = 0; offset <= text.size(); ++offset) {
      const bool begins = offset == text.size() || (static_cast<unsigned char>(text[offset]) & 0xC0U) != 0x80U;
      if (!begins) continue;
      EXPECT_EQ(lines.At(offset), Counted(text, offset)) << size << " at " << offset;
    }
    EXPECT_EQ(lines.At(text.size() + 9), lines.At(text.size()));
  }
}

TEST(TextLines, LinesKeepTheirEnds) {
  const TextLines lines("ab\n\nc");
  ASSERT_EQ(lines.line_count(), 3U);
  EXPECT_EQ(lines.Line(0), "ab\n");
  EXPECT_EQ(lines.Line(1), "\n");
  EXPECT_EQ(lines.Line(2), "c");
  EXPECT_EQ(lines.Line(3), "");
  EXPECT_EQ(lines.Start(2), 4U);
}

}  // namespace
}  // namespace oxpecker
