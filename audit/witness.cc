#include "audit/witness.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>

#include "audit/cosignature.h"
#include "audit/files.h"
#include "base/digest.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRequestBytesMax = 1U << 20U;
constexpr std::size_t kProofHashesMax = 63;

std::unexpected<Error> Malformed(std::string message) {
  return Fail(ErrorCode::kInvalidInput, "add-checkpoint", std::move(message),
              "expected 'old SIZE', a line of base64 for each hash of the proof, an empty line, and the checkpoint");
}

bool TakeLine(std::string_view& rest, std::string_view& line) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return false;
  line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

fs::path LogFolder(const fs::path& folder, const std::string& origin) {
  return folder / "logs" / Sha256(origin).ToHex().substr(0, 16);
}

// The last head that the witness signed of a log. Nothing where there was none; kIntegrity where the file
// is not what the witness wrote: it must not begin anew then.
struct State {
  SignedCheckpoint head;
  std::int64_t unix_seconds = 0;
};
Result<std::optional<State>> ReadState(const fs::path& log_folder, const LogKeys& keys, const VerifierKey& witness) {
  const fs::path file = log_folder / "checkpoint";
  auto note = ReadSmallFile(file, kRequestBytesMax);
  if (!note && note.error().code == ErrorCode::kNotFound) return std::optional<State>();
  OXP_TRY(std::string text, std::move(note));
  OXP_TRY(const Note parsed, Note::Parse(text));
  OXP_TRY(const auto cosignatures, CosignaturesOf(parsed, {&witness, 1}));
  OXP_TRY(const Checkpoint checkpoint, Checkpoint::FromBody(parsed.text));
  if (cosignatures.empty() || checkpoint.origin != keys.name())
    return Fail(ErrorCode::kIntegrity, file.string(), "is not what this witness signed last of " + keys.name(),
                "restore the file; without it the witness would sign a second history");
  return std::optional(State{{checkpoint, std::move(text)}, cosignatures.back().unix_seconds});
}

WitnessAnswer Refuse(int status, std::string why, std::optional<std::uint64_t> known_size = {}) {
  return {.status = status, .body = std::move(why) + "\n", .known_size = known_size};
}

WitnessAnswer TellSize(std::uint64_t size) {
  return {.status = kWitnessConflict, .type = kLogSizeType, .body = std::to_string(size) + "\n", .known_size = size};
}

// Does the head go on from the state, as the proof says?
bool GoesOn(const std::optional<State>& state, const AddCheckpointRequest& request, const Checkpoint& head) {
  const std::uint64_t size = state ? state->head.checkpoint.size : 0;
  const Digest root = state ? state->head.checkpoint.root : Sha256("");
  return VerifyConsistency(size, root, head.size, head.root, request.proof).has_value();
}

// The head with one line of each key of the log that signed it: what else stands in the note is for others.
std::string OwnNote(const SignedCheckpoint& head, const LogKeys& keys) {
  std::string note = head.checkpoint.ToBody() + "\n";
  const auto parsed = Note::Parse(head.note);
  if (!parsed) return note;
  for (const KeyTerm& term : keys.terms()) {
    const auto line = std::ranges::find_if(parsed->signatures, [&](const NoteSignature& signature) {
      return signature.name == term.key.name() && signature.key_id == term.key.key_id();
    });
    if (line != parsed->signatures.end()) note += SignatureLine(term.key, line->signature);
  }
  return note;
}

}  // namespace

std::string AddCheckpointRequest::ToString() const {
  std::string text = "old " + std::to_string(old_size) + "\n";
  for (const Digest& hash : proof) text += Base64Encode(hash.view()) + "\n";
  return text + "\n" + note;
}

Result<AddCheckpointRequest> AddCheckpointRequest::Parse(std::string_view text) {
  if (text.size() > kRequestBytesMax) return Malformed("larger than 1 MiB");
  AddCheckpointRequest request;
  std::string_view line;
  if (!TakeLine(text, line) || !line.starts_with("old ")) return Malformed("does not begin with 'old'");
  line.remove_prefix(4);
  const auto read = std::from_chars(line.data(), line.data() + line.size(), request.old_size);
  if (read.ec != std::errc() || read.ptr != line.data() + line.size() || (line.size() > 1 && line[0] == '0'))
    return Malformed("the old size is no decimal number without leading zeros");
  while (true) {
    if (!TakeLine(text, line)) return Malformed("has no empty line before the checkpoint");
    if (line.empty()) break;
    const auto bytes = Base64Decode(line);
    if (!bytes || bytes->size() != 32) return Malformed("a line of the proof is not base64 of 32 bytes");
    if (request.proof.size() == kProofHashesMax) return Malformed("the proof has more than 63 hashes");
    std::copy(bytes->begin(), bytes->end(), request.proof.emplace_back().bytes.begin());
  }
  request.note = text;
  return request;
}

