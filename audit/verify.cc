#include "audit/verify.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "audit/chain.h"
#include "audit/checkpoint.h"
#include "audit/log_store.h"
#include "audit/section_digests.h"

namespace oxpecker::audit {
namespace {

constexpr std::uint64_t kProgressEvery = 8'192;

// What SQLite says of a file that it cannot read on.
Break DamagedStorage(std::uint64_t records, const Error& error) {
  return {Aspect::kIntegrity,
          "storage",
          {},
          "the database file, after " + std::to_string(records) + " records",
          "pages that can be read",
          error.message};
}

LogVerification Broken(Break found) {
  LogVerification result;
  (found.aspect == Aspect::kIntegrity ? result.integrity : result.completeness) = Verdict::kBroken;
  result.root = CompactRange().Root();
  result.first_break = std::move(found);
  return result;
}

// Walks the tables in step: each record with its key and its sections, each checkpoint at its size.
class TableWalk {
 public:
  TableWalk(LogTables& tables, const VerifyOptions& options)
      : tables_(tables), options_(options), check_(options.key) {}

  Result<LogVerification> Run();

 private:
  Result<MaybeBreak> Walk();
  Result<MaybeBreak> OneRecord(const RecordRow& row);
  Result<MaybeBreak> CheckpointsHere();
  Result<MaybeBreak> AfterLastRecord();
  MaybeBreak Stray() const;
  void Count();
  LogVerification Verdicts(MaybeBreak found) const;

