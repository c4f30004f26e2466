#include "audit/log_reader.h"

#include <algorithm>
#include <utility>

#include "audit/bundle/record_proof.h"
#include "audit/leaf.h"
#include "audit/log_store.h"
#include "audit/merkle.h"
#include "audit/section_cipher.h"
#include "audit/section_parts.h"
#include "audit/stored_tree.h"
#include "audit/vault.h"
#include "audit/vault_of_log.h"
#include "base/encoding.h"
#include "base/json/document.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kPrefixMin = 4;

std::unexpected<Error> Altered(std::int64_t seq, std::string message) {
  return Fail(ErrorCode::kIntegrity, "record " + std::to_string(seq), std::move(message),
              "run oxpecker-verify on this log");
}

// The leaf's parts, owned. `about` was accepted as canonical JSON, so parsing it cannot fail for
// its form.
Result<Record> FromLeaf(const RecordRow& row, const LeafView& leaf, const Digest& hash) {
  Record record;
  record.seq = leaf.seq;
  record.leaf_hash = hash;
  record.leaf = row.leaf;
  record.origin = leaf.origin;
  record.prev = leaf.prev;
  record.time = leaf.time;
  record.kind_name = leaf.kind;
  record.kind = RecordKindFromName(leaf.kind);
  if (!leaf.decision_id.empty()) {
    OXP_TRY(record.decision_id, DecisionId::Parse(leaf.decision_id));
  }
  OXP_TRY(const json::Document about, json::Document::Parse(leaf.about, {}));
  OXP_TRY(const json::Value value, json::Value::FromDocument(about.root()));
  if (value.object() != nullptr) record.about = *value.object();
  record.record_id.assign(leaf.record_id.begin(), leaf.record_id.end());
  for (const SectionReference& section : leaf.sections)
    record.sections.push_back(
        {std::string(section.name), section.bytes, section.commit, section.ct_sha256, {}});
  return record;
}

// The smallest and the largest id that begin with `prefix`, as 16 bytes. Nothing for a prefix that
// no id can have.
struct IdRange {
  std::string low;
  std::string high;
};
std::optional<IdRange> RangeOf(std::string_view prefix) {
  std::string digits;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (prefix[i] == '-')) return std::nullopt;
    if (!dash) digits += prefix[i];
  }
  if (digits.size() > 32) return std::nullopt;
  const auto low = HexDecode(digits + std::string(32 - digits.size(), '0'));
  const auto high = HexDecode(digits + std::string(32 - digits.size(), 'f'));
  if (!low || !high) return std::nullopt;
  return IdRange{*low, *high};
}

std::string IdText(std::string_view bytes) {
  const std::string hex = HexEncode(bytes);
  if (hex.size() != 32) return hex;
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

}  // namespace

struct LogReader::State {
  explicit State(LogSnapshot opened) : snapshot(std::move(opened)) {}

  // The rows of the three tables, one ahead.
  Status Seek(std::uint64_t from);
  Result<std::optional<Record>> Next();
  Status ExplainGap(std::int64_t seq);
  // The row that comes next, and what it holds or why that cannot be told.
  struct Step {
    std::int64_t seq = 0;
    Result<Record> record;
  };
  Result<std::optional<Step>> NextStep();
  Result<Record> ReadRow(const RecordRow& row);
  Status PassOver(std::int64_t seq);

  LogSnapshot snapshot;
  std::unique_ptr<Vault> vault;
  HeadRow head;
  KeyRow key;
  bool has_key = false;
  SectionRow section;
  bool has_section = false;
  LeafView leaf;
  bool trees_checked = false;  // looked at once
  std::optional<std::string> tree_defect;
};

// A key or section that is not found was removed, unless the file's trees hide it.
Status LogReader::State::ExplainGap(std::int64_t seq) {
  if (!trees_checked) {
    OXP_TRY(tree_defect, snapshot.FirstDefect());
    trees_checked = true;
  }
  if (tree_defect) return Altered(seq, "a part of it is not found: " + *tree_defect);
  return {};
}

