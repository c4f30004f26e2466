// reports/render/text_line.h - one sentence of a report in every language. "{name}" stands for a
// value and stands in all of them. Keys of the form "group.code" are told for a code of vocabulary.h
// or of a record.
#pragma once

#include <string_view>

namespace oxpecker::reports {

struct TextLine {
  std::string_view key;
  std::string_view en;
  std::string_view sv;
  std::string_view zh;
};

}  // namespace oxpecker::reports
