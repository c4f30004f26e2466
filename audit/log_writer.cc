#include "audit/log_writer.h"

#include <algorithm>
#include <utility>

#include "audit/chain.h"
#include "audit/crypto.h"
#include "audit/intents.h"
#include "audit/key_rotation.h"
#include "audit/leaf.h"
#include "audit/vault_of_log.h"
#include "audit/verify.h"
#include "base/check.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kNoteBytesMax = 64U << 10U;
constexpr const char* kWrongTiles = "the stored tiles of the tree are not those of the records";

std::unexpected<Error> Contradiction(const std::string& place, std::string message) {
  return Fail(ErrorCode::kIntegrity, place, std::move(message),
              "do not write to this log; run oxpecker-verify on it and compare with a checkpoint "
              "that is held elsewhere");
}

// A checkpoint that the log stores, if it is by its key.
Result<Checkpoint> SignedBy(const LogKeys& keys, const CheckpointRow& row, const std::string& place) {
  auto checkpoint = OpenCheckpoint(row.note, keys);
  if (!checkpoint)
    return Contradiction(place, "the checkpoint at " + std::to_string(row.size) +
                                    " is not by the signing key: " + checkpoint.error().message);
  return checkpoint;
}

// Why the last head is not by a key that is at hand. Signed in the log's name by another one: a key took
// over since these were copied.
Error NotByOurKeys(Error error, const LogKeys& keys, const std::string& note, const std::filesystem::path& signing_key) {
  const auto parsed = Note::Parse(note);
  if (!parsed) return error;
  const bool by_other = std::ranges::any_of(parsed->signatures, [&](const NoteSignature& signature) {
    return signature.name == keys.name() && keys.Find(signature.name, signature.key_id) == nullptr;
  });
  const bool by_ours = std::ranges::any_of(parsed->signatures, [&](const NoteSignature& signature) {
    return keys.Find(signature.name, signature.key_id) != nullptr;
  });
  if (!by_other || by_ours) return error;
  error.hint = "if a key took over since, " + signing_key.parent_path().string() +
               " is an older copy: put back the newer log.key and log.vkey. Otherwise " + error.hint;
  return error;
}

// The tree that is stored with it, if it has the root that was signed.
Result<CompactRange> RangeOf(const CheckpointRow& row, const Checkpoint& checkpoint,
                             const std::string& place) {
  const auto range = CompactRange::FromFrontier(checkpoint.size, row.frontier);
  if (!range || row.size != static_cast<std::int64_t>(checkpoint.size) ||
      range->Root() != checkpoint.root)
    return Contradiction(place, "the tree stored with checkpoint " + std::to_string(row.size) +
                                    " has not the root that was signed");
  return *range;
}

// All that the verifier knows, while nobody else can write.
Status ProveWhole(const LogOptions& options, const LogKeys& keys) {
  VerifyOptions verify{.key = keys, .published_note = {}, .must_be_published = true, .progress = options.progress};
  auto note = ReadSmallFile(options.paths.published_checkpoint, kNoteBytesMax);
  if (note) verify.published_note = *std::move(note);
  else if (note.error().code != ErrorCode::kNotFound) return std::unexpected(note.error());
  OXP_TRY(const LogVerification proven, VerifyLog(options.paths.database, verify));
  if (proven.ok()) return {};
  return Fail(ErrorCode::kIntegrity, options.paths.database.string(),
              "nothing was signed, since the log is broken: " + proven.first_break->ToString(),
              "keep the file as it is, compare it with a checkpoint that is held elsewhere, and restore a copy that "
              "'oxpecker log verify' finds whole");
}

// The public halves, as they stand beside the signing key; a log whose file is missing has its one key.
Result<LogKeys> KeysOf(const LogPaths& paths, const VerifierKey& key) {
  std::error_code error;
  if (!std::filesystem::exists(paths.verifier_key, error)) return LogKeys(key);
  OXP_TRY(LogKeys keys, LogKeys::FromFileOrText(paths.verifier_key.string()));
  const KeyTerm* own = keys.Find(key.name(), key.key_id());
  // While a rotation is being ended, the signing key may be the last but one.
  if (own != nullptr && own + 1 >= &keys.terms().back()) return keys;
  return Fail(ErrorCode::kIntegrity, paths.verifier_key.string(),
              "the signing key " + paths.SigningSource().text() + " is not the one in use of these keys",
              "put back the file that belongs to the signing key, or the signing key that belongs to it");
}

