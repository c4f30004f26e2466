#include "audit/erasure.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "audit/crypto.h"
#include "audit/erasure_history.h"
#include "audit/leaf.h"
#include "audit/log_store.h"
#include "audit/statement.h"
#include "audit/vault.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kRangesInLeafMax = 32'768;  // bytes; a leaf holds twice that

struct TouchedRecord {
  std::uint64_t seq = 0;
  RecordKind kind{};
  Instant time;
};

Result<TouchedRecord> TouchedOf(const RecordRow& row, LeafView& leaf) {
  const std::string place = "record " + std::to_string(row.seq);
  if (!DecodeLeaf(row.leaf, leaf) || LeafHash(row.leaf).view() != row.leaf_hash)
    return Fail(ErrorCode::kIntegrity, place, "its leaf was altered", "run oxpecker-verify on this log");
  const auto kind = RecordKindFromName(leaf.kind);
  if (!kind)
    return Fail(ErrorCode::kUnsupported, place, "it is of a kind that this build does not know",
                "erase with the version that wrote it");
  return TouchedRecord{leaf.seq, *kind, leaf.time};
}

// Once, whether log or vault tells of it.
void AddHold(ErasurePlan& plan, HoldInForce hold) {
  const bool known = std::ranges::any_of(plan.holds, [&](const HoldInForce& other) { return other.id == hold.id; });
  if (!known) plan.holds.push_back(std::move(hold));
}

void AddTo(ErasurePlan& plan, const TouchedRecord& touched) {
  plan.records.Append(touched.seq);
  ++plan.by_kind[std::string(Name(touched.kind))];
}

void AskRetention(ErasurePlan& plan, const TouchedRecord& touched, const RetentionPolicy& policy, Instant now) {
  const auto end = policy.EndOf(touched.kind, touched.time);
  if (!end || now >= *end) return;
  if (!plan.retained || plan.retained->until < *end) plan.retained = RetainedRecord{touched.seq, touched.kind, *end};
}

Status AddHolds(ErasurePlan& plan, Vault& vault, const std::string& subject_tag) {
  OXP_TRY(const std::vector<VaultHold> holds, vault.Holds());
  for (const VaultHold& hold : holds)
    if (hold.subject_tag == subject_tag) AddHold(plan, {HexEncode(hold.id), hold.placed_at});
  return {};
}

// What the log tells of holds counts too, under whichever key their records lie: a vault that was restored
// has forgotten those placed since, and may have made another key for the customer.
void AddHoldsOnRecord(ErasurePlan& plan, const ErasureHistory& history, const Vault& vault, const std::string& subject) {
  for (const HoldRecord& hold : history.holds) {
    const auto id = HexDecode(hold.id);
    if (hold.ended_by || !id || vault.Reference("hold", *id, subject).ToHex() != hold.subject_ref) continue;
    AddHold(plan, {hold.id, hold.placed_at});
  }
}


// A key and what would go with it.
struct KeyPlan {
  SubjectKey key;
  ErasurePlan plan;
};

Result<KeyPlan> PlanOf(const LogPaths& paths, Vault& vault, const std::string& subject,
                       const RetentionPolicy& policy, Instant now) {
  const auto nothing = [] {
    return Fail(ErrorCode::kNotFound, "", "nothing is recorded under a key of this customer",
                "either nothing ever was, or it was erased already; ids are matched whole");
  };
  if (subject.empty())
    return Fail(ErrorCode::kInvalidInput, "", "an empty id stands for the log itself, whose key is never destroyed",
                "name a customer");
  OXP_TRY(auto key, vault.KeyOf(subject));
  if (!key) return nothing();
  OXP_TRY(LogReader reader, LogReader::Open(paths, WithVault::kYes));
  OXP_TRY(const ErasureHistory history, ReadErasureHistory(reader));
  OXP_TRY(LogSnapshot snapshot, LogSnapshot::Open(paths.database));
  std::vector<std::uint64_t> numbers;
  OXP_TRY(snapshot.Seek(0));
  for (KeyRow row;;) {
    OXP_TRY(const bool more, snapshot.NextKey(row));
    if (!more) break;
    if (row.kek_id == key->kek_id) numbers.push_back(static_cast<std::uint64_t>(row.seq));
  }
  KeyPlan found{*std::move(key), {}};
  LeafView leaf;
  for (const std::uint64_t seq : numbers) {
    RecordRow row;
    OXP_TRY(snapshot.Seek(seq));
    OXP_TRY(const bool more, snapshot.NextRecord(row));
    if (!more || static_cast<std::uint64_t>(row.seq) != seq)
      return Fail(ErrorCode::kIntegrity, "record " + std::to_string(seq), "it is missing", "run oxpecker-verify on this log");
    OXP_TRY(const TouchedRecord touched, TouchedOf(row, leaf));
    AddTo(found.plan, touched);
    // Erased before, and readable again since the vault was restored: what was allowed then needs no new leave.
    if (history.ErasureOf(seq) == nullptr) AskRetention(found.plan, touched, policy, now);
  }
  if (found.plan.records.empty()) return nothing();
  OXP_TRY(AddHolds(found.plan, vault, found.key.subject_tag));
  AddHoldsOnRecord(found.plan, history, vault, subject);
  return found;
}

