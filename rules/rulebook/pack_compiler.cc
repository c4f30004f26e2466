// Files of a pack to CompiledRulebook: what was read is checked even where some of it could not be.
#include <algorithm>
#include <set>

#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::rules {
namespace {

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::set<std::string, std::less<>> WordsOf(std::string_view text) {
  std::set<std::string, std::less<>> words;
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), IsWordByte);
    if (end != text.begin()) words.emplace(text.begin(), end);
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()) + (end == text.end() ? 0U : 1U));
  }
  return words;
}

// What a message says is missing: the word in quotes, or the reason's code.
std::string_view NameIn(std::string_view message) {
  const std::size_t quote = message.find('\'');
  if (quote != std::string_view::npos) {
    const std::string_view rest = message.substr(quote + 1);
    return rest.substr(0, rest.find('\''));
  }
  constexpr std::string_view kReason = "the reason ";
  if (!message.starts_with(kReason)) return {};
  const std::string_view rest = message.substr(kReason.size());
  return rest.substr(0, rest.find(' '));
}

}  // namespace

Checked<CompiledRulebook> CompilePack(const std::vector<PackFile>& files, const feel::Type& facts,
                                      const feel::Type& event, const feel::Limits& limits) {
  PartialRulebook read = ReadWhatIsReadable(files);
  auto compiled = CompileRulebook(std::move(read.rulebook), facts, event, limits);
  if (!compiled) {
    const auto unread = WordsOf(read.unread);
    for (Error& issue : compiled.error())
      if (!unread.contains(NameIn(issue.message))) read.issues.push_back(std::move(issue));
  }
  if (!read.issues.empty()) return std::unexpected(std::move(read.issues));
  return compiled;
}

}  // namespace oxpecker::rules