bool IsInFile(const KeySource& source) { return source.kind() == KeySource::Kind::kFile; }

Result<std::unique_ptr<Signer>> MakeSigningKey(const LogPaths& paths, const std::string& origin) {
  OXP_TRY(SigningKey key, SigningKey::Generate(origin));
  OXP_TRY(MakePrivateFolder(paths.signing_key.parent_path()));
  OXP_TRY(CreateFile(paths.signing_key, key.ToString() + "\n", 0600));
  return SignerOf(std::move(key));
}

// Makes the private keys that are files; the others must be there.
Result<std::unique_ptr<Signer>> MakeKeys(const LogPaths& paths, const std::string& origin) {
  const KeySource source = paths.SigningSource();
  OXP_TRY(std::unique_ptr<Signer> signer, IsInFile(source) ? MakeSigningKey(paths, origin) : OpenSigner(source, origin));
  if (signer->verifier().name() != origin)
    return Fail(ErrorCode::kInvalidInput, source.text(), "this key has the name " + signer->verifier().name() + ", the log is to be " + origin,
                "a key's name is its log's");
  if (IsInFile(paths.VaultSource())) {
    OXP_TRY(GenerateVaultKey(paths.vault_key));
  }
  OXP_TRY(MakePrivateFolder(paths.verifier_key.parent_path()));
  return signer;
}

std::filesystem::path LockFileOf(const LogPaths& paths) {
  std::filesystem::path lock = paths.database;
  lock += ".lock";
  return lock;
}

}  // namespace

LogPaths LogPaths::Under(const std::filesystem::path& workspace) {
  return {.database = workspace / "log" / "log.db",
          .published_checkpoint = workspace / "log" / "checkpoint",
          .vault = workspace / "vault" / "vault.db",
          .signing_key = workspace / "keys" / "log.key",
          .verifier_key = workspace / "keys" / "log.vkey",
          .vault_key = workspace / "keys" / "vault.key"};
}

Status CreateLog(const LogPaths& paths, const std::string& origin, Clock& clock) {
  OXP_TRY(CheckKeyName(origin));
  for (const auto* file : {&paths.database, &paths.published_checkpoint, &paths.vault,
                           &paths.signing_key, &paths.verifier_key, &paths.vault_key}) {
    std::error_code error;
    if (std::filesystem::exists(*file, error))
      return Fail(ErrorCode::kRefused, file->string(), "there is a file of this name already",
                  "a log and its keys are never overwritten; choose another folder");
  }
  OXP_TRY(const std::unique_ptr<Signer> key, MakeKeys(paths, origin));
  OXP_TRY(CreateFile(paths.verifier_key, key->verifier().ToString() + "\n", 0644));
  OXP_TRY(MakePrivateFolder(paths.vault.parent_path()));
  OXP_TRY(Vault::Create(paths.vault, paths.VaultSource()));
  OXP_TRY(MakePrivateFolder(paths.database.parent_path()));
  OXP_TRY(MakePrivateFolder(paths.published_checkpoint.parent_path()));
  OXP_TRY(const SignedCheckpoint first, SignBy({origin, 0, CompactRange().Root()}, *key));
  OXP_TRY(LogStore::Create(paths.database, origin));
  OXP_TRY(LogStore store, LogStore::Open(paths.database));
  OXP_TRY(store.Begin());
  OXP_TRY(store.InsertCheckpoint(0, first.note, ""));
  OXP_TRY(store.UpdateHead(MakeHead(origin, CompactRange(), Digest(), 0, 1), 0));
  OXP_TRY(store.Commit());
  OXP_TRY(store.Close());
  OXP_TRY(ReplaceFile(paths.published_checkpoint, first.note, 0644));
  // Opening it once proves that all parts fit together.
  OXP_TRY(const auto log, Log::Open({.paths = paths, .clock = &clock}));
  return log->Close();
}

