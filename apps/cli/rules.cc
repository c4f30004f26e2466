// oxpecker rules check, test: for risk analysts. Show and facts are in rules_show.cc.
#include <algorithm>
#include <map>
#include <set>

#include "apps/cli/pack.h"
#include "apps/cli/rules_show.h"
#include "base/printable.h"
#include "rules/rulebook/form.h"
#include "rules/rulebook/pack_warnings.h"
#include "rules/rulebook/readers.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string folder;  // empty: the workspace's rules
  std::string filter;
  bool verbose = false;
  bool strict = false;
};

int RunCheck(const Globals& globals, const Arguments& arguments) {
  auto pack = LoadPack(globals, arguments.folder);
  if (!pack) {
    const int code = Complain(globals, pack.error());
    TellWarnings(FindWarningsOfBrokenPack(globals, arguments.folder));
    return code;
  }
  const rules::Rulebook& book = pack->release->rulebook().authored();
  const Issues found = rules::FindWarnings(pack->release->rulebook());
  const int outcome = arguments.strict && !found.empty() ? kRefused : kDone;
  json::Array warnings = TellWarnings(found);
  if (globals.json) {
    json::Object out;
    out.Set("issues", json::Array{});
    out.Set("release", pack->release->digest().ToHex());
    out.Set("warnings", std::move(warnings));
    PrintJson(std::move(out));
    return outcome;
  }
  const std::string slips = found.empty() ? "" : ", " + std::to_string(found.size()) + (found.size() == 1 ? " warning" : " warnings");
  Print(Printable(pack->folder) + ": no problem found in " + std::to_string(book.rules.size()) + " rules, " +
        std::to_string(book.tables.size()) + " tables, " + std::to_string(book.guards.size()) + " guards, " +
        std::to_string(book.features.size()) + " features, " + std::to_string(book.actions.size()) + " actions" + slips + "\n");
  return outcome;
}

json::Object ToJson(const engine::PackTestResult& result) {
  json::Array mismatches;
  for (const engine::Mismatch& m : result.mismatches) {
    json::Object mismatch;
    mismatch.Set("expected", m.expected);
    mismatch.Set("got", m.got);
    mismatch.Set("place", m.place);
    mismatch.Set("what", m.what);
    mismatches.emplace_back(std::move(mismatch));
  }
  json::Object out;
  out.Set("mismatches", std::move(mismatches));
  out.Set("name", result.name);
  out.Set("passed", result.passed());
  out.Set("place", result.place);
  return out;
}

// "rules/fees.test.yaml:14:5" -> "rules/fees.test.yaml"
std::string FileOf(const std::string& place) {
  const std::size_t column = place.rfind(':');
  const std::size_t line = column == std::string::npos || column == 0 ? column : place.rfind(':', column - 1);
  return place.substr(0, line);
}

// What a filter stands for: rules, tables and guards, with their files.
struct Selection {
  std::set<std::string, std::less<>> ids;    // empty: the filter is a part of a path
  std::set<std::string, std::less<>> files;  // of tests that stand beside them
};

// Of a rule, table or guard: itself. Of a threshold or feature: what reads it.
Selection Select(const rules::Rulebook& book, const std::string& filter) {
  Selection selection{rules::PartsThatRead(book, filter), {}};
  const auto look = [&](const auto& parts) {
    for (const auto& part : parts) {
      if (part.id == filter) selection.ids.insert(part.id);
      if (!selection.ids.contains(part.id)) continue;
      const std::string& file = part.authorship.origin.file;
      selection.files.insert(file.substr(0, file.rfind('.')) + ".test.yaml");
    }
  };
  look(book.rules);
  look(book.tables);
  look(book.guards);
  return selection;
}

// The tests in which one of them held, and those that stand beside their files. Of any other word: the
// tests of the files whose path holds it.
bool IsWanted(const engine::PackTestResult& test, const std::string& filter, const Selection& selection) {
  const std::string file = FileOf(test.place);
  if (selection.ids.empty()) return file.find(filter) != std::string::npos;
  return selection.files.contains(file) ||
         std::ranges::any_of(test.held, [&](const std::string& id) { return selection.ids.contains(id); });
}

// "payment_friction row 2" -> "payment_friction"
std::string PartOf(const std::string& coverage_id) { return coverage_id.substr(0, coverage_id.find(' ')); }

Status Narrow(engine::PackTestReport& report, const rules::Rulebook& book, const std::string& filter) {
  const Selection selection = Select(book, filter);
  std::vector<std::string> known;
  for (const engine::PackTestResult& test : report.tests) known.push_back(FileOf(test.place));
  std::erase_if(report.tests, [&](const auto& test) { return !IsWanted(test, filter, selection); });
  std::erase_if(report.coverage, [&](const engine::CoverageItem& item) {
    return !selection.ids.contains(PartOf(item.id));
  });
  if (!report.tests.empty()) return {};
  const auto add = [&](const auto& parts) {
    for (const auto& part : parts) known.push_back(part.id);
  };
  add(book.rules);
  add(book.tables);
  add(book.guards);
  add(book.thresholds);
  add(book.features);
  const std::string near = rules::Nearest(filter, known);
  return Fail(ErrorCode::kNotFound, filter, "no test belongs to a rule, table, guard, feature or threshold of that id, or to such a file",
              near.empty() ? "'oxpecker rules test' names the files" : "did you mean '" + near + "'?");
}

