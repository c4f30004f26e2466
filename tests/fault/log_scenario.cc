#include "tests/fault/log_scenario.h"

#include <algorithm>
#include <optional>

#include "audit/erasure.h"
#include "audit/log_reader.h"
#include "audit/verify.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

constexpr std::uint64_t kLater = 1'000'000;  // numbers of the entries that Unsound appends

Result<std::unique_ptr<Log>> Open(const LogPaths& paths, Clock& clock) {
  return Log::Open({.paths = paths, .clock = &clock, .cadence = {.interval = std::chrono::hours(1), .heartbeat = {}}});
}

// What is wrong with the records that were acknowledged.
std::string LostOf(LogReader& reader, const std::vector<Acknowledged>& told) {
  std::optional<std::uint64_t> erased_at;
  const Status looked = reader.ForEach(0, reader.size(), [&](const Record& record) -> Status {
    if (record.kind == RecordKind::kErasure) erased_at = record.seq;
    return {};
  });
  if (!looked) return looked.error().ToString();
  for (const Acknowledged& one : told) {
    if (one.erases) {
      if (!erased_at) return "the erasure that was completed is not on record";
      continue;
    }
    const std::string name = "record " + std::to_string(one.seq);
    const auto record = reader.Read(one.seq);
    if (!record) return name + " is lost: " + record.error().ToString();
    if (record->leaf_hash != one.leaf_hash || record->decision_id != DecisionNumber(one.entry)) return name + " is another one";
    const bool erased = erased_at && *erased_at > one.seq && "customer-" + std::to_string(one.entry % 7) == kErasedCustomer;
    const auto sections = reader.DecryptAll(*record);
    if (sections.has_value() == erased) return name + (erased ? " can still be read" : " cannot be read: " + sections.error().ToString());
  }
  return {};
}

}  // namespace

void RunScenario(const LogPaths& paths, Clock& clock, std::uint64_t first,
                 const std::function<void(const Acknowledged&)>& tell) {
  auto log = Open(paths, clock);
  if (!log) return;
  std::uint64_t next = first;
  const auto decide = [&](int count) {
    for (; count > 0; --count, ++next) {
      const auto receipt = (*log)->Append(EntryNumber(next));
      if (receipt) tell({next, receipt->seq, receipt->leaf_hash});
    }
  };
  decide(3);
  [[maybe_unused]] const auto head = (*log)->WriteCheckpoint();
  decide(1);
  [[maybe_unused]] const auto rotated = (*log)->RotateKey();
  decide(1);
  if (Erase(**log, {kErasedCustomer, "GDPR Art. 17", "K. Lind", kNow}, {})) tell({.erases = true});
  decide(4);
  [[maybe_unused]] const Status closed = (*log)->Close();
}

void SeenHeads::AddFrom(std::string_view bytes) {
  const std::string begin = std::string(kOrigin) + "\n";
  for (std::size_t at = bytes.find(begin); at != bytes.npos; at = bytes.find(begin, at + 1)) {
    const std::string_view rest = bytes.substr(at + begin.size());
    const std::size_t size_end = rest.find('\n');
    if (size_end == rest.npos || size_end == 0 || size_end > 19) continue;
    const std::string_view digits = rest.substr(0, size_end);
    if (digits.find_first_not_of("0123456789") != digits.npos) continue;
    const std::string_view root = rest.substr(size_end + 1, 44);
    if (!rest.substr(std::min(rest.size(), size_end + 45)).starts_with("\n\n\xE2\x80\x94 ")) continue;
    const auto [known, is_new] = roots_.emplace(std::stoull(std::string(digits)), std::string(root));
    if (known->second != root)
      fork_ = "two heads of size " + std::string(digits) + ": " + known->second + " and " + std::string(root);
  }
}

std::string Unsound(const LogPaths& paths, Clock& clock, const std::vector<Acknowledged>& told,
                    const SeenHeads& heads) {
  auto log = Open(paths, clock);
  if (!log) return "it does not open: " + log.error().ToString();
  // With another number than earlier copies of this log had in its place.
  const auto more = (*log)->Append(EntryNumber(kLater + heads.roots().size() + told.size() * 1'000));
  if (!more) return "it takes no record: " + more.error().ToString();
  if (const Status closed = (*log)->Close(); !closed) return "it does not close: " + closed.error().ToString();
  const auto keys = LogKeys::FromFileOrText(paths.verifier_key.string());
  if (!keys) return keys.error().ToString();
  const std::string note = ReadText(paths.published_checkpoint);
  const auto verified = VerifyLog(paths.database, {.key = *keys, .published_note = note, .must_be_published = true});
  if (!verified) return verified.error().ToString();
  if (!verified->ok()) return verified->first_break->ToString();
  if (verified->sealed_size != verified->records) return "not all of it is sealed";
  auto reader = LogReader::Open(paths, WithVault::kYes);
  if (!reader) return reader.error().ToString();
  if (std::string lost = LostOf(*reader, told); !lost.empty()) return lost;
  const auto signed_heads = reader->Checkpoints();
  if (!signed_heads) return signed_heads.error().ToString();
  SeenHeads own = heads;  // what this copy signs, another copy of the same moment may sign otherwise
  for (const SignedCheckpoint& head : *signed_heads) own.AddFrom(head.note);
  own.AddFrom(note);
  return own.fork();
}

}  // namespace oxpecker::audit
