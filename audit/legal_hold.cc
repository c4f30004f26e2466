#include "audit/legal_hold.h"

#include <algorithm>
#include <map>
#include <utility>

#include "audit/erasure_history.h"
#include "audit/log_reader.h"
#include "audit/statement.h"
#include "audit/vault.h"
#include "base/encoding.h"
#include "base/json/document.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kPrefixMin = 4;

// Words of the section `statement`, by name; empty where it cannot be opened.
using Statement = std::map<std::string, std::string>;

std::string SectionOf(const Statement& statement) {
  json::Object object;
  for (const auto& [name, text] : statement) object.Set(name, text);
  return json::Canonical(json::Value(std::move(object)));
}

Result<Statement> StatementOf(LogReader& reader, const Record& record) {
  Statement statement;
  auto text = reader.Decrypt(record, "statement");
  if (!text && text.error().code == ErrorCode::kNotFound) return statement;
  if (!text) return std::unexpected(text.error());
  OXP_TRY(const json::Document document, json::Document::Parse(*text, {}));
  if (document.root().kind() != json::Kind::kObject) return statement;
  for (const json::View member : document.root())
    if (member.kind() == json::Kind::kString) statement[std::string(member.key())] = std::string(member.text());
  return statement;
}

std::string WordOf(const Statement& statement, const char* name) {
  const auto found = statement.find(name);
  return found == statement.end() ? std::string() : found->second;
}

// A hold in force with its statement, and the name under which the vault has its customer.
struct Found {
  HoldTold told;
  std::string subject;      // empty where its record cannot be opened
  std::string subject_ref;  // as its record has it
};

// What vault and log tell together, in the order of the log.
class HoldWalk {
 public:
  explicit HoldWalk(const std::vector<VaultHold>& holds) {
    for (const VaultHold& hold : holds) {
      Found found;
      found.told.id = HexEncode(hold.id);
      found.told.placed_at = hold.placed_at;
      all_.push_back(std::move(found));
    }
  }

  Result<std::vector<Found>> Run(const LogPaths& paths) {
    OXP_TRY(LogReader reader, LogReader::Open(paths, WithVault::kYes));
    OXP_TRY(const ErasureHistory history, ReadErasureHistory(reader));
    for (const HoldRecord& hold : history.holds) {
      OXP_TRY(Add(reader, hold));
    }
    std::ranges::stable_sort(all_, {}, [](const Found& found) { return found.told.seq.value_or(0); });
    return std::move(all_);
  }

 private:
  // Ended on record and back in the vault: restored from a copy of before. It stands until it is released
  // again.
  Status Add(LogReader& reader, const HoldRecord& hold) {
    auto at = std::ranges::find(all_, hold.id, [](const Found& found) { return found.told.id; });
    if (at == all_.end()) {
      if (hold.ended_by) return {};
      at = all_.emplace(all_.end());
      at->told.id = hold.id;
      at->told.placed_at = hold.placed_at;
      at->told.in_vault = false;
    }
    OXP_TRY(const Record record, reader.Read(hold.seq));
    OXP_TRY(const Statement statement, StatementOf(reader, record));
    at->told.seq = hold.seq;
    at->told.customer = WordOf(statement, "customer");
    at->told.reason = WordOf(statement, "reason");
    at->told.by = WordOf(statement, "by");
    at->subject = HexDecode(WordOf(statement, "subject")).value_or("");
    at->subject_ref = hold.subject_ref;
    return {};
  }

  std::vector<Found> all_;
};

// Ids are written in lower case.
std::string LowerHex(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// The customer of a hold: as its record says, or as the caller says and its reference confirms.
Result<Found> WithSubject(const Vault& vault, Found found, const std::string& named) {
  const std::string place = "hold " + found.told.id;
  if (!named.empty() && vault.Reference("hold", HexDecode(found.told.id).value_or(""), named).ToHex() != found.subject_ref)
    return Fail(ErrorCode::kInvalidInput, place, "this hold is not on that customer", "ids are matched whole");
  if (!named.empty()) found.subject = named;
  if (!found.subject.empty()) return found;
  return Fail(ErrorCode::kIntegrity, place, "its record cannot be opened, so it does not tell whom it is on: the vault was restored or altered",
              "say it with --subject ID: a keyed reference in the record confirms it");
}

Result<Found> OneHold(const LogPaths& paths, Vault& vault, const HoldReleaseOrder& order) {
  const std::string prefix = LowerHex(order.id);
  OXP_TRY(const std::vector<VaultHold> holds, vault.Holds());
  OXP_TRY(std::vector<Found> matching, HoldWalk(holds).Run(paths));
  std::erase_if(matching, [&](const Found& found) { return !found.told.id.starts_with(prefix); });
  if (prefix.size() < kPrefixMin || matching.empty())
    return Fail(ErrorCode::kNotFound, "", "no hold in force has this id",
                "'oxpecker log hold list' names them; at least 4 digits of one are enough");
  if (matching.size() > 1)
    return Fail(ErrorCode::kInvalidInput, "", "several holds begin so", "give more of its digits");
  if (matching.front().told.seq) return WithSubject(vault, std::move(matching.front()), order.subject);
  return Fail(ErrorCode::kIntegrity, "hold " + matching.front().told.id, "the log has no record of this hold",
              "run 'oxpecker log verify'; the vault and the log may be of different times");
}

}  // namespace