Result<std::unique_ptr<Signer>> OpenLogSigner(const LogPaths& paths) {
  const KeySource source = paths.SigningSource();
  if (source.kind() != KeySource::Kind::kToken) return OpenSigner(source, {});
  OXP_TRY(const LogKeys keys, LogKeys::FromFileOrText(paths.verifier_key.string()));
  return OpenSigner(source, keys.name());
}

LogWriter::LogWriter(const LogOptions& options, FileLock lock, LogStore store,
                     std::unique_ptr<Vault> vault, std::unique_ptr<Signer> key, LogKeys keys)
    : paths_(options.paths),
      clock_(options.clock),
      lock_(std::move(lock)),
      store_(std::move(store)),
      vault_(std::move(vault)),
      key_(std::move(key)),
      keys_(std::move(keys)) {}

Result<std::unique_ptr<LogWriter>> LogWriter::Open(const LogOptions& options) {
  OXP_CHECK(options.clock != nullptr);
  const LogPaths& paths = options.paths;
  std::error_code error;
  if (!std::filesystem::exists(paths.database, error))
    return Fail(ErrorCode::kNotFound, paths.database.string(), "no such log",
                "make one with `oxpecker init`");
  OXP_TRY(std::unique_ptr<Signer> key, OpenLogSigner(paths));
  OXP_TRY(FileLock lock, FileLock::Acquire(LockFileOf(paths)));
  OXP_TRY(LogKeys keys, KeysOf(paths, key->verifier()));
  if (options.prove == ProveAtOpening::kWhole) {
    OXP_TRY(ProveWhole(options, keys));
  }
  OXP_TRY(LogStore store, LogStore::Open(paths.database));
  OXP_TRY(auto vault, Vault::Open(paths.vault, paths.VaultSource(), VaultMode::kWrite));
  {
    OXP_TRY(LogSnapshot snapshot, LogSnapshot::Open(paths.database));
    OXP_TRY(CheckVaultOfLog(snapshot, *vault, paths.vault));
  }
  std::unique_ptr<LogWriter> writer(
      new LogWriter(options, std::move(lock), std::move(store), std::move(vault), std::move(key),
                    std::move(keys)));
  OXP_TRY(writer->Recover());
  OXP_TRY(SettleIntents(writer->store_, *writer->vault_));
  return writer;
}

// What is durable is read from the disk and proven from the last signed head on.
Status LogWriter::Recover() {
  OXP_TRY(StartFromLastCheckpoint());
  OXP_TRY(SettleKeys());
  OXP_TRY(ProveRecent());
  OXP_TRY(ReplayRecords());
  OXP_TRY(CompareHead());
  OXP_TRY(CompareTiles());
  OXP_TRY(CompareIndex());
  OXP_TRY(ComparePublished());
  if (records_since_checkpoint() == 0) return {};
  OXP_TRY(WriteCheckpoint());
  return {};
}

Status LogWriter::StartFromLastCheckpoint() {
  const std::string place = paths_.database.string();
  OXP_TRY(auto row, store_.LastCheckpoint());
  OXP_TRY(const auto first, store_.CheckpointAt(0));
  if (!row || !first) return Contradiction(place, "holds no checkpoint of the empty log");
  const auto opened = SignedBy(keys_, *row, place);
  if (!opened) return std::unexpected(NotByOurKeys(opened.error(), keys_, row->note, paths_.signing_key));
  const Checkpoint& checkpoint = *opened;
  OXP_TRY(sealed_range_, RangeOf(*row, checkpoint, place));
  OXP_TRY(tree_, TreeOf(sealed_range_));
  last_checkpoint_ = {checkpoint, row->note};
  if (tree_.size() == 0) return {};
  std::string leaf, leaf_hash, kek_id, wrapped_dek;
  const std::uint64_t last = tree_.size() - 1;
  OXP_TRY(const bool found, store_.ReadRecord(last, leaf, leaf_hash, kek_id, wrapped_dek));
  last_leaf_hash_ = LeafHash(leaf);
  if (!found || last_leaf_hash_.view() != leaf_hash)
    return Contradiction(
        place, "record " + std::to_string(last) + ", the last one signed, is missing or altered");
  return {};
}