class Witness::Impl {
 public:
  Impl(fs::path folder, FileLock lock, SigningKey key)
      : folder_(std::move(folder)), lock_(std::move(lock)), key_(std::move(key)) {}

  const VerifierKey& key() const { return key_.verifier(); }
  Status AddLog(const LogKeys& keys);
  WitnessAnswer AddCheckpoint(std::string_view text, Instant now);

 private:
  WitnessAnswer Consider(const AddCheckpointRequest& request, const Checkpoint& head, const LogKeys& keys, Instant now);
  WitnessAnswer KeepFork(const fs::path& log_folder, const State& state, const SignedCheckpoint& other);
  WitnessAnswer SignAndStore(const fs::path& log_folder, const SignedCheckpoint& head, const std::optional<State>& state,
                             Instant now);

  const fs::path folder_;
  const FileLock lock_;
  const SigningKey key_;
  std::mutex mutex_;  // from reading the state of a log to storing the next
};

Status Witness::Impl::AddLog(const LogKeys& keys) {
  const std::lock_guard lock(mutex_);
  const fs::path log_folder = LogFolder(folder_, keys.name());
  std::error_code error;
  if (fs::exists(log_folder / "keys", error)) {
    OXP_TRY(const LogKeys known, LogKeys::FromFileOrText((log_folder / "keys").string()));
    const auto same_key = [](const KeyTerm& a, const KeyTerm& b) { return a.key == b.key && a.first_size == b.first_size; };
    const bool goes_on = known.terms().size() <= keys.terms().size() &&
                         std::equal(known.terms().begin(), known.terms().end(), keys.terms().begin(), same_key);
    if (!goes_on)
      return Fail(ErrorCode::kRefused, keys.name(), "this log is known by other keys, and these do not go on from them",
                  "a log is followed through its rotations: give its whole list of keys (log.vkey)");
  }
  OXP_TRY(MakePrivateFolder(log_folder));
  OXP_TRY(SyncFolder(folder_ / "logs"));
  return ReplaceFile(log_folder / "keys", keys.ToString(), 0644);
}

WitnessAnswer Witness::Impl::AddCheckpoint(std::string_view text, Instant now) {
  const auto request = AddCheckpointRequest::Parse(text);
  if (!request) return Refuse(kWitnessBadRequest, request.error().message);
  const auto claimed = ReadCheckpoint(request->note);
  if (!claimed) return Refuse(kWitnessBadRequest, claimed.error().message);
  const std::lock_guard lock(mutex_);
  const fs::path known = LogFolder(folder_, claimed->origin) / "keys";
  std::error_code error;
  if (!fs::exists(known, error)) return Refuse(kWitnessUnknownLog, "this log is not known here");
  const auto keys = LogKeys::FromFileOrText(known.string());
  if (!keys || keys->name() != claimed->origin) return Refuse(kWitnessUnavailable, "the keys of this log cannot be read");
  const auto head = OpenCheckpoint(request->note, *keys);
  if (!head) return Refuse(kWitnessNotSigned, head.error().message);
  return Consider(*request, *head, *keys, now);
}

// The head is signed by the log; is it one that this witness may sign?
WitnessAnswer Witness::Impl::Consider(const AddCheckpointRequest& request, const Checkpoint& head, const LogKeys& keys,
                                      Instant now) {
  const fs::path log_folder = LogFolder(folder_, head.origin);
  const auto state = ReadState(log_folder, keys, key());
  if (!state) return Refuse(kWitnessUnavailable, state.error().message);
  const SignedCheckpoint own{head, OwnNote({head, request.note}, keys)};
  const std::uint64_t known_size = *state ? (*state)->head.checkpoint.size : 0;
  if (*state && head.size == known_size && head.root != (*state)->head.checkpoint.root)
    return KeepFork(log_folder, **state, own);
  if (request.old_size > head.size) return Refuse(kWitnessBadRequest, "the old size is larger than that of the checkpoint", known_size);
  if (request.old_size != known_size) return TellSize(known_size);
  if (!GoesOn(*state, request, head))
    return Refuse(kWitnessNotProven, "the proof does not lead from the head over " + std::to_string(known_size) +
                                         " records that was signed here to this one", known_size);
  return SignAndStore(log_folder, own, *state, now);
}