Status LogReader::State::Seek(std::uint64_t from) {
  OXP_TRY(snapshot.Seek(from));
  OXP_TRY(has_key, snapshot.NextKey(key));
  OXP_TRY(has_section, snapshot.NextSection(section));
  return {};
}

// Keys and sections of records before this one: nobody asks for them any more.
Status LogReader::State::PassOver(std::int64_t seq) {
  while (has_key && key.seq < seq) {
    OXP_TRY(has_key, snapshot.NextKey(key));
  }
  while (has_section && section.seq < seq) {
    OXP_TRY(has_section, snapshot.NextSection(section));
  }
  return {};
}

Result<Record> LogReader::State::ReadRow(const RecordRow& row) {
  const Digest hash = LeafHash(row.leaf);
  if (hash.view() != row.leaf_hash) return Altered(row.seq, "its leaf has not the stored hash");
  if (const Status decoded = DecodeLeaf(row.leaf, leaf); !decoded)
    return Altered(row.seq, "its leaf is malformed: " + decoded.error().ToString());
  if (static_cast<std::int64_t>(leaf.seq) != row.seq || leaf.origin != head.origin)
    return Altered(row.seq, "its leaf belongs to another place or another log");
  OXP_TRY(Record record, FromLeaf(row, leaf, hash));
  if (has_key && key.seq == row.seq) {
    record.kek_id = key.kek_id;
    record.wrapped_dek = key.wrapped_dek;
    OXP_TRY(has_key, snapshot.NextKey(key));
  }
  while (has_section && section.seq == row.seq) {
    const auto at = static_cast<std::size_t>(section.ordinal);
    if (at >= record.sections.size() || record.sections[at].name != section.name)
      return Altered(row.seq, "a stored section is not one that its leaf names");
    record.sections[at].ciphertext = section.ciphertext;
    OXP_TRY(has_section, snapshot.NextSection(section));
  }
  const bool lacks = std::ranges::any_of(
      record.sections, [](const StoredSection& stored) { return stored.ciphertext.empty(); });
  if (lacks || (record.wrapped_dek.empty() && !record.sections.empty())) {
    OXP_TRY(ExplainGap(row.seq));
  }
  return record;
}

Result<std::optional<LogReader::State::Step>> LogReader::State::NextStep() {
  RecordRow row;
  OXP_TRY(const bool more, snapshot.NextRecord(row));
  if (!more) return std::optional<Step>();
  OXP_TRY(PassOver(row.seq));
  const std::int64_t seq = row.seq;
  return std::optional<Step>(Step{seq, ReadRow(row)});
}

Result<std::optional<Record>> LogReader::State::Next() {
  OXP_TRY(std::optional<Step> step, NextStep());
  if (!step) return std::optional<Record>();
  OXP_TRY(Record record, std::move(step->record));
  return std::optional<Record>(std::move(record));
}

Result<LogReader> LogReader::Open(const LogPaths& paths, WithVault with_vault) {
  OXP_TRY(LogSnapshot snapshot, LogSnapshot::Open(paths.database));
  auto state = std::make_unique<State>(std::move(snapshot));
  OXP_TRY(auto heads, state->snapshot.Heads());
  if (heads.size() != 1 || heads[0].size < 0 || !IsOrigin(heads[0].origin))
    return Fail(ErrorCode::kIntegrity, paths.database.string(), "the log has no usable head",
                "run oxpecker-verify on this log");
  state->head = std::move(heads[0]);
  if (with_vault == WithVault::kYes) {
    OXP_TRY(state->vault, Vault::Open(paths.vault, paths.VaultSource(), VaultMode::kRead));
    OXP_TRY(CheckVaultOfLog(state->snapshot, *state->vault, paths.vault));
  }
  return LogReader(std::move(state));
}

LogReader::LogReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;
LogReader::~LogReader() = default;