// The tree under a signed head, with its tiles as they are stored: those give its root again.
Result<TileTree> LogWriter::TreeOf(const CompactRange& range) {
  const std::string place = paths_.database.string();
  std::vector<std::string> open(kTileLevels);
  const std::uint64_t size = range.size();
  OXP_TRY(store_.SeekRecords(size - size % kTileWidth));
  for (std::uint64_t rest = size % kTileWidth; rest > 0; --rest) {
    RecordRow row;
    OXP_TRY(const bool more, store_.NextRecord(row));
    if (more) open[0] += row.leaf_hash;
  }
  store_.EndRecords();
  for (unsigned level = 1; level < kTileLevels; ++level) {
    const TilePlace last{level, size >> (8 * level) >> 8U};
    const std::size_t width = TileWidthAt(last, size);
    if (width == 0) continue;
    OXP_TRY(const auto stored, store_.TileAt(last));
    // What lies behind came with later records.
    if (stored) open[level] = stored->substr(0, width * 32);
  }
  auto tree = TileTree::FromOpenTiles(range, std::move(open));
  if (!tree) return Contradiction(place, kWrongTiles);
  return *std::move(tree);
}

// Reads the leaves from the end of `range` to `size` and adds their hashes.
Result<CompactRange> LogWriter::ReadBack(CompactRange range, std::uint64_t size) {
  const std::string place = paths_.database.string();
  OXP_TRY(store_.SeekRecords(range.size()));
  while (range.size() < size) {
    RecordRow row;
    OXP_TRY(const bool more, store_.NextRecord(row));
    const Digest hash = more ? LeafHash(row.leaf) : Digest();
    const bool same = more && row.seq == static_cast<std::int64_t>(range.size()) && hash.view() == row.leaf_hash;
    if (!same) {
      store_.EndRecords();
      return Contradiction(place, "record " + std::to_string(range.size()) + " is missing or altered");
    }
    range.Append(hash);
  }
  store_.EndRecords();
  return range;
}

// The records signed last are still those that were signed: cheap, since it reads their leaves only
// and of few of them.
Status LogWriter::ProveRecent() {
  const std::string place = paths_.database.string();
  const std::uint64_t size = sealed_range_.size();
  OXP_TRY(const auto row, store_.CheckpointAtMost(size - std::min(size, kRecentRecords)));
  if (!row) return Contradiction(place, "holds no checkpoint of the empty log");
  OXP_TRY(const Checkpoint checkpoint, SignedBy(keys_, *row, place));
  OXP_TRY(const CompactRange from, RangeOf(*row, checkpoint, place));
  OXP_TRY(const CompactRange found, ReadBack(from, size));
  if (found.Root() == sealed_range_.Root()) return {};
  return Contradiction(place, "the records from " + std::to_string(from.size()) + " to " +
                                  std::to_string(size - 1) +
                                  " are not those under the checkpoint at " + std::to_string(size));
}

Status LogWriter::ReplayRecords() {
  const std::string place = paths_.database.string();
  OXP_TRY(store_.SeekRecords(tree_.size()));
  LeafView leaf;
  while (true) {
    RecordRow row;
    OXP_TRY(const bool more, store_.NextRecord(row));
    if (!more) return {};
    const Digest hash = LeafHash(row.leaf);
    const std::string number = "record " + std::to_string(tree_.size());
    if (row.seq != static_cast<std::int64_t>(tree_.size()) || hash.view() != row.leaf_hash)
      return Contradiction(place, number + " is missing or altered");
    if (const Status decoded = DecodeLeaf(row.leaf, leaf); !decoded || leaf.seq != tree_.size() ||
                                                           leaf.prev != last_leaf_hash_ ||
                                                           leaf.origin != origin())
      return Contradiction(place, number + " does not continue the chain");
    if (!leaf.decision_id.empty()) {
      OXP_TRY(const auto indexed, store_.SeqOf(DecisionIdBytes(leaf.decision_id)));
      if (indexed != row.seq)
        return Contradiction(place, number + " is not where the index of decisions says");
    }
    for (const Tile& tile : tree_.Append(hash)) {
      OXP_TRY(const auto stored, store_.TileAt(tile.place));
      if (!stored || !stored->starts_with(tile.hashes)) return Contradiction(place, kWrongTiles);
    }
    last_leaf_hash_ = hash;
  }
}