// All keys of subjects, and of each whether every record's retention is known to be over.
class ExpiryWalk {
 public:
  ExpiryWalk(Vault& vault, const RetentionPolicy& policy, Instant now) : vault_(vault), policy_(policy), now_(now) {}
  Result<std::vector<KeyPlan>> Run(const LogPaths& paths);

 private:
  Status Walk(LogSnapshot& snapshot);
  Status AddHoldsOf(const LogPaths& paths);
  Result<std::vector<KeyPlan>> Allowed();
  struct Subject {
    KeyPlan found;
    bool over = true;
  };
  Vault& vault_;
  const RetentionPolicy& policy_;
  Instant now_;
  std::map<std::string, Subject, std::less<>> subjects_;  // by id of the key
};

Status ExpiryWalk::Walk(LogSnapshot& snapshot) {
  OXP_TRY(snapshot.Seek(0));
  KeyRow key;
  RecordRow row;
  LeafView leaf;
  OXP_TRY(bool has_record, snapshot.NextRecord(row));
  while (true) {
    OXP_TRY(const bool has_key, snapshot.NextKey(key));
    if (!has_key) return {};
    const auto subject = subjects_.find(key.kek_id);
    if (subject == subjects_.end()) continue;  // the log's own, or destroyed
    while (has_record && row.seq < key.seq) {
      OXP_TRY(has_record, snapshot.NextRecord(row));
    }
    if (!has_record || row.seq != key.seq)
      return Fail(ErrorCode::kIntegrity, "record " + std::to_string(key.seq), "it is missing", "run oxpecker-verify on this log");
    OXP_TRY(const TouchedRecord touched, TouchedOf(row, leaf));
    AddTo(subject->second.found.plan, touched);
    AskRetention(subject->second.found.plan, touched, policy_, now_);
    subject->second.over = subject->second.over && policy_.IsOver(touched.kind, touched.time, now_);
  }
}

// Names are not known here, so a hold finds its customer by the key of its record, or by its row in the
// vault. One that does neither may be on anybody.
Status ExpiryWalk::AddHoldsOf(const LogPaths& paths) {
  OXP_TRY(LogReader reader, LogReader::Open(paths, WithVault::kYes));
  OXP_TRY(const ErasureHistory history, ReadErasureHistory(reader));
  OXP_TRY(const std::vector<VaultHold> in_vault, vault_.Holds());
  for (const HoldRecord& hold : history.holds) {
    if (hold.ended_by) continue;
    const auto subject = subjects_.find(hold.kek_id);
    if (subject != subjects_.end()) AddHold(subject->second.found.plan, {hold.id, hold.placed_at});
    const bool known = std::ranges::any_of(in_vault, [&](const VaultHold& row) { return HexEncode(row.id) == hold.id; });
    if (subject == subjects_.end() && !known)
      return Fail(ErrorCode::kRefused, "hold " + hold.id,
                  "it is in force, placed " + hold.placed_at + ", but its record cannot be opened: the vault was restored or altered, "
                  "so nobody knows on whom it is",
                  "erase by name (--subject), which tells a hold by its reference; or lift it: oxpecker log hold release " + hold.id.substr(0, 12) + " --subject ID");
  }
  return {};
}

Result<std::vector<KeyPlan>> ExpiryWalk::Allowed() {
  std::vector<KeyPlan> allowed;
  for (auto& [id, subject] : subjects_) {
    if (!subject.over || subject.found.plan.records.empty()) continue;
    OXP_TRY(AddHolds(subject.found.plan, vault_, subject.found.key.subject_tag));
    if (subject.found.plan.allowed()) allowed.push_back(std::move(subject.found));
  }
  return allowed;
}