const std::string& LogReader::origin() const { return state_->head.origin; }
std::uint64_t LogReader::size() const { return static_cast<std::uint64_t>(state_->head.size); }

Result<Record> LogReader::Read(std::uint64_t seq) {
  if (seq >= size())
    return Fail(ErrorCode::kNotFound, origin(),
                "no record " + std::to_string(seq) + "; the log holds " + std::to_string(size()));
  OXP_TRY(state_->Seek(seq));
  OXP_TRY(auto record, state_->Next());
  if (!record || record->seq != seq) {
    OXP_TRY(state_->ExplainGap(static_cast<std::int64_t>(seq)));
    return Altered(static_cast<std::int64_t>(seq), "it is missing");
  }
  return *std::move(record);
}

Status LogReader::ForEach(std::uint64_t from, std::uint64_t to,
                          const std::function<Status(const Record&)>& visit) {
  if (to > size()) to = size();
  if (from >= to) return {};
  OXP_TRY(state_->Seek(from));
  for (std::uint64_t seq = from; seq < to; ++seq) {
    OXP_TRY(const auto record, state_->Next());
    if (!record || record->seq != seq)
      return Altered(static_cast<std::int64_t>(seq), "it is missing");
    OXP_TRY(visit(*record));
  }
  return {};
}

Status LogReader::ForEachReadable(std::uint64_t from, std::uint64_t to,
                                  const std::function<Status(const Record&)>& visit,
                                  const std::function<void(const Damage&)>& damaged) {
  to = std::min(to, size());
  if (from >= to) return {};
  OXP_TRY(state_->Seek(from));
  std::optional<Digest> last_hash;  // of the record before, where that is intact
  const auto damage = [&](std::uint64_t first, std::uint64_t last, std::string message) {
    last_hash.reset();
    damaged({first, last, Altered(static_cast<std::int64_t>(first), std::move(message)).error()});
  };
  for (std::uint64_t seq = from; seq < to;) {
    OXP_TRY(const auto step, state_->NextStep());
    const std::uint64_t found =
        step && step->seq >= 0 ? std::min(static_cast<std::uint64_t>(step->seq), to) : to;
    if (found > seq)
      damage(seq, found - 1, found - seq == 1 ? "it is missing" : "it and those up to " + std::to_string(found - 1) + " are missing");
    if (found == to) return {};
    seq = found + 1;
    if (!step->record) {
      last_hash.reset();
      damaged({found, found, step->record.error()});
      continue;
    }
    if (last_hash && step->record->prev != *last_hash)
      damage(found, found, "it does not continue the chain: it or the record before it was exchanged");
    last_hash = step->record->leaf_hash;
    OXP_TRY(visit(*step->record));
  }
  return {};
}

Status LogReader::ForEach(const std::function<Status(const Record&)>& visit) {
  return ForEach(0, size(), visit);
}

Status LogReader::ForEachLeaf(std::uint64_t to, const std::function<Status(std::string_view)>& visit) {
  OXP_TRY(state_->snapshot.Seek(0));
  for (std::uint64_t seq = 0; seq < to; ++seq) {
    RecordRow row;
    OXP_TRY(const bool more, state_->snapshot.NextRecord(row));
    if (!more || row.seq != static_cast<std::int64_t>(seq)) return Altered(static_cast<std::int64_t>(seq), "it is missing");
    OXP_TRY(visit(row.leaf));
  }
  return {};
}

Result<std::uint64_t> LogReader::Find(std::string_view decision_id_or_prefix) {
  const std::string shown(decision_id_or_prefix.substr(0, 40));
  const auto range =
      decision_id_or_prefix.size() < kPrefixMin ? std::nullopt : RangeOf(decision_id_or_prefix);
  if (!range)
    return Fail(ErrorCode::kInvalidInput, "", "'" + shown + "' is no decision id",
                "give the id, or at least its first 4 characters");
  OXP_TRY(const auto entries, state_->snapshot.DecisionsBetween(range->low, range->high));
  if (entries.empty())
    return Fail(ErrorCode::kNotFound, origin(), "no decision '" + shown + "' in this log");
  if (entries.size() > 1)
    return Fail(ErrorCode::kInvalidInput, origin(),
                "'" + shown + "' begins more than one decision id: " + IdText(entries[0].id) +
                    " and " + IdText(entries[1].id),
                "give more of its characters");
  return static_cast<std::uint64_t>(entries[0].seq);
}