// Tiles that are not full hold no hash more than the records have.
Status LogWriter::CompareTiles() {
  for (unsigned level = 1; level < kTileLevels; ++level) {
    const auto open = tree_.Open(level);
    if (!open) continue;
    OXP_TRY(const auto stored, store_.TileAt(open->place));
    if (stored != open->hashes) return Contradiction(paths_.database.string(), kWrongTiles);
  }
  return {};
}

Status LogWriter::CompareHead() {
  const std::string place = paths_.database.string();
  OXP_TRY(const std::vector<HeadRow> heads, store_.Heads());
  if (heads.size() != 1) return Contradiction(place, "the head is missing or not the only one");
  const HeadRow& head = heads[0];
  decisions_ = static_cast<std::uint64_t>(head.decisions);
  checkpoints_ = static_cast<std::uint64_t>(head.checkpoints);
  const HeadRow expected = MakeHead(origin(), tree_.range(), last_leaf_hash_, decisions_, checkpoints_);
  if (head.origin != expected.origin)
    return Contradiction(place, "is not the log of this signing key, " + expected.origin);
  if (head.size != expected.size)
    return Contradiction(place, "the head counts " + std::to_string(head.size) +
                                    " records, found " + std::to_string(expected.size));
  if (head.root != expected.root || head.frontier != expected.frontier ||
      head.last_leaf_hash != expected.last_leaf_hash)
    return Contradiction(place, "the head is not that of the stored records");
  return {};
}

// A row that is gone would let its decision be recorded a second time.
Status LogWriter::CompareIndex() {
  const std::string place = paths_.database.string();
  OXP_TRY(const std::uint64_t indexed, store_.DecisionCount());
  if (indexed != decisions_)
    return Contradiction(place, "the head counts " + std::to_string(decisions_) +
                                    " decisions, the index of decisions " +
                                    std::to_string(indexed));
  OXP_TRY(const std::uint64_t checkpoints, store_.CheckpointCount());
  if (checkpoints != checkpoints_)
    return Contradiction(place, "the head counts " + std::to_string(checkpoints_) +
                                    " checkpoints, found " + std::to_string(checkpoints));
  OXP_TRY(const bool stray, store_.HasStrayRows(tree_.size()));
  if (stray) return Contradiction(place, "holds keys or sections of records that it does not hold");
  return {};
}

Status LogWriter::ComparePublished() {
  const std::string place = paths_.published_checkpoint.string();
  const auto note = ReadSmallFile(paths_.published_checkpoint, kNoteBytesMax);
  if (!note && note.error().code == ErrorCode::kNotFound) {
    // Only right after its creation can a log have published nothing.
    if (last_checkpoint_.checkpoint.size == 0) return Publish(last_checkpoint_);
    return Fail(ErrorCode::kIntegrity, place,
                "the published checkpoint is missing, so a restored older database would go unseen",
                "put back the file, from a copy that is held elsewhere if there is one");
  }
  OXP_TRY(const std::string text, note);
  const auto published = OpenCheckpoint(text, keys_);
  if (!published) return Contradiction(place, published.error().message);
  if (published->size > tree_.size())
    return Contradiction(place, "a checkpoint over " + std::to_string(published->size) +
                                    " records was published, but the database holds " +
                                    std::to_string(tree_.size()) +
                                    ": it is an older copy or lost its tail");
  OXP_TRY(const auto stored, store_.CheckpointAt(published->size));
  const auto same = stored ? ReadCheckpoint(*stored) : Result<Checkpoint>(Checkpoint());
  if (!stored || !same || *same != *published)
    return Contradiction(place, "the database does not hold the published checkpoint at " +
                                    std::to_string(published->size) + ": two histories exist");
  if (published->size == last_checkpoint_.checkpoint.size) return {};
  return Publish(last_checkpoint_);
}

