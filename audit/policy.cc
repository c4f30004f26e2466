#include "audit/policy.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/files.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kFileBytesMax = 64U << 10U;
constexpr std::string_view kNone = "none";

using Words = std::vector<std::string_view>;

Words SplitAtBlanks(std::string_view line) {
  Words words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    words.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(words.back().size());
  }
}

std::optional<std::size_t> Threshold(std::string_view word, std::size_t members) {
  if (word == "any") return 1;
  if (word == "all") return members;
  std::size_t value = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
  if (read.ec != std::errc() || read.ptr != word.data() + word.size() || word[0] == '0') return std::nullopt;
  return value >= 1 && value <= members ? std::optional(value) : std::nullopt;
}

}  // namespace

// Reads the lines one after the other; what is said of a line names it.
class PolicyReader {
 public:
  Status ReadLine(std::size_t number, std::string_view line) {
    number_ = number;
    const Words words = SplitAtBlanks(line);
    if (words.empty() || words[0].starts_with('#')) return {};
    if (words[0] == "log") return ReadLog(words);
    if (words[0] == "witness") return ReadWitness(words);
    if (words[0] == "group") return ReadGroup(words);
    if (words[0] == "quorum") return ReadQuorum(words);
    return Refuse("begins with none of log, witness, group and quorum");
  }
  Result<Policy> Finish() {
    if (!has_quorum_) return Fail(ErrorCode::kInvalidInput, "policy", "there is no line 'quorum'", "write 'quorum NAME', or 'quorum none'");
    return std::move(policy_);
  }

 private:
  std::unexpected<Error> Refuse(std::string message) const {
    return Fail(ErrorCode::kInvalidInput, "policy, line " + std::to_string(number_), std::move(message),
                "lines read: log VKEY [URL], witness NAME VKEY [URL], group NAME K|any|all MEMBER..., quorum NAME|none");
  }
  Result<VerifierKey> ReadKey(std::string_view word, KeyType type) {
    auto key = VerifierKey::Parse(word, type);
    if (!key) return Refuse(key.error().message);
    if (!keys_.emplace(key->public_key()).second) return Refuse("this public key stands on a line before too");
    return key;
  }
  Status Define(std::string_view name) {
    if (name == kNone) return Refuse("'none' is no name to give");
    if (!names_.emplace(name).second) return Refuse("this name is given on a line before too");
    return {};
  }
  Status ReadLog(const Words& words) {
    if (words.size() < 2 || words.size() > 3) return Refuse("expected a key, and at most a URL");
    OXP_TRY(VerifierKey key, ReadKey(words[1], KeyType::kLogHead));
    policy_.logs_.push_back(std::move(key));
    return {};
  }
  Status ReadWitness(const Words& words) {
    if (words.size() < 3 || words.size() > 4) return Refuse("expected a name, a key, and at most a URL");
    OXP_TRY(Define(words[1]));
    OXP_TRY(VerifierKey key, ReadKey(words[2], KeyType::kCosignature));
    policy_.witnesses_.push_back({std::string(words[1]), std::move(key), std::string(words.size() > 3 ? words[3] : "")});
    return {};
  }
  Status ReadGroup(const Words& words) {
    if (words.size() < 4) return Refuse("expected a name, how many, and at least one member");
    const auto threshold = Threshold(words[2], words.size() - 3);
    if (!threshold) return Refuse("how many must be any, all, or a number from 1 to that of its members");
    Policy::Group group{std::string(words[1]), *threshold, {}};
    for (std::size_t i = 3; i < words.size(); ++i) {
      if (!names_.contains(std::string(words[i]))) return Refuse("a member is not defined on a line before");
      if (!members_.emplace(words[i]).second) return Refuse("a member stands in a group already");
      group.members.emplace_back(words[i]);
    }
    OXP_TRY(Define(words[1]));
    policy_.groups_.push_back(std::move(group));
    return {};
  }
  Status ReadQuorum(const Words& words) {
    if (words.size() != 2) return Refuse("expected one name, or none");
    if (has_quorum_) return Refuse("is the second line 'quorum'");
    if (words[1] != kNone && !names_.contains(std::string(words[1]))) return Refuse("the quorum is not defined on a line before");
    has_quorum_ = true;
    if (words[1] != kNone) policy_.quorum_ = words[1];
    return {};
  }

  Policy policy_;
  std::size_t number_ = 0;
  bool has_quorum_ = false;
  std::set<std::string> names_;
  std::set<std::string> members_;
  std::set<std::string> keys_;
};

Result<Policy> Policy::Parse(std::string_view text) {
  if (text.size() > kFileBytesMax) return Fail(ErrorCode::kLimit, "policy", "larger than 64 KiB");
  if (std::ranges::any_of(text, [](char c) { return (c >= '\0' && c < ' ' && c != '\n' && c != '\t') || c == '\x7f'; }))
    return Fail(ErrorCode::kInvalidInput, "policy", "holds a control character");
  PolicyReader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    OXP_TRY(reader.ReadLine(number, text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return reader.Finish();
}

Result<Policy> Policy::FromFile(const std::filesystem::path& file) {
  OXP_TRY(const std::string text, ReadSmallFile(file, kFileBytesMax));
  auto policy = Parse(text);
  if (policy) return policy;
  Error wrong = policy.error();
  wrong.place = file.string() + ": " + wrong.place;
  return std::unexpected(std::move(wrong));
}

const Policy::Group* Policy::FindGroup(std::string_view name) const {
  const auto found = std::ranges::find(groups_, name, &Group::name);
  return found == groups_.end() ? nullptr : &*found;
}

// Groups name only what stands before them, so this ends.
bool Policy::Witnessed(std::string_view name, const std::vector<WitnessSeen>& seen) const {
  const Group* group = FindGroup(name);
  if (group == nullptr) return std::ranges::find(seen, name, &WitnessSeen::name) != seen.end();
  const auto count = std::ranges::count_if(group->members, [&](const std::string& member) { return Witnessed(member, seen); });
  return static_cast<std::size_t>(count) >= group->threshold;
}

Result<PolicyVerdict> Policy::Judge(std::string_view note) const {
  OXP_TRY(const Note parsed, Note::Parse(note));
  std::vector<VerifierKey> keys;
  for (const PolicyWitness& witness : witnesses_) keys.push_back(witness.key);
  OXP_TRY(const std::vector<Cosignature> cosignatures, CosignaturesOf(parsed, keys));
  PolicyVerdict verdict;
  for (const PolicyWitness& witness : witnesses_) {
    std::optional<std::int64_t> first;
    for (const Cosignature& cosignature : cosignatures)
      if (cosignature.witness == witness.key && (!first || cosignature.unix_seconds < *first)) first = cosignature.unix_seconds;
    if (first) verdict.seen.push_back({witness.name, witness.key.name(), *first});
  }
  verdict.quorum = quorum_.empty() || Witnessed(quorum_, verdict.seen);
  return verdict;
}

std::string Policy::Describe(std::string_view name) const {
  const Group* group = FindGroup(name);
  if (group == nullptr) return std::string(name);
  std::string text = std::to_string(group->threshold) + " of (";
  for (const std::string& member : group->members) text += (&member == &group->members.front() ? "" : ", ") + Describe(member);
  return text + ")";
}

std::string Policy::Needed() const { return quorum_.empty() ? std::string("no witness") : Describe(quorum_); }

}  // namespace oxpecker::audit