struct LogReader::Unlocked {
  SecretKey dek;
  std::string bytes;
};

// Nothing where the vault has no key of its subject.
Result<std::optional<LogReader::Unlocked>> LogReader::Unlock(const Record& record, std::string_view name) {
  const std::string place = "record " + std::to_string(record.seq);
  const StoredSection* section = nullptr;
  for (const StoredSection& candidate : record.sections)
    if (candidate.name == name) section = &candidate;
  if (section == nullptr)
    return Fail(ErrorCode::kNotFound, place, "it has no section '" + std::string(name) + "'");
  if (state_->vault == nullptr)
    return Fail(ErrorCode::kRefused, place, "the log was opened without its vault");
  if (section->ciphertext.empty())
    return Fail(ErrorCode::kNotFound, place, "section " + section->name + " was removed");
  if (Sha256(section->ciphertext) != section->ct_sha256)
    return Altered(static_cast<std::int64_t>(record.seq),
                   "section " + section->name + " has not the digest that was recorded");
  OXP_TRY(const auto kek, state_->vault->Find(record.kek_id));
  if (!kek) return std::nullopt;
  RecordId id{};
  if (record.record_id.size() == id.size())
    std::copy(record.record_id.begin(), record.record_id.end(), id.begin());
  const auto dek = UnwrapDek(record.origin, id, *kek, record.wrapped_dek);
  auto plaintext = dek ? DecryptSection(record.origin, id, *dek, section->name, section->commit,
                                        section->ciphertext)
                       : std::nullopt;
  if (!plaintext)
    return Altered(static_cast<std::int64_t>(record.seq),
                   "section " + section->name + " does not open with its key and commitment");
  return Unlocked{*dek, *std::move(plaintext)};
}

Result<std::string> LogReader::Decrypt(const Record& record, std::string_view name) {
  OXP_TRY(auto unlocked, Unlock(record, name));
  if (unlocked) return std::move(unlocked->bytes);
  return Fail(ErrorCode::kNotFound, "record " + std::to_string(record.seq),
              "the key of its subject was destroyed or is elsewhere");
}

Result<bool> LogReader::HasKey(const Record& record) {
  if (state_->vault == nullptr)
    return Fail(ErrorCode::kRefused, "record " + std::to_string(record.seq), "the log was opened without its vault");
  OXP_TRY(const auto kek, state_->vault->Find(record.kek_id));
  return kek.has_value();
}

Result<std::optional<LogReader::Opened>> LogReader::Open(const Record& record, std::string_view name) {
  OXP_TRY(auto unlocked, Unlock(record, name));
  if (!unlocked) return std::nullopt;
  SectionParts parts;
  parts.Cut(name, unlocked->bytes);
  return Opened{std::move(unlocked->bytes), SaltsOf(unlocked->dek, name, parts.size())};
}

Result<std::vector<Section>> LogReader::DecryptAll(const Record& record) {
  std::vector<Section> sections;
  for (const StoredSection& stored : record.sections) {
    OXP_TRY(std::string bytes, Decrypt(record, stored.name));
    sections.push_back({stored.name, std::move(bytes)});
  }
  return sections;
}

Result<LogReader::KindCounts> LogReader::CountsByKind() {
  KindCounts counts;
  const auto count = [&](const Record& record) -> Status {
    ++counts.readable[record.kind_name];
    return {};
  };
  OXP_TRY(ForEachReadable(0, size(), count, [&](const Damage& damage) { counts.damaged += damage.last - damage.first + 1; }));
  return counts;
}

