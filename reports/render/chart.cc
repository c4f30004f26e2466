#include "reports/render/chart.h"

#include <algorithm>
#include <string_view>

namespace oxpecker::reports {
namespace {

// Lengths are tenths of a unit of the view box.
std::string Tenths(std::uint64_t tenths) {
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text;
}

void Rectangle(std::uint64_t x, std::uint64_t y, std::uint64_t width, std::uint64_t height,
               std::string_view css_class, Markup& page) {
  page.Open("rect", {{"x", Tenths(x)}, {"y", Tenths(y)}, {"width", Tenths(width)},
                     {"height", Tenths(height)}, {"class", css_class}});
  page.Close();
}

void Label(std::uint64_t x, std::uint64_t y, std::string_view anchor, std::string_view text,
           Markup& page) {
  page.Element("text", text, {{"x", Tenths(x)}, {"y", Tenths(y)}, {"text-anchor", anchor}});
}

// The smallest of 1, 2, 5 times a power of ten that cuts `max` into at most five steps.
std::uint64_t StepOf(std::uint64_t max) {
  std::uint64_t power = 1;
  while (true) {
    for (const std::uint64_t factor : {1U, 2U, 5U}) {
      if (max / (factor * power) < 5 || power > max) return factor * power;
    }
    power *= 10;
  }
}

void OpenFigure(const ChartContent& chart, std::uint64_t width, std::uint64_t height,
                Markup& page) {
  page.Open("figure");
  const std::string labels = chart.id + "-t " + chart.id + "-d";
  page.Open("svg", {{"viewBox", "0 0 " + Tenths(width) + " " + Tenths(height)}, {"role", "img"},
                    {"aria-labelledby", labels}});
  page.Element("title", chart.title, {{"id", chart.id + "-t"}});
  page.Element("desc", chart.description, {{"id", chart.id + "-d"}});
}

void CloseFigure(const ChartContent& chart, Markup& page) {
  page.Close();
  page.Open("figcaption");
  page.Element("span", chart.title, {{"class", "what"}});
  if (chart.series.size() > 1) {
    page.Open("span", {{"class", "legend"}});
    for (const Series& series : chart.series) {
      page.Open("span", {{"class", "key"}});
      page.Element("i", "", {{"class", series.css_class}, {"aria-hidden", "true"}});
      page.Text(series.name);
      page.Close();
    }
    page.Close();
  }
  page.Close();
  page.Close();
}

constexpr std::uint64_t kWidth = 7'200;
constexpr std::uint64_t kLeft = 420;
constexpr std::uint64_t kTop = 140;
constexpr std::uint64_t kPlotHeight = 1'700;
constexpr std::uint64_t kBottom = kTop + kPlotHeight;

std::uint64_t TotalAt(const ChartContent& chart, std::size_t i) {
  std::uint64_t total = 0;
  for (const Series& series : chart.series) total += series.values[i];
  return total;
}

void Axis(std::uint64_t top_value, std::uint64_t step, Markup& page) {
  for (std::uint64_t value = 0; value <= top_value; value += step) {
    const std::uint64_t y = kBottom - kPlotHeight * value / top_value;
    page.Open("line", {{"x1", Tenths(kLeft)}, {"x2", Tenths(kWidth)}, {"y1", Tenths(y)},
                       {"y2", Tenths(y)}, {"class", value == 0 ? "base" : "grid"}});
    page.Close();
    Label(kLeft - 60, y + 35, "end", std::to_string(value), page);
  }
}

}  // namespace

void StackedBars(const ChartContent& chart, Markup& page) {
  const std::size_t bars = chart.labels.size();
  if (bars == 0) return;
  std::uint64_t highest = 1;
  for (std::size_t i = 0; i < bars; ++i) highest = std::max(highest, TotalAt(chart, i));
  const std::uint64_t step = StepOf(highest);
  const std::uint64_t top_value = (highest + step - 1) / step * step;
  OpenFigure(chart, kWidth, kBottom + 260, page);
  Axis(top_value, step, page);
  const std::uint64_t slot = (kWidth - kLeft) / bars;
  const std::uint64_t width = std::clamp<std::uint64_t>(slot * 6 / 10, 10, 420);
  const std::size_t label_step = (bars + 11) / 12;
  for (std::size_t i = 0; i < bars; ++i) {
    const std::uint64_t middle = kLeft + (kWidth - kLeft) * (2 * i + 1) / (2 * bars);
    std::uint64_t below = 0;
    for (const Series& series : chart.series) {
      // Both edges are rounded from the sums, so that stacked parts meet.
      const std::uint64_t low = kBottom - kPlotHeight * below / top_value;
      below += series.values[i];
      const std::uint64_t high = kBottom - kPlotHeight * below / top_value;
      if (low == high) continue;
      Rectangle(middle - width / 2, high, width, low - high, series.css_class, page);
    }
    if (bars <= 16 && below > 0) {
      Label(middle, kBottom - kPlotHeight * below / top_value - 40, "middle",
            std::to_string(below), page);
    }
    if (i % label_step == 0) Label(middle, kBottom + 150, "middle", chart.labels[i], page);
  }
  CloseFigure(chart, page);
}

void LyingBars(const ChartContent& chart, Markup& page) {
  if (chart.series.empty() || chart.labels.empty()) return;
  const Series& series = chart.series.front();
  constexpr std::uint64_t kRow = 240;
  constexpr std::uint64_t kNames = 2'300;
  constexpr std::uint64_t kBars = kWidth - kNames - 600;
  const std::uint64_t highest =
      std::max<std::uint64_t>(1, *std::max_element(series.values.begin(), series.values.end()));
  OpenFigure(chart, kWidth, kRow * chart.labels.size() + 40, page);
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    const std::uint64_t y = kRow * i + 40;
    const std::uint64_t length = kBars * series.values[i] / highest;
    Label(kNames - 100, y + 135, "end", chart.labels[i], page);
    Rectangle(kNames, y + 20, std::max<std::uint64_t>(length, 10), 150, series.css_class, page);
    Label(kNames + length + 80, y + 135, "start", std::to_string(series.values[i]), page);
  }
  CloseFigure(chart, page);
}

}  // namespace oxpecker::reports