  LogTables& tables_;
  const VerifyOptions& options_;
  LogCheck check_;
  std::vector<HeadRow> heads_;
  KeyRow key_;
  bool has_key_ = false;
  SectionRow section_;
  bool has_section_ = false;
  CheckpointRow checkpoint_;
  bool has_checkpoint_ = false;
  SectionDigests section_digests_;
  std::optional<std::uint64_t> published_size_;
  std::map<std::string, std::uint64_t, std::less<>> kinds_;
};

// The checkpoints whose size the log has reached.
Result<MaybeBreak> TableWalk::CheckpointsHere() {
  const auto size = static_cast<std::int64_t>(check_.size());
  while (has_checkpoint_ && checkpoint_.size == size) {
    if (auto wrong = check_.AddCheckpoint(checkpoint_)) return MaybeBreak(std::move(wrong));
    OXP_TRY(has_checkpoint_, tables_.NextCheckpoint(checkpoint_));
  }
  if (published_size_ == check_.size()) return check_.AddPublished(*options_.published_note);
  return MaybeBreak();
}

// A key or a section whose number is below that of any record still to come.
MaybeBreak TableWalk::Stray() const {
  const auto size = static_cast<std::int64_t>(check_.size());
  if (has_key_ && key_.seq < size)
    return Break{Aspect::kCompleteness,     "key_unnamed", {}, "dek " + std::to_string(key_.seq),
                 "a record of that number", "none"};
  if (has_section_ && section_.seq < size)
    return Break{Aspect::kCompleteness,
                 "section_unnamed",
                 {},
                 "section of " + std::to_string(section_.seq),
                 "a record that names it",
                 "none"};
  return std::nullopt;
}

Result<MaybeBreak> TableWalk::OneRecord(const RecordRow& row) {
  if (auto wrong = Stray()) return wrong;
  const bool own_key = has_key_ && key_.seq == row.seq;
  if (auto wrong = check_.BeginRecord(row, own_key ? &key_ : nullptr)) return wrong;
  if (own_key) {
    OXP_TRY(has_key_, tables_.NextKey(key_));
  }
  while (has_section_ && section_.seq == row.seq) {
    SectionReference named;
    if (auto wrong = check_.AddSection(section_, named)) return wrong;
    if (auto wrong = section_digests_.Add(check_.size(), named, section_.ciphertext)) return wrong;
    OXP_TRY(has_section_, tables_.NextSection(section_));
  }
  if (auto wrong = check_.EndRecord()) return wrong;
  Count();
  OXP_TRY(MaybeBreak wrong, check_.CheckFullTiles(tables_));
  if (wrong) return wrong;
  return check_.CheckIndex(tables_);
}

void TableWalk::Count() {
  const auto kind = kinds_.find(check_.kind());
  if (kind != kinds_.end())
    ++kind->second;
  else
    kinds_.emplace(check_.kind(), 1);
}

Result<MaybeBreak> TableWalk::AfterLastRecord() {
  const std::uint64_t size = check_.size();
  if (has_key_ || has_section_)
    return MaybeBreak(Break{Aspect::kCompleteness, "sequence", size,
                            "record " + std::to_string(size),
                            "a record for a stored key or section", "none"});
  if (has_checkpoint_)
    return MaybeBreak(Break{Aspect::kCompleteness,
                            "tail",
                            {},
                            "checkpoint at " + std::to_string(checkpoint_.size),
                            std::to_string(checkpoint_.size) + " records",
                            std::to_string(size)});
  if (published_size_ && *published_size_ > size)
    return MaybeBreak(Break{Aspect::kCompleteness,
                            "tail",
                            {},
                            "published checkpoint",
                            std::to_string(*published_size_) + " records",
                            std::to_string(size)});
  OXP_TRY(const std::uint64_t index_count, tables_.Count());
  if (auto wrong = check_.Finish(heads_[0], index_count)) return wrong;
  OXP_TRY(MaybeBreak tiles, check_.FinishTiles(tables_));
  if (tiles) return tiles;
  if (options_.must_be_published && !published_size_ && check_.sealed_size() > 0)
    return MaybeBreak(Break{Aspect::kCompleteness,
                            "unpublished",
                            {},
                            "published checkpoint",
                            "one, since the log holds signed records",
                            "none, so a tail that was cut off would go unseen"});
  return MaybeBreak();
}

Result<MaybeBreak> TableWalk::Walk() {
  OXP_TRY(heads_, tables_.Heads());
  if (auto wrong = check_.Begin(heads_)) return wrong;
  if (options_.published_note) {
    const auto published = ReadCheckpoint(*options_.published_note);
    if (!published)
      return MaybeBreak(Break{Aspect::kAuthenticity,
                              "checkpoint",
                              {},
                              "published checkpoint",
                              "a signed checkpoint",
                              published.error().message});
    published_size_ = published->size;
  }
  OXP_TRY(has_key_, tables_.NextKey(key_));
  OXP_TRY(has_section_, tables_.NextSection(section_));
  OXP_TRY(has_checkpoint_, tables_.NextCheckpoint(checkpoint_));
  const auto total = static_cast<std::uint64_t>(heads_[0].size);
  while (true) {
    OXP_TRY(MaybeBreak wrong, CheckpointsHere());
    if (wrong) return wrong;
    RecordRow row;
    OXP_TRY(const bool more, tables_.NextRecord(row));
    if (!more) return AfterLastRecord();
    OXP_TRY(wrong, OneRecord(row));
    if (wrong) return wrong;
    if (options_.progress && check_.size() % kProgressEvery == 0)
      options_.progress(check_.size(), total);
  }
}

LogVerification TableWalk::Verdicts(MaybeBreak found) const {
  LogVerification result;
  // An altered origin may hold any bytes; results are text.
  if (!heads_.empty() && IsOrigin(heads_[0].origin)) result.origin = heads_[0].origin;
  result.records = check_.size();
  result.bytes = check_.bytes();
  result.root = check_.root();
  result.checkpoints = check_.checkpoints();
  result.keys = check_.keys();
  result.sealed_size = check_.keys() ? check_.sealed_size() : 0;
  for (const auto& [kind, count] : kinds_) result.records_by_kind.emplace(kind, count);
  if (!found) {
    result.integrity = Verdict::kHolds;
    if (published_size_) result.completeness = Verdict::kHolds;
    if (check_.keys()) result.authenticity = Verdict::kHolds;
    return result;
  }
  // What lies behind the break was not reached, so the other two verdicts stay open.
  Verdict& broken = found->aspect == Aspect::kIntegrity      ? result.integrity
                    : found->aspect == Aspect::kCompleteness ? result.completeness
                                                             : result.authenticity;
  broken = Verdict::kBroken;
  if (found->seq) result.records = std::min(result.records, *found->seq);
  result.first_break = std::move(found);
  return result;
}

Result<LogVerification> TableWalk::Run() {
  auto found = Walk();
  if (MaybeBreak before = section_digests_.Finish()) found = std::move(before);
  if (!found && found.error().code == ErrorCode::kIntegrity)
    return Verdicts(DamagedStorage(check_.size(), found.error()));
  OXP_TRY(MaybeBreak first, std::move(found));
  return Verdicts(std::move(first));
}

}  // namespace

std::string_view Name(Aspect aspect) {
  switch (aspect) {
    case Aspect::kIntegrity:
      return "integrity";
    case Aspect::kCompleteness:
      return "completeness";
    case Aspect::kAuthenticity:
      return "authenticity";
  }
  return "integrity";
}

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kBroken:
      return "broken";
    case Verdict::kNotShown:
      return "not_shown";
  }
  return "not_shown";
}

