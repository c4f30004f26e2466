#include "engine/pack_tests/pack_tests.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/json/document.h"
#include "engine/decide/decider.h"
#include "engine/pack_tests/expectation.h"
#include "engine/pack_tests/test_document.h"
#include "engine/pack_tests/test_file.h"

namespace oxpecker::engine {
namespace {

std::string RowId(const std::string& table, std::size_t row) { return table + " row " + std::to_string(row); }

// Counts what every decision of the tests saw.
class Coverage {
 public:
  explicit Coverage(const rules::Rulebook& book) {
    using enum CoverageItem::Kind;
    for (const rules::Rule& r : book.rules) Add(kRule, r.id);
    for (const rules::Table& t : book.tables)
      for (std::size_t row = 1; row <= t.rows.size(); ++row) Add(kTableRow, RowId(t.id, row));
    for (const rules::Guard& g : book.guards) Add(kGuard, g.id);
  }

  // Returns the ids of what held, objected or had no answer, sorted, each once.
  std::vector<std::string> Count(const Decision& decision) {
    std::set<std::string> held;
    if (const auto trace = json::Document::Parse(decision.trace, {})) {
      const json::View rules = *trace->root().Find("rules");
      for (const json::View rule : rules) {
        const std::string id(rule.Find("id")->text());
        const auto row = rule.Find("row");
        CoverageItem& item = row ? At(CoverageItem::Kind::kTableRow, id + " row " + std::string(row->text()))
                                 : At(CoverageItem::Kind::kRule, id);
        const std::string_view result = rule.Find("result")->text();
        ++(result == "true" ? item.held : result == "false" ? item.not_held : item.unknown);
        if (result != "false") held.insert(id);
      }
    }
    for (const Candidate& candidate : decision.candidates)
      for (const GuardFinding& finding : candidate.verdicts) {
        CountGuard(finding);
        if (finding.verdict != Verdict::kPass && finding.verdict != Verdict::kSkipped) held.insert(finding.guard);
      }
    return {held.begin(), held.end()};
  }

  std::vector<CoverageItem> Take() { return std::move(items_); }

 private:
  void CountGuard(const GuardFinding& finding) {
    CoverageItem& item = At(CoverageItem::Kind::kGuard, finding.guard);
    switch (finding.verdict) {
      case Verdict::kSkipped: return;
      case Verdict::kPass: ++item.not_held; return;
      case Verdict::kUnknownPass:
      case Verdict::kUnknownBlock: ++item.unknown; return;
      case Verdict::kBypass:
      case Verdict::kDowngrade:
      case Verdict::kDefer:
      case Verdict::kBlock: ++item.held; return;
    }
  }
  void Add(CoverageItem::Kind kind, std::string id) {
    index_[{kind, id}] = items_.size();
    items_.push_back({kind, std::move(id)});
  }
  CoverageItem& At(CoverageItem::Kind kind, const std::string& id) { return items_[index_.at({kind, id})]; }

  std::vector<CoverageItem> items_;
  std::map<std::pair<CoverageItem::Kind, std::string>, std::size_t> index_;
};

}  // namespace

std::size_t PackTestReport::failed() const {
  return static_cast<std::size_t>(
      std::count_if(tests.begin(), tests.end(), [](const PackTestResult& t) { return !t.passed(); }));
}

std::vector<std::string> PackTestReport::gaps() const {
  std::vector<std::string> gaps;
  for (const CoverageItem& item : coverage) {
    const bool guard = item.kind == CoverageItem::Kind::kGuard;
    const std::string what = std::string(guard ? "guard " : "rule ") + item.id;
    if (item.held == 0) gaps.push_back("in no test does " + what + (guard ? " object" : " hold"));
    if (item.not_held == 0) gaps.push_back("in no test is " + what + " asked and " + (guard ? "content" : "not met"));
  }
  return gaps;
}

Checked<PackTestReport> RunPackTests(std::shared_ptr<const Release> release,
                                     const std::vector<rules::PackFile>& files) {
  const rules::CompiledRulebook& rulebook = release->rulebook();
  OXP_TRY(const TestFiles tests, ReadTestFiles(rulebook, files));
  Coverage coverage(rulebook.authored());
  Decider decider(release);
  PackTestReport report;
  Issues issues;
  for (const PackTest& test : tests.tests) {
    const auto documents = BuildDocuments(tests, test);
    if (!documents) {
      for (const Error& issue : documents.error())
        if (std::find(issues.begin(), issues.end(), issue) == issues.end()) issues.push_back(issue);
      continue;
    }
    const Decision decision = decider.Decide(documents->facts, documents->event);
    PackTestResult result{test.name, test.place, Compare(test.expect, test.place, decision), {}, {}, coverage.Count(decision)};
    if (!result.passed()) {
      result.reason_chain = ReasonChain(rulebook, decision);
      result.nearest = NearestOf(rulebook.authored(), result);
    }
    report.tests.push_back(std::move(result));
  }
  if (!issues.empty()) return std::unexpected(std::move(issues));
  report.coverage = coverage.Take();
  return report;
}

namespace {

std::string Headed(const PackTestResult& test) {
  return (test.passed() ? "passed: " : "FAILED: ") + test.name + " (" + test.place + ")\n";
}

std::string Told(const Mismatch& mismatch) {
  return "  " + mismatch.what + " (" + mismatch.place + ")\n    expected " + mismatch.expected + "\n    got      " + mismatch.got + "\n";
}

}  // namespace

std::string ToText(const PackTestResult& test) {
  std::string text = Headed(test);
  for (const Mismatch& mismatch : test.mismatches) text += Told(mismatch);
  for (const std::string& line : test.reason_chain) text += line + "\n";
  return text;
}

std::string ToShortText(const PackTestResult& test) {
  constexpr std::size_t kMismatchesShown = 2;
  std::string text = Headed(test);
  for (std::size_t i = 0; i < std::min(test.mismatches.size(), kMismatchesShown); ++i) text += Told(test.mismatches[i]);
  if (test.mismatches.size() > kMismatchesShown)
    text += "  and " + std::to_string(test.mismatches.size() - kMismatchesShown) + " more that did not come as expected\n";
  for (const std::string& line : test.nearest) text += line + "\n";
  return text;
}

}  // namespace oxpecker::engine
