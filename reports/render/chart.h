// reports/render/chart.h - bar charts as inline SVG, with title and description for readers who do
// not see them; the same numbers always stand in a table beside. Whole numbers only, so that the
// same counts give the same bytes everywhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/render/markup.h"

namespace oxpecker::reports {

struct Series {
  std::string name;
  std::string css_class;  // c1, c2, ... of the style sheet
  std::vector<std::uint64_t> values;  // one for each label
};

struct ChartContent {
  std::string id;  // unique in the page
  std::string title;
  std::string description;
  std::vector<std::string> labels;
  std::vector<Series> series;
};

// Upright bars, the series on top of each other; a legend below. For points in time.
void StackedBars(const ChartContent& chart, Markup& page);

// Lying bars with their names and numbers; the first series only. For things that are compared.
void LyingBars(const ChartContent& chart, Markup& page);

}  // namespace oxpecker::reports