void PrintFiles(const engine::PackTestReport& report) {
  struct Counts {
    std::size_t passed = 0;
    std::size_t failed = 0;
  };
  std::map<std::string, Counts> files;
  std::size_t width = 0;
  for (const engine::PackTestResult& test : report.tests) {
    const std::string file = Printable(FileOf(test.place));
    width = std::max(width, file.size());
    Counts& counts = files[file];
    ++(test.passed() ? counts.passed : counts.failed);
  }
  for (const auto& [file, counts] : files) {
    Print(file + std::string(width - file.size() + 2, ' ') + std::to_string(counts.passed) + " passed");
    Print((counts.failed == 0 ? "" : ", " + std::to_string(counts.failed) + " FAILED") + "\n");
  }
}

void PrintCounts(const engine::PackTestReport& report) {
  const std::size_t failed = report.failed();
  Print(std::to_string(report.tests.size() - failed) + " passed, " + std::to_string(failed) + " failed\n");
}

void PrintReport(const engine::PackTestReport& report, const Arguments& arguments) {
  for (const engine::PackTestResult& result : report.tests)
    if (arguments.verbose) Print(engine::ToText(result));
    else if (!result.passed()) Print(engine::ToShortText(result));
  const std::vector<std::string> gaps = report.gaps();
  // Those of one part are few, and what was asked for.
  const bool told = arguments.verbose || !arguments.filter.empty();
  if (told)
    for (const std::string& gap : gaps) Print("not covered: " + Printable(gap) + "\n");
  PrintFiles(report);
  if (!told && !gaps.empty())
    Print(std::to_string(gaps.size()) + " conditions that no test covers; --verbose lists them\n");
  if (!arguments.verbose && report.failed() > 0) Print("--verbose tells every rule and guard of the tests that failed\n");
  PrintCounts(report);
}

int RunTest(const Globals& globals, const Arguments& arguments) {
  auto pack = LoadPack(globals, arguments.folder);
  if (!pack) return Complain(globals, pack.error());
  auto report = RunTests(*pack);
  if (!report) return Complain(globals, report.error());
  if (!arguments.filter.empty())
    if (auto found = Narrow(*report, pack->release->rulebook().authored(), arguments.filter); !found)
      return Complain(globals, found.error());
  if (globals.json) {
    json::Array tests;
    for (const engine::PackTestResult& result : report->tests) tests.emplace_back(ToJson(result));
    json::Array not_covered;
    for (const std::string& gap : report->gaps()) not_covered.emplace_back(gap);
    json::Object out;
    out.Set("failed", static_cast<std::int64_t>(report->failed()));
    out.Set("not_covered", std::move(not_covered));
    out.Set("passed", static_cast<std::int64_t>(report->tests.size() - report->failed()));
    out.Set("tests", std::move(tests));
    PrintJson(std::move(out));
  } else if (globals.quiet && !arguments.verbose) {
    PrintCounts(*report);
  } else {
    PrintReport(*report, arguments);
  }
  return report->ok() ? kDone : kRefused;
}

}  // namespace

void AddRules(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("rules", "For risk analysts: check, test and show the rules, list the facts");
  app->footer("Examples:\n  oxpecker rules check\n  oxpecker rules test --rules my-rules\n"
              "  oxpecker rules test late_fees\n  oxpecker rules show late_fees_autopay\n  oxpecker rules facts accounts");
  const auto folder = [&](CLI::App* sub) {
    sub->add_option("--rules", arguments->folder, "A folder of rules (default: the workspace's rules/)");
  };
  CLI::App* check = app->add_subcommand("check", "Find every problem: names, types, texts, circles");
  folder(check);
  check->add_flag("--strict", arguments->strict, "Refuse warnings too: exit 1");
  check->callback([=] { commands.chosen = [=] { return RunCheck(commands.globals, *arguments); }; });
  CLI::App* test = app->add_subcommand("test", "Run the tests that stand beside the rules (*.test.yaml)");
  folder(test);
  test->add_option("FILTER", arguments->filter,
                   "Id of a rule, table or guard: the tests in which it held, and those beside its file. "
                   "Of a threshold or feature: the tests of all that read it. Or a part of a test file's path");
  test->add_flag("--verbose", arguments->verbose, "Every test by name, all of how a failed one was decided, and everything that no test covers");
  test->callback([=] { commands.chosen = [=] { return RunTest(commands.globals, *arguments); }; });
  AddRulesShow(*app, commands);
}

}  // namespace oxpecker::cli
