#include "audit/anchors.h"

#include <algorithm>
#include <utility>

#include "audit/cosignature.h"
#include "audit/files.h"

namespace oxpecker::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNoteBytesMax = 1U << 20U;
constexpr std::size_t kSizeDigits = 12;
constexpr const char* kNoteSuffix = ".note";

std::string FileName(std::uint64_t size) {
  const std::string digits = std::to_string(size);
  return std::string(digits.size() < kSizeDigits ? kSizeDigits - digits.size() : 0, '0') + digits + kNoteSuffix;
}

bool IsCosignedName(const std::string& name) {
  const std::string stem = name.substr(0, name.size() - std::min(name.size(), std::string_view(kNoteSuffix).size()));
  return name.ends_with(kNoteSuffix) && stem.size() >= kSizeDigits && stem.find_first_not_of("0123456789") == std::string::npos;
}

std::vector<VerifierKey> KeysOf(const Policy& policy) {
  std::vector<VerifierKey> keys;
  for (const PolicyWitness& witness : policy.witnesses()) keys.push_back(witness.key);
  return keys;
}

std::unexpected<Error> At(const fs::path& file, Error error) {
  error.place = file.string();
  return std::unexpected(std::move(error));
}

// That the log goes on from this head, or why it does not. Two heads over one size are compared by a proof
// of no hashes.
struct Relation {
  std::optional<Error> broken = {};
  bool fork = false;
};
Relation RelationTo(LogReader& reader, const Checkpoint& head, const Checkpoint& newest) {
  if (head.size > reader.size())
    return {Error{ErrorCode::kIntegrity, "",
                  "witnesses signed a head over " + std::to_string(head.size) + " records, the log has " + std::to_string(reader.size()) +
                      ": its tail was cut off, or this is an older copy",
                  "find the log that this head came from"}};
  const bool is_newer = head.size > newest.size;
  const auto path = is_newer ? reader.ProveConsistency(newest, head) : reader.ProveConsistency(head, newest);
  if (path) return {};
  if (path.error().code != ErrorCode::kIntegrity) return {path.error()};
  return {Error{ErrorCode::kIntegrity, "",
                "FORK: witnesses signed a head over " + std::to_string(head.size) + " records, and this log has others: its root is not " +
                    head.root.ToHex(),
                "keep the cosigned head and this log: both are signed, and together they are the proof"},
          true};
}

}  // namespace

fs::path AnchorFolder(const fs::path& database) { return database.parent_path() / "anchors"; }

Result<std::vector<CosignatureLineSeen>> ReadAnswer(std::string_view head_note, std::string_view answer, const Policy& policy) {
  // As the protocol suggests: the lines behind the checkpoint make a note.
  OXP_TRY(const Note signed_note, Note::Parse(head_note));
  OXP_TRY(Note note, Note::Parse(std::string(head_note) + std::string(answer)));
  note.signatures.erase(note.signatures.begin(), note.signatures.begin() + static_cast<std::ptrdiff_t>(signed_note.signatures.size()));
  std::vector<CosignatureLineSeen> seen;
  for (const NoteSignature& signature : note.signatures) {
    OXP_TRY(const auto found, CosignaturesOf({note.text, {signature}}, KeysOf(policy)));
    if (found.empty()) continue;
    const auto witness = std::ranges::find(policy.witnesses(), found[0].witness, &PolicyWitness::key);
    seen.push_back({*witness, found[0].unix_seconds, SignatureLine(witness->key, signature.signature)});
  }
  if (!seen.empty()) return seen;
  return Fail(ErrorCode::kIntegrity, "witness", "the answer holds no cosignature by a witness of the policy",
              "add its line to the policy: witness NAME VKEY URL");
}