Result<std::vector<KeyPlan>> ExpiryWalk::Run(const LogPaths& paths) {
  if (policy_.days.empty())
    return Fail(ErrorCode::kRefused, "", "no retention is set, so no record's is over",
                "say in oxpecker.yaml how many days each kind of record is kept");
  OXP_TRY(const std::vector<SubjectKey> keys, vault_.Keys());
  for (const SubjectKey& key : keys) subjects_[key.kek_id].found.key = key;
  OXP_TRY(LogSnapshot snapshot, LogSnapshot::Open(paths.database));
  OXP_TRY(Walk(snapshot));
  OXP_TRY(AddHoldsOf(paths));
  return Allowed();
}

Status Refusal(const ErasurePlan& plan) {
  if (!plan.holds.empty())
    return Fail(ErrorCode::kRefused, "hold " + plan.holds.front().id,
                "a legal hold, placed " + plan.holds.front().placed_at + ", covers this customer's records" +
                    (plan.holds.size() > 1 ? ", and " + std::to_string(plan.holds.size() - 1) + " more do" : ""),
                "'oxpecker log hold list' tells them; whoever answers for a hold may release it");
  if (plan.retained)
    return Fail(ErrorCode::kRefused, "record " + std::to_string(plan.retained->seq),
                "a " + std::string(Name(plan.retained->kind)) + " of this customer must be kept until " +
                    plan.retained->until.ToString(),
                "erase then; how long each kind is kept stands in oxpecker.yaml");
  return {};
}

// One erasure up to the destroyed key; the scrubbing is its caller's.
class OneErasure {
 public:
  OneErasure(Log& log, const ErasureOrder& order, ErasureCause cause) : log_(log), order_(order), cause_(cause) {}

  Result<Erased> Run(KeyPlan found) {
    OXP_TRY(Refusal(found.plan));
    OXP_TRY(const std::string id, NewStatementId());
    OXP_TRY(LogReader reader, LogReader::Open(log_.paths(), WithVault::kNo));
    const VaultIntent intent{id, VaultAction::kErasure, reader.size()};
    OXP_TRY(log_.vault().BeginErasure(id, found.key.kek_id, intent.log_size));
    Reached(ErasureStep::kIntended);
    OXP_TRY(const Receipt receipt, log_.Append(EntryOf(id, found.plan)));
    Reached(ErasureStep::kRecorded);
    if (const Status settled = log_.vault().Settle(intent, true); !settled)
      return Fail(settled.error().code, settled.error().place,
                  "the erasure is on record as " + std::to_string(receipt.seq) + ", but the key could not be destroyed yet: " + settled.error().message,
                  "the next command that writes to the log destroys it");
    Reached(ErasureStep::kDestroyed);
    return Erased{HexEncode(id), receipt, std::move(found.plan)};
  }

 private:
  void Reached(ErasureStep step) const {
    if (order_.reached) order_.reached(step);
  }

  Entry EntryOf(const std::string& id, const ErasurePlan& plan) const {
    Entry entry{.kind = RecordKind::kErasure, .time = order_.now};
    const std::string ranges = plan.records.ToString();
    entry.about.Set("actor_ref", log_.vault().Reference("actor", "", order_.by).ToHex());
    entry.about.Set("cause", Name(cause_));
    entry.about.Set("erasure", HexEncode(id));
    if (ranges.size() <= kRangesInLeafMax) entry.about.Set("ranges", ranges);
    entry.about.Set("records", static_cast<std::int64_t>(plan.records.count()));
    json::Object statement;
    statement.Set("basis", order_.basis);
    statement.Set("by", order_.by);
    json::Object kinds;
    for (const auto& [kind, count] : plan.by_kind) kinds.Set(kind, std::to_string(count));
    statement.Set("kinds", std::move(kinds));
    entry.sections.push_back({"statement", json::Canonical(json::Value(std::move(statement)))});
    if (ranges.size() > kRangesInLeafMax) entry.sections.push_back({"ranges", ranges});
    return entry;
  }

