// Do the pack's own tests notice when a threshold moves far, or a guard, a rule or a row is gone?
// scripts/mutate-pack runs this and prints the score.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/decimal.h"
#include "engine/pack_tests/pack_tests.h"
#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

struct Mutant {
  std::string what;
  std::string file;
  std::size_t at;
  std::size_t size;
  std::string replacement;
};

// Mutants that no test can notice, with the reason; none so far.
const std::map<std::string, std::string>& KnownSurvivors() {
  static const std::map<std::string, std::string> survivors = {
  };
  return survivors;
}

std::size_t LineEnd(const std::string& text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

// The id that stands in the list item around `at`: "- id: name" or "{id: name".
std::string IdBefore(const std::string& text, std::size_t at) {
  const std::size_t id = text.rfind("id: ", at);
  const std::size_t from = id + 4;
  return text.substr(from, text.find_first_of(",\n", from) - from);
}

void AddThresholds(const rules::PackFile& file, std::vector<Mutant>& mutants) {
  const std::string& text = file.bytes;
  for (std::size_t at = text.find("value: "); at != std::string::npos; at = text.find("value: ", at + 1)) {
    const std::size_t end = LineEnd(text, at);
    const std::string id = IdBefore(text, at);
    for (std::size_t from = at + 7; from < end;) {
      const std::size_t number = text.find_first_of("0123456789-\"", from);
      if (number >= end) break;
      const std::size_t to = text.find_first_not_of("0123456789.-", number);
      from = to + 1;
      const auto value = Decimal::Parse(text.substr(number, to - number));
      if (!value) {  // a word of a list
        from = text.find('"', number + 1) + 1;
        continue;
      }
      const bool whole = text.substr(number, to - number).find('.') == std::string::npos;
      for (const char* factor : {"0.6", "1.5"}) {
        Decimal changed = *value * *Decimal::Parse(factor);
        if (whole) changed = changed.Rounded(0, Decimal::Rounding::kHalfEven);  // 1.2 messages are 2 to every count
        if (changed == *value) continue;
        mutants.push_back({"threshold " + id + " " + text.substr(number, to - number) + " x " + factor, file.path, number,
                           to - number, changed.ToCanonicalString()});
      }
    }
  }
}

// Words of lists, each taken out.
void AddWords(const rules::PackFile& file, std::vector<Mutant>& mutants) {
  const std::string& text = file.bytes;
  for (std::size_t at = text.find("value: '["); at != std::string::npos; at = text.find("value: '[", at + 1)) {
    const std::size_t end = LineEnd(text, at);
    for (std::size_t from = text.find('"', at); from < end; from = text.find('"', from)) {
      const std::size_t to = text.find('"', from + 1);
      mutants.push_back({"threshold " + IdBefore(text, at) + " without " + text.substr(from + 1, to - from - 1), file.path, from + 1,
                         to - from - 1, "none"});
      from = to + 1;
    }
  }
}

// Conditions that never hold: the part is there and does nothing.
void AddConditions(const rules::PackFile& file, const char* kind, std::vector<Mutant>& mutants) {
  const std::string& text = file.bytes;
  const std::string key = "\n    when: ";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    const std::size_t from = at + key.size();
    std::size_t to = LineEnd(text, from);
    while (text.compare(to, 7, "\n      ") == 0) to = LineEnd(text, to + 1);
    mutants.push_back({std::string(kind) + " " + IdBefore(text, at), file.path, from, to - from, "\"false\""});
  }
}

void AddRows(const rules::PackFile& file, std::vector<Mutant>& mutants) {
  const std::string& text = file.bytes;
  const std::string key = "\n      - when: [";
  std::size_t row = 0;
  for (std::size_t at = text.find(key); at != std::string::npos;) {
    const std::size_t next = text.find(key, at + 1);
    std::size_t to = next == std::string::npos ? text.size() - 1 : next;
    mutants.push_back({"row " + std::to_string(++row) + " of " + file.path, file.path, at, to - at, ""});
    at = next;
  }
}

bool IsNoticed(const std::vector<rules::PackFile>& files) {
  const auto release = Release::Build(files);
  if (!release) return true;
  const auto report = RunPackTests(*release, files);
  return !report || !report->ok();
}

TEST(PackMutation, ThePacksTestsNoticeNearlyEveryMutant) {
  const std::vector<rules::PackFile> files = ShippedFiles();
  ASSERT_FALSE(IsNoticed(files));
  std::vector<Mutant> mutants;
  for (const rules::PackFile& file : files) {
    if (file.path.ends_with(".test.yaml")) continue;
    if (file.path == "policy.yaml") {
      AddThresholds(file, mutants);
      AddWords(file, mutants);
    }
    if (file.path.starts_with("rules/")) {
      AddConditions(file, "rule", mutants);
      AddRows(file, mutants);
    }
    if (file.path.starts_with("guards/")) AddConditions(file, "guard", mutants);
  }
  std::vector<std::string> survivors;
  for (const Mutant& mutant : mutants) {
    std::vector<rules::PackFile> changed = files;
    std::ranges::find(changed, mutant.file, &rules::PackFile::path)->bytes.replace(mutant.at, mutant.size, mutant.replacement);
    if (!IsNoticed(changed)) survivors.push_back(mutant.what);
  }
  for (const std::string& survivor : survivors) {
    const auto known = KnownSurvivors().find(survivor);
    std::printf("survived: %s%s\n", survivor.c_str(), known == KnownSurvivors().end() ? "" : (": " + known->second).c_str());
    EXPECT_NE(known, KnownSurvivors().end()) << survivor << " survives, and nobody says why";
  }
  for (const auto& [what, why] : KnownSurvivors())
    EXPECT_NE(std::ranges::find(survivors, what), survivors.end()) << what << " is noticed: take it off the list";
  std::printf("mutants: %zu, noticed: %zu\n", mutants.size(), mutants.size() - survivors.size());
  EXPECT_GE(mutants.size(), 200U);
  EXPECT_GE((mutants.size() - survivors.size()) * 100, mutants.size() * 95);
}

}  // namespace
}  // namespace oxpecker::engine