Result<std::vector<SignedCheckpoint>> LogReader::Checkpoints() {
  state_->snapshot.RewindCheckpoints();
  std::vector<SignedCheckpoint> checkpoints;
  CheckpointRow row;
  while (true) {
    OXP_TRY(const bool more, state_->snapshot.NextCheckpoint(row));
    if (!more) return checkpoints;
    OXP_TRY(const Checkpoint checkpoint, ReadCheckpoint(row.note));
    checkpoints.push_back({checkpoint, row.note});
  }
}

Result<SignedCheckpoint> LogReader::NewestCheckpoint() {
  OXP_TRY(const auto row, state_->snapshot.LastCheckpoint());
  if (!row) return Fail(ErrorCode::kIntegrity, origin(), "the log holds no checkpoint", "run oxpecker-verify on this log");
  OXP_TRY(const Checkpoint checkpoint, ReadCheckpoint(row->note));
  return SignedCheckpoint{checkpoint, row->note};
}

// Neither of another log nor of records that this one does not hold.
Status LogReader::CheckOwn(const Checkpoint& checkpoint) const {
  const std::string place = "checkpoint at " + std::to_string(checkpoint.size);
  if (checkpoint.origin != origin())
    return Fail(ErrorCode::kInvalidInput, place, "it is of the log " + checkpoint.origin + ", not of " + origin());
  if (checkpoint.size <= size()) return {};
  return Fail(ErrorCode::kIntegrity, place,
              "it covers " + std::to_string(checkpoint.size) + " records, but the log holds " + std::to_string(size()) +
                  ": this log is behind that head (an older copy, or it lost its tail)",
              "compare with the log that this checkpoint came from");
}

Result<HashPath> LogReader::ProveInclusion(std::uint64_t seq, const Checkpoint& checkpoint) {
  OXP_TRY(CheckOwn(checkpoint));
  StoredTree tree(state_->snapshot, size());
  OXP_TRY(HashPath path, audit::ProveInclusion(seq, checkpoint.size, tree));
  OXP_TRY(const Digest leaf_hash, tree.Root(0, seq));
  if (const Status proven = VerifyInclusion(leaf_hash, seq, checkpoint.size, path, checkpoint.root); !proven)
    return Altered(static_cast<std::int64_t>(seq),
                   "the stored tree does not lead from it to the root of the checkpoint at " + std::to_string(checkpoint.size));
  return path;
}

Result<HashPath> LogReader::ProveRecords(const SeqRanges& records, const Checkpoint& checkpoint) {
  OXP_TRY(CheckOwn(checkpoint));
  StoredTree tree(state_->snapshot, size());
  return audit::ProveRecords(records, checkpoint.size, tree);
}

Result<HashPath> LogReader::ProveConsistency(const Checkpoint& older, const Checkpoint& newer) {
  OXP_TRY(CheckOwn(older));
  OXP_TRY(CheckOwn(newer));
  StoredTree tree(state_->snapshot, size());
  OXP_TRY(HashPath path, audit::ProveConsistency(older.size, newer.size, tree));
  if (const Status proven = VerifyConsistency(older.size, older.root, newer.size, newer.root, path); !proven)
    return Fail(ErrorCode::kIntegrity, origin(),
                "the stored tree does not lead from the checkpoint at " + std::to_string(older.size) + " to that at " +
                    std::to_string(newer.size) + ": it was altered, or two histories exist",
                "run oxpecker-verify on this log, with each of the two checkpoints");
  return path;
}

Result<Checkpoint> LogReader::HeadAt(std::uint64_t at) {
  if (at > size())
    return Fail(ErrorCode::kInvalidInput, origin(),
                "the log holds " + std::to_string(size()) + " records, not " + std::to_string(at));
  if (at == 0) return Checkpoint{origin(), 0, Sha256("")};
  StoredTree tree(state_->snapshot, size());
  OXP_TRY(const Digest root, RangeRoot(0, at, tree));
  return Checkpoint{origin(), at, root};
}

}  // namespace oxpecker::audit
