#include "rules/rulebook/pack_warnings.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "rules/rulebook/null_warnings.h"
#include "rules/rulebook/table_warnings.h"
#include "rules/rulebook/text_warnings.h"

namespace oxpecker::rules {
namespace {

using Lines = std::map<std::string, std::set<std::uint32_t>>;  // by file: where parts begin

// "rules/fees.yaml:14:9"
bool ReadPlace(const std::string& place, std::string& file, std::uint32_t& line) {
  const std::size_t column = place.rfind(':');
  const std::size_t before = column == std::string::npos || column == 0 ? std::string::npos : place.rfind(':', column - 1);
  if (before == std::string::npos) return false;
  file = place.substr(0, before);
  const char* end = place.data() + column;
  return std::from_chars(place.data() + before + 1, end, line).ptr == end;
}

template <class Parts>
void AddLines(const Parts& parts, Lines& lines) {
  for (const auto& part : parts) lines[part.authorship.origin.file].insert(part.authorship.origin.line);
}

template <class Parts>
std::size_t Remove(Parts& parts, const Lines& lines) {
  return std::erase_if(parts, [&](const auto& part) {
    const auto file = lines.find(part.authorship.origin.file);
    return file != lines.end() && file->second.contains(part.authorship.origin.line);
  });
}

// False where a problem lies in something else.
bool RemoveParts(Rulebook& book, const Issues& problems) {
  Lines begins;
  AddLines(book.thresholds, begins);
  AddLines(book.actions, begins);
  AddLines(book.features, begins);
  AddLines(book.rules, begins);
  AddLines(book.tables, begins);
  AddLines(book.guards, begins);
  AddLines(book.simulations, begins);
  AddLines(book.action_texts, begins);
  AddLines(book.reason_texts, begins);
  Lines broken;
  for (const Error& problem : problems) {
    std::string file;
    std::uint32_t line = 0;
    if (!ReadPlace(problem.place, file, line)) return false;
    const auto lines = begins.find(file);
    if (lines == begins.end()) return false;
    const auto after = lines->second.upper_bound(line);
    if (after == lines->second.begin()) return false;
    broken[file].insert(*std::prev(after));
  }
  return Remove(book.features, broken) + Remove(book.rules, broken) + Remove(book.tables, broken) +
             Remove(book.guards, broken) + Remove(book.simulations, broken) > 0;
}

}  // namespace

Issues FindWarnings(const CompiledRulebook& rulebook) {
  Issues found = FindTextWarnings(rulebook.authored());
  std::ranges::move(FindTableWarnings(rulebook), std::back_inserter(found));
  std::ranges::move(FindNullWarnings(rulebook), std::back_inserter(found));
  return found;
}

Issues FindWarningsBesideProblems(const std::vector<PackFile>& files, const feel::Type& facts, const feel::Type& event) {
  constexpr int kRoundsMax = 10;  // of parts that rest on parts
  PartialRulebook read = ReadWhatIsReadable(files);
  for (int round = 0; round < kRoundsMax; ++round) {
    auto compiled = CompileRulebook(read.rulebook, facts, event, {});
    if (compiled) {
      Issues found;
      if (read.issues.empty()) found = FindTextWarnings(compiled->authored());
      std::ranges::move(FindTableWarnings(*compiled), std::back_inserter(found));
      std::ranges::move(FindNullWarnings(*compiled), std::back_inserter(found));
      return found;
    }
    if (!RemoveParts(read.rulebook, compiled.error())) return {};
  }
  return {};
}

}  // namespace oxpecker::rules