WitnessAnswer Witness::Impl::KeepFork(const fs::path& log_folder, const State& state, const SignedCheckpoint& other) {
  WitnessAnswer answer = TellSize(state.head.checkpoint.size);
  const fs::path file = log_folder / ("fork-" + other.checkpoint.root.ToHex().substr(0, 16) + ".note");
  std::error_code error;
  const Status kept = fs::exists(file, error) ? Status() : CreateFile(file, other.note, 0644);
  answer.fork = "FORK: " + other.checkpoint.origin + " signed two heads over " + std::to_string(other.checkpoint.size) +
                " records: " + state.head.checkpoint.root.ToHex() + " and " + other.checkpoint.root.ToHex() + ". Both together are the proof: " +
                (log_folder / "checkpoint").string() + " and " + (kept ? file.string() : "the request, which could not be stored");
  return answer;
}

WitnessAnswer Witness::Impl::SignAndStore(const fs::path& log_folder, const SignedCheckpoint& head,
                                          const std::optional<State>& state, Instant now) {
  const std::uint64_t known_size = state ? state->head.checkpoint.size : 0;
  const std::int64_t seconds = now.unix_seconds();
  if (seconds < 0 || (state && seconds < state->unix_seconds))
    return Refuse(kWitnessUnavailable, "the clock of this witness is behind its last cosignature", known_size);
  const std::string line = CosignatureLine(head.checkpoint.ToBody(), key_, seconds);
  if (!ReplaceFile(log_folder / "checkpoint", head.note + line, 0644))
    return Refuse(kWitnessUnavailable, "the head could not be stored, so it is not signed", known_size);
  return {.status = kWitnessSigned, .body = line, .known_size = head.checkpoint.size};
}

Witness::Witness(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Witness::Witness(Witness&&) noexcept = default;
Witness& Witness::operator=(Witness&&) noexcept = default;
Witness::~Witness() = default;

Result<VerifierKey> Witness::Create(const fs::path& folder, const std::string& name) {
  OXP_TRY(const SigningKey key, SigningKey::Generate(name, KeyType::kCosignature));
  OXP_TRY(MakePrivateFolder(folder));
  OXP_TRY(MakePrivateFolder(folder / "logs"));
  OXP_TRY(CreateFile(folder / "witness.key", key.ToString() + "\n", 0600));
  OXP_TRY(CreateFile(folder / "witness.vkey", key.verifier().ToString() + "\n", 0644));
  return key.verifier();
}

Result<Witness> Witness::Open(const fs::path& folder) {
  auto key = SigningKey::Load(folder / "witness.key", KeyType::kCosignature);
  if (!key && key.error().code == ErrorCode::kNotFound) {
    Error missing = key.error();
    missing.hint = "make a witness with 'oxpecker witness init'";
    return std::unexpected(std::move(missing));
  }
  if (!key) return std::unexpected(key.error());
  OXP_TRY(FileLock lock, FileLock::Acquire(folder / "lock"));
  return Witness(std::make_unique<Impl>(folder, std::move(lock), *std::move(key)));
}

const VerifierKey& Witness::key() const { return impl_->key(); }
Status Witness::AddLog(const LogKeys& keys) { return impl_->AddLog(keys); }
WitnessAnswer Witness::AddCheckpoint(std::string_view request, Instant now) { return impl_->AddCheckpoint(request, now); }

Result<std::vector<WitnessedLog>> Witness::Logs(const fs::path& folder) {
  OXP_TRY(const VerifierKey witness, VerifierKey::FromFileOrText((folder / "witness.vkey").string(), KeyType::kCosignature));
  std::vector<fs::path> folders;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "logs", error)) folders.push_back(entry.path());
  std::ranges::sort(folders);
  std::vector<WitnessedLog> logs;
  for (const fs::path& log_folder : folders) {
    OXP_TRY(LogKeys keys, LogKeys::FromFileOrText((log_folder / "keys").string()));
    OXP_TRY(const std::optional<State> state, ReadState(log_folder, keys, witness));
    WitnessedLog log{std::move(keys), {}, 0, {}};
    if (state) log.last = state->head.checkpoint;
    if (state) log.unix_seconds = state->unix_seconds;
    for (const fs::directory_entry& entry : fs::directory_iterator(log_folder, error))
      if (entry.path().filename().string().starts_with("fork-")) log.forks.push_back(entry.path().string());
    std::ranges::sort(log.forks);
    logs.push_back(std::move(log));
  }
  return logs;
}

}  // namespace oxpecker::audit
