// Writes the sample log's report to a folder, as HTML in each language and as JSON: to look at.
//   reports_render_sample FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/unit/reports/fake_log.h"

int main(int argc, char** argv) {
  using namespace oxpecker::reports;
  if (argc != 2) {
    std::cerr << "usage: reports_render_sample FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  test::FakeLog log = test::SampleLog();
  for (const Language language : {Language::kEnglish, Language::kSwedish, Language::kChinese}) {
    PeriodQuery query = test::SampleQuery();
    query.language = language;
    const auto report = BuildPeriodReport(log, log.Proven(), query);
    if (!report.has_value()) {
      std::cerr << report.error().ToString() << '\n';
      return 1;
    }
    std::ofstream(folder / ("report." + std::string(Code(language)) + ".html")) << ToHtml(*report);
    std::ofstream(folder / "report.json") << oxpecker::json::Pretty(ToJson(*report)) << '\n';
  }
  return 0;
}