  Log& log_;
  const ErasureOrder& order_;
  ErasureCause cause_;
};

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool IsPartOfWord(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// Very short ids stand in any text, so of those only whole words count.
bool Names(std::string_view text, std::string_view subject) {
  constexpr std::size_t kAnywhereBytesMin = 3;
  for (std::size_t at = text.find(subject); at != text.npos; at = text.find(subject, at + 1)) {
    const std::size_t end = at + subject.size();
    const bool word = (at == 0 || !IsPartOfWord(text[at - 1])) && (end == text.size() || !IsPartOfWord(text[end]));
    if (word || subject.size() >= kAnywhereBytesMin) return true;
  }
  return false;
}

Status CheckOrder(const ErasureOrder& order) {
  OXP_TRY(CheckErasureText("basis", order.basis, order.subject));
  return CheckErasureText("by", order.by, order.subject);
}

Status Scrub(Log& log, const ErasureOrder& order) {
  const Status scrubbed = log.vault().Scrub();
  if (!scrubbed)
    return Fail(scrubbed.error().code, scrubbed.error().place,
                "the key is destroyed and that is recorded, but its old pages are still on the disk: " + scrubbed.error().message,
                "once nobody reads the vault any more, the next command that writes to the log clears them");
  if (order.reached) order.reached(ErasureStep::kScrubbed);
  return {};
}

// As it was set, or as it was read back. 0 where there is none.
std::uint64_t CountIn(const json::Object& about, std::string_view name) {
  const json::Value* value = about.Find(name);
  if (value == nullptr) return 0;
  if (value->integer() != nullptr) return static_cast<std::uint64_t>(std::max<std::int64_t>(*value->integer(), 0));
  std::uint64_t count = 0;
  if (value->number() != nullptr) {
    const std::string& text = value->number()->text;
    std::from_chars(text.data(), text.data() + text.size(), count);
  }
  return count;
}

}  // namespace

std::string_view Name(ErasureCause cause) {
  return cause == ErasureCause::kRequest ? "request" : "retention_over";
}

Status CheckErasureText(const char* place, const std::string& text, const std::string& subject) {
  OXP_TRY(CheckStatementText(place, text));
  if (subject.empty() || !Names(LowerAscii(text), LowerAscii(subject))) return {};
  return Fail(ErrorCode::kInvalidInput, place, "it holds the id of the customer, and the record of the erasure stays for ever",
              "give the legal ground without saying who it is about");
}

Result<ErasurePlan> PlanErasure(const LogPaths& paths, const std::string& subject,
                                const RetentionPolicy& policy, Instant now) {
  OXP_TRY(const auto vault, Vault::Open(paths.vault, paths.VaultSource(), VaultMode::kRead));
  OXP_TRY(KeyPlan found, PlanOf(paths, *vault, subject, policy, now));
  return std::move(found.plan);
}

Result<std::vector<ErasurePlan>> PlanExpired(const LogPaths& paths, const RetentionPolicy& policy, Instant now) {
  OXP_TRY(const auto vault, Vault::Open(paths.vault, paths.VaultSource(), VaultMode::kRead));
  OXP_TRY(std::vector<KeyPlan> found, ExpiryWalk(*vault, policy, now).Run(paths));
  std::vector<ErasurePlan> plans;
  for (KeyPlan& one : found) plans.push_back(std::move(one.plan));
  return plans;
}

Result<Erased> Erase(Log& log, const ErasureOrder& order, const RetentionPolicy& policy) {
  OXP_TRY(CheckOrder(order));
  OXP_TRY(KeyPlan found, PlanOf(log.paths(), log.vault(), order.subject, policy, order.now));
  OXP_TRY(Erased erased, OneErasure(log, order, ErasureCause::kRequest).Run(std::move(found)));
  OXP_TRY(Scrub(log, order));
  return erased;
}

Result<std::vector<Erased>> EraseExpired(Log& log, const ErasureOrder& order, const RetentionPolicy& policy) {
  OXP_TRY(CheckOrder(order));
  OXP_TRY(std::vector<KeyPlan> found, ExpiryWalk(log.vault(), policy, order.now).Run(log.paths()));
  std::vector<Erased> all;
  for (KeyPlan& one : found) {
    OXP_TRY(Erased erased, OneErasure(log, order, ErasureCause::kRetentionOver).Run(std::move(one)));
    all.push_back(std::move(erased));
  }
  OXP_TRY(Scrub(log, order));
  return all;
}

Result<ErasureRecord> ReadErasure(const Record& record, const OpenSection& open) {
  const auto text = [&](const char* name) {
    const json::Value* value = record.about.Find(name);
    return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
  };
  if (record.kind != RecordKind::kErasure)
    return Fail(ErrorCode::kInvalidInput, "record " + std::to_string(record.seq),
                "this record is a " + record.kind_name + ", not an erasure");
  ErasureRecord told{text("erasure"), record.seq, record.time, text("cause"), 0, {}};
  told.records = CountIn(record.about, "records");
  std::string ranges = text("ranges");
  if (ranges.empty()) {
    auto section = open("ranges");
    const bool closed = !section && (section.error().code == ErrorCode::kNotFound || section.error().code == ErrorCode::kRefused);
    if (!section && !closed) return std::unexpected(section.error());
    if (section) ranges = *std::move(section);
  }
  if (auto parsed = SeqRanges::Parse(ranges)) told.ranges = *std::move(parsed);
  return told;
}

}  // namespace oxpecker::audit