Status KeepCosignature(const fs::path& folder, const SignedCheckpoint& head, std::string_view line) {
  OXP_TRY(MakePrivateFolder(folder));
  const fs::path file = folder / FileName(head.checkpoint.size);
  auto kept = ReadSmallFile(file, kNoteBytesMax);
  if (!kept && kept.error().code != ErrorCode::kNotFound) return std::unexpected(kept.error());
  std::string note = kept ? *std::move(kept) : head.note;
  OXP_TRY(const Note parsed, Note::Parse(note));
  if (parsed.text != head.checkpoint.ToBody())
    return Fail(ErrorCode::kIntegrity, file.string(), "FORK: another head over " + std::to_string(head.checkpoint.size) + " records was cosigned",
                "keep both: together they are the proof");
  if (note.find(line) != std::string::npos) return {};
  return ReplaceFile(file, note + std::string(line), 0644);
}

Result<std::vector<SignedCheckpoint>> ReadCosigned(const fs::path& folder) {
  std::vector<SignedCheckpoint> heads;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!IsCosignedName(name)) continue;
    OXP_TRY(std::string note, ReadSmallFile(entry.path(), kNoteBytesMax));
    auto head = ReadCheckpoint(note);
    if (!head) return At(entry.path(), std::move(head).error());
    if (FileName(head->size) != name) return At(entry.path(), {ErrorCode::kIntegrity, "", "holds a head of another size than its name says", ""});
    heads.push_back({*std::move(head), std::move(note)});
  }
  std::ranges::sort(heads, {}, [](const SignedCheckpoint& head) { return head.checkpoint.size; });
  return heads;
}

Result<std::optional<Checkpoint>> LastCosigned(const fs::path& folder, const VerifierKey& witness) {
  OXP_TRY(const auto heads, ReadCosigned(folder));
  std::optional<Checkpoint> last;
  for (const SignedCheckpoint& head : heads) {
    OXP_TRY(const Note note, Note::Parse(head.note));
    OXP_TRY(const auto found, CosignaturesOf(note, {&witness, 1}));
    if (!found.empty()) last = head.checkpoint;
  }
  return last;
}

Entry AnchorEntry(std::string_view anchor, const Checkpoint& head, const Digest& token, std::string_view witness, Instant now) {
  Entry entry{.kind = RecordKind::kAnchor, .time = now};
  entry.about.Set("anchor", std::string(anchor));
  entry.about.Set("root", head.root.ToHex());
  entry.about.Set("size", std::to_string(head.size));
  entry.about.Set("token", token.ToHex());
  if (!witness.empty()) entry.about.Set("witness", std::string(witness));
  return entry;
}

Result<WitnessReport> CheckWitnesses(LogReader& reader, const fs::path& folder, const LogKeys& keys, const Policy& policy) {
  const auto is_of_log = [&](const VerifierKey& key) { return keys.Find(key.name(), key.key_id()) != nullptr; };
  if (!policy.logs().empty() && std::ranges::none_of(policy.logs(), is_of_log))
    return Fail(ErrorCode::kInvalidInput, "policy", "its logs are others than " + keys.name(), "name the policy of this log");
  OXP_TRY(const auto cosigned, ReadCosigned(folder));
  OXP_TRY(const SignedCheckpoint newest, reader.NewestCheckpoint());
  OXP_TRY(const Checkpoint newest_head, OpenCheckpoint(newest.note, keys));
  WitnessReport report;
  report.records = reader.size();
  report.needed = policy.Needed();
  const auto broken = [&](const SignedCheckpoint& head, Error error) {
    error.place = (folder / FileName(head.checkpoint.size)).string();
    report.broken = std::move(error);
    return report;
  };
  for (const SignedCheckpoint& head : cosigned) {
    const auto opened = OpenCheckpoint(head.note, keys);
    if (!opened) return broken(head, opened.error());
    auto verdict = policy.Judge(head.note);
    if (!verdict) return broken(head, verdict.error());
    const Relation relation = RelationTo(reader, *opened, newest_head);
    report.fork = relation.fork;
    if (relation.broken) return broken(head, *relation.broken);
    report.heads.push_back({*opened, *std::move(verdict)});
    if (report.heads.back().verdict.quorum) report.newest = report.heads.back();
  }
  return report;
}

}  // namespace oxpecker::audit
