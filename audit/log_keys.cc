#include "audit/log_keys.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "audit/files.h"
#include "base/json/document.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kFileBytesMax = 64U << 10U;

std::unexpected<Error> Refuse(std::size_t line, std::string message) {
  return Fail(ErrorCode::kInvalidInput, "verifier keys, line " + std::to_string(line), std::move(message),
              "a line reads VKEY FIRST_SIZE [LAST_SIZE], oldest key first; a log with one key has that key alone");
}

std::optional<std::uint64_t> Size(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return value;
}

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t space = line.find(' ');
    words.push_back(line.substr(0, space));
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
}

Result<KeyTerm> ParseTerm(std::string_view line, std::size_t number) {
  const std::vector<std::string_view> words = Words(line);
  OXP_TRY(VerifierKey key, VerifierKey::Parse(words[0]));
  KeyTerm term{std::move(key), 0, {}};
  if (words.size() > 3) return Refuse(number, "has more than a key and two sizes");
  if (words.size() > 1) {
    const auto first = Size(words[1]);
    if (!first) return Refuse(number, "the first size is no decimal number without leading zeros");
    term.first_size = *first;
  }
  if (words.size() > 2) {
    term.last_size = Size(words[2]);
    if (!term.last_size) return Refuse(number, "the last size is no decimal number without leading zeros");
  }
  return term;
}

}  // namespace

Result<LogKeys> LogKeys::Parse(std::string_view text) {
  LogKeys keys;
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (std::size_t number = 1;; ++number) {
    const std::size_t end = text.find('\n');
    OXP_TRY(KeyTerm term, ParseTerm(text.substr(0, end), number));
    const KeyTerm* before = keys.terms_.empty() ? nullptr : &keys.terms_.back();
    if (before == nullptr && term.first_size != 0) return Refuse(number, "the first key signs from 0 records on");
    if (before != nullptr) {
      if (term.key.name() != keys.name()) return Refuse(number, "its name is not that of the key before");
      if (!before->last_size || term.first_size != *before->last_size)
        return Refuse(number, "its first size is not the last size of the key before");
      if (keys.Find(term.key.name(), term.key.key_id()) != nullptr) return Refuse(number, "is a key that was there before");
    }
    if (term.last_size && *term.last_size < term.first_size) return Refuse(number, "ends before it begins");
    keys.terms_.push_back(std::move(term));
    if (end == std::string_view::npos) return keys;
    text.remove_prefix(end + 1);
  }
}

Result<LogKeys> LogKeys::FromFileOrText(const std::string& file_or_text) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file_or_text, error)) {
    // One line only, then: its errors speak of files too.
    if (file_or_text.find_first_of(" \n") == std::string::npos) {
      OXP_TRY(VerifierKey key, VerifierKey::FromFileOrText(file_or_text));
      return LogKeys(std::move(key));
    }
    return Parse(file_or_text);
  }
  OXP_TRY(const std::string text, ReadSmallFile(file_or_text, kFileBytesMax));
  auto keys = Parse(text);
  if (keys) return keys;
  Error wrong = keys.error();
  wrong.place = file_or_text + ": " + wrong.place;
  return std::unexpected(std::move(wrong));
}

const KeyTerm* LogKeys::Find(std::string_view name, std::uint32_t key_id) const {
  const auto found = std::ranges::find_if(terms_, [&](const KeyTerm& term) {
    return term.key.key_id() == key_id && term.key.name() == name;
  });
  return found == terms_.end() ? nullptr : &*found;
}

void LogKeys::Rotate(const VerifierKey& next, std::uint64_t size) {
  if (Find(next.name(), next.key_id()) != nullptr) return;
  terms_.back().last_size = size;
  terms_.push_back({next, size, {}});
}

std::string LogKeys::ToString() const {
  if (terms_.size() == 1 && !terms_[0].last_size) return current().ToString() + "\n";
  std::string text;
  for (const KeyTerm& term : terms_) {
    text += term.key.ToString() + " " + std::to_string(term.first_size);
    if (term.last_size) text += " " + std::to_string(*term.last_size);
    text += "\n";
  }
  return text;
}

Result<std::optional<VerifierKey>> NextKeyOf(std::string_view about) {
  OXP_TRY(const json::Document document, json::Document::Parse(about, {}));
  const auto text_of = [&](const char* name) {
    const auto member = document.root().Find(name);
    return member && member->kind() == json::Kind::kString ? member->text() : std::string_view();
  };
  if (text_of("purpose") != kSigningPurpose) return std::optional<VerifierKey>();
  OXP_TRY(VerifierKey next, VerifierKey::Parse(text_of("new_key")));
  return std::optional<VerifierKey>(std::move(next));
}

}  // namespace oxpecker::audit