Status LogWriter::Publish(const SignedCheckpoint& checkpoint) {
  return ReplaceFile(paths_.published_checkpoint, checkpoint.note, 0644);
}

Result<SignedCheckpoint> LogWriter::WriteCheckpoint() {
  if (records_since_checkpoint() == 0) return last_checkpoint_;
  return SignHead(nullptr);
}

// With `next`, where it takes over from this head on, after the key in use.
Result<SignedCheckpoint> LogWriter::SignHead(const SigningKey* next_key) {
  OXP_TRY(const CompactRange stored_range, ReadBack(sealed_range_, tree_.size()));
  if (stored_range.Root() != tree_.range().Root())
    return Contradiction(paths_.database.string(), "the records since the checkpoint at " +
                                                       std::to_string(sealed_range_.size()) +
                                                       " are not those that were written");
  // The head is durable: only now may it be signed. A signature over what a crash then takes back
  // would be a fork made by ourselves.
  OXP_TRY(SignedCheckpoint next, SignBy({origin(), tree_.size(), tree_.range().Root()}, *key_));
  if (next_key != nullptr) next = AddSignature(std::move(next), *next_key);
  const std::string frontier = tree_.range().Frontier();
  OXP_TRY(store_.Begin());
  Status stored = store_.InsertCheckpoint(tree_.size(), next.note, frontier);
  if (stored)
    stored = store_.UpdateHead(
        MakeHead(origin(), tree_.range(), last_leaf_hash_, decisions_, checkpoints_ + 1), tree_.size());
  if (stored) stored = store_.Commit();
  if (!stored) {
    store_.Rollback();
    return std::unexpected(stored.error());
  }
  ++checkpoints_;
  OXP_TRY(Publish(next));
  sealed_range_ = tree_.range();
  last_checkpoint_ = next;
  return next;
}

Result<SignedCheckpoint> LogWriter::RotateKey(const EncodedEntry& announcement, SigningKey next) {
  const EncodedEntry* group[] = {&announcement};
  OXP_TRY(const auto receipts, WriteGroup(group));
  OXP_TRY([[maybe_unused]] const Receipt receipt, receipts.front());
  OXP_TRY(SignedCheckpoint head, SignHead(&next));
  OXP_TRY(StoreKeys(std::move(next)));
  return head;
}

// From the head that both signed on: the list of keys first, then the key itself, in one step each.
Status LogWriter::StoreKeys(SigningKey next) {
  keys_.Rotate(next.verifier(), last_checkpoint_.checkpoint.size);
  OXP_TRY(ReplaceFile(paths_.verifier_key, keys_.ToString(), 0644));
  if (Status moved = MoveFile(NextKeyFile(paths_), paths_.signing_key); !moved) {
    Error error = std::move(moved).error();
    error.hint = "open the log again: that ends the rotation";
    return std::unexpected(std::move(error));
  }
  key_ = SignerOf(std::move(next));
  return {};
}

// A rotation that stopped after its head was signed by both keys is ended: the former must not sign
// another one. Nor where it comes back from a copy: what the log tells decides, not the list of keys.
Status LogWriter::SettleKeys() {
  std::optional<VerifierKey> taken_over;
  if (const std::uint64_t size = last_checkpoint_.checkpoint.size; size > 0) {
    std::string leaf, leaf_hash, kek_id, wrapped_dek;
    OXP_TRY([[maybe_unused]] const bool found, store_.ReadRecord(size - 1, leaf, leaf_hash, kek_id, wrapped_dek));
    taken_over = TakenOver(leaf, last_checkpoint_.note);
  }
  const VerifierKey in_use = taken_over ? *taken_over : keys_.current();
  if (in_use != key_->verifier() || in_use != keys_.current()) {
    auto next = SigningKey::Load(NextKeyFile(paths_));
    if (!next && next.error().code == ErrorCode::kRefused) return std::unexpected(next.error());  // its mode
    if (!next || next->verifier() != in_use)
      return Fail(ErrorCode::kIntegrity, paths_.signing_key.string(),
                  "this key was retired at " + std::to_string(last_checkpoint_.checkpoint.size) +
                      " records at the latest, and the one that took over is missing: " + in_use.ToString(),
                  "an older copy of the keys was put back: put back the newer log.key and log.vkey. Nothing was written");
    OXP_TRY(StoreKeys(*std::move(next)));
  }
  const std::uint64_t first = keys_.terms().back().first_size;
  if (last_checkpoint_.checkpoint.size >= first) return {};
  return Contradiction(paths_.database.string(),
                       "the key in use signs from the head over " + std::to_string(first) +
                           " records on, but the last head that is stored is over " +
                           std::to_string(last_checkpoint_.checkpoint.size) + ": it is an older copy of the log");
}