Result<PlacedHold> PlaceHold(Log& log, const HoldOrder& order) {
  OXP_TRY(CheckStatementText("reason", order.reason));
  OXP_TRY(CheckStatementText("by", order.by));
  if (order.subject.empty())
    return Fail(ErrorCode::kInvalidInput, "", "an empty id stands for the log itself, which is never erased", "name a customer");
  if (!IsUtf8(order.customer)) return Fail(ErrorCode::kInvalidInput, "", "the customer's id is not UTF-8");
  OXP_TRY(const auto key, log.vault().KeyOf(order.subject));
  if (!key)
    return Fail(ErrorCode::kNotFound, "", "nothing is recorded under a key of this customer, so there is nothing to hold",
                "ids are matched whole; 'oxpecker log list' tells them");
  OXP_TRY(const std::string id, NewStatementId());
  OXP_TRY(LogReader reader, LogReader::Open(log.paths(), WithVault::kNo));
  const VaultIntent intent{id, VaultAction::kHold, reader.size()};
  OXP_TRY(log.vault().BeginHold(id, order.subject, intent.log_size, order.now));
  Entry entry{.kind = RecordKind::kHold, .time = order.now, .decision_id = {}, .subject = order.subject};
  entry.about.Set("actor_ref", log.vault().Reference("actor", "", order.by).ToHex());
  entry.about.Set("hold", HexEncode(id));
  entry.about.Set("subject_ref", log.vault().Reference("hold", id, order.subject).ToHex());
  entry.sections.push_back({"statement", SectionOf({{"by", order.by},
                                                    {"customer", order.customer},
                                                    {"reason", order.reason},
                                                    {"subject", HexEncode(order.subject)}})});
  OXP_TRY(const Receipt receipt, log.Append(std::move(entry)));
  OXP_TRY(log.vault().Settle(intent, true));
  return PlacedHold{HexEncode(id), receipt};
}

Result<std::vector<HoldTold>> ListHolds(const LogPaths& paths) {
  OXP_TRY(const auto vault, Vault::Open(paths.vault, paths.VaultSource(), VaultMode::kRead));
  OXP_TRY(const std::vector<VaultHold> holds, vault->Holds());
  OXP_TRY(std::vector<Found> found, HoldWalk(holds).Run(paths));
  std::vector<HoldTold> told;
  for (Found& one : found) told.push_back(std::move(one.told));
  return told;
}

Result<PlacedHold> ReleaseHold(Log& log, const HoldReleaseOrder& order) {
  OXP_TRY(CheckStatementText("reason", order.reason));
  OXP_TRY(CheckStatementText("by", order.by));
  OXP_TRY(const Found found, OneHold(log.paths(), log.vault(), order));
  OXP_TRY(LogReader reader, LogReader::Open(log.paths(), WithVault::kNo));
  const VaultIntent intent{*HexDecode(found.told.id), VaultAction::kHoldRelease, reader.size()};
  OXP_TRY(log.vault().BeginHoldRelease(intent.id, intent.log_size));
  Entry entry{.kind = RecordKind::kHoldRelease, .time = order.now, .decision_id = {}, .subject = found.subject};
  entry.about.Set("actor_ref", log.vault().Reference("actor", "", order.by).ToHex());
  entry.about.Set("hold", found.told.id);
  entry.sections.push_back({"statement", SectionOf({{"by", order.by}, {"reason", order.reason}})});
  OXP_TRY(const Receipt receipt, log.Append(std::move(entry)));
  OXP_TRY(log.vault().Settle(intent, true));
  return PlacedHold{found.told.id, receipt};
}

}  // namespace oxpecker::audit