std::string Break::ToString() const {
  return std::string(Name(aspect)) + " broken at " + place + " (" + code + "): expected " +
         expected + ", found " + found;
}

json::Object LogVerification::ToJson() const {
  json::Object out;
  out.Set("v", "oxpecker.log_verification/1");
  out.Set("ok", ok());
  out.Set("origin", origin);
  out.Set("records", std::to_string(records));
  out.Set("bytes", std::to_string(bytes));
  out.Set("root", root.ToHex());
  out.Set("checkpoints", std::to_string(checkpoints));
  out.Set("sealed_size", std::to_string(sealed_size));
  json::Object kinds;
  for (const auto& [kind, count] : records_by_kind) kinds.Set(kind, std::to_string(count));
  out.Set("records_by_kind", std::move(kinds));
  out.Set("integrity", Name(integrity));
  out.Set("completeness", Name(completeness));
  out.Set("authenticity", Name(authenticity));
  if (!first_break) return out;
  json::Object wrong;
  wrong.Set("aspect", Name(first_break->aspect));
  wrong.Set("code", first_break->code);
  if (first_break->seq) wrong.Set("seq", std::to_string(*first_break->seq));
  wrong.Set("place", first_break->place);
  wrong.Set("expected", first_break->expected);
  wrong.Set("found", first_break->found);
  out.Set("first_break", std::move(wrong));
  return out;
}

Result<LogVerification> VerifyTables(LogTables& tables, const VerifyOptions& options) {
  return TableWalk(tables, options).Run();
}

Result<LogVerification> VerifyLog(const std::filesystem::path& database,
                                  const VerifyOptions& options) {
  auto opened = OpenLogTables(database, options.all_pages);
  if (!opened) {
    const Error& error = opened.error();
    if (error.code == ErrorCode::kIntegrity) return Broken(DamagedStorage(0, error));
    if (error.code == ErrorCode::kInvalidInput && options.published_note)
      return Broken({Aspect::kIntegrity,
                     "no_log",
                     {},
                     "the database file",
                     "the log that published a checkpoint",
                     error.message});
    return std::unexpected(std::move(opened).error());
  }
  if (opened->schema) {
    const SchemaDifference& wrong = *opened->schema;
    return Broken({Aspect::kIntegrity, "schema", {}, wrong.place, wrong.expected, wrong.found});
  }
  if (opened->defect)
    return Broken({Aspect::kIntegrity,
                   "storage",
                   {},
                   "the database file",
                   "pages and trees that are whole",
                   *opened->defect});
  return VerifyTables(*opened->tables, options);
}

}  // namespace oxpecker::audit