Result<std::vector<Result<Receipt>>> LogWriter::WriteGroup(
    std::span<const EncodedEntry* const> entries) {
  // Keys first: a durable record without its key could not be read by anyone.
  OXP_TRY(vault_->Flush(clock_->Now()));
  std::vector<Result<Receipt>> receipts;
  receipts.reserve(entries.size());
  OXP_TRY(store_.Begin());
  const Status written = WriteEntries(entries, receipts);
  if (!written) {
    store_.Rollback();
    return std::unexpected(written.error());
  }
  OXP_TRY(store_.TidyWal());
  return receipts;
}

Status LogWriter::WriteEntries(std::span<const EncodedEntry* const> entries,
                               std::vector<Result<Receipt>>& receipts) {
  const std::uint64_t old_size = tree_.size();
  for (const EncodedEntry* entry : entries) {
    OXP_TRY(Result<Receipt> receipt, WriteEntry(*entry));
    receipts.push_back(std::move(receipt));
  }
  if (tree_.size() != old_size) {
    const HeadRow head = MakeHead(origin(), tree_.range(), last_leaf_hash_, decisions_, checkpoints_);
    OXP_TRY(store_.UpdateHead(head, old_size));
  }
  return store_.Commit();
}

Result<Result<Receipt>> LogWriter::WriteEntry(const EncodedEntry& entry) {
  const std::uint64_t seq = tree_.size();
  if (seq > kSeqMax) return Fail(ErrorCode::kLimit, origin(), "the log is full");
  if (!entry.decision_id.empty()) {
    OXP_TRY(const bool is_new, store_.InsertDecision(entry.decision_id, seq));
    if (!is_new) return Repeated(entry);
    ++decisions_;
  }
  const std::string leaf = Complete(entry.leaf, seq, last_leaf_hash_);
  const Digest hash = LeafHash(leaf);
  OXP_TRY(store_.InsertRecord(seq, leaf, hash.view()));
  if (!entry.sections.empty()) {
    OXP_TRY(store_.InsertKey(seq, entry.kek_id, entry.wrapped_dek));
  }
  for (std::size_t i = 0; i < entry.sections.size(); ++i) {
    OXP_TRY(store_.InsertSection(seq, i, entry.sections[i].name, entry.ciphertexts[i]));
  }
  for (const Tile& tile : tree_.Append(hash)) {
    OXP_TRY(store_.PutTile(tile));
  }
  last_leaf_hash_ = hash;
  return Result<Receipt>(Receipt{seq, hash, false});
}

Result<Result<Receipt>> LogWriter::Repeated(const EncodedEntry& entry) {
  OXP_TRY(const auto seq, store_.SeqOf(entry.decision_id));
  std::string leaf, leaf_hash, kek_id, wrapped_dek;
  bool found = false;
  if (seq) {
    OXP_TRY(found, store_.ReadRecord(static_cast<std::uint64_t>(*seq), leaf, leaf_hash, kek_id,
                                     wrapped_dek));
  }
  const Digest hash = LeafHash(leaf);
  if (!found || hash.view() != leaf_hash)
    return Contradiction(paths_.database.string(),
                         "the decision index points to a record that is missing or altered");
  const Status same = CheckSameContent(entry, leaf, kek_id, wrapped_dek, *vault_);
  if (!same) return Result<Receipt>(std::unexpected(same.error()));
  return Result<Receipt>(Receipt{static_cast<std::uint64_t>(*seq), hash, true});
}

Status LogWriter::Close() {
  Status closed = store_.Close();
  OXP_TRY(vault_->Close());
  return closed;
}

}  // namespace oxpecker::audit
