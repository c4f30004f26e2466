#include "audit/bundle/verify_bundle.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "audit/bundle/content_check.h"
#include "audit/bundle/disclosure.h"
#include "audit/bundle/record_proof.h"
#include "audit/bundle/strict_json.h"
#include "audit/bundle/viewer.h"
#include "audit/bundle/zip.h"
#include "audit/tlog_proof.h"
#include "base/printable.h"

namespace oxpecker::audit {
namespace {

namespace files = bundle_files;

constexpr std::uint64_t kSmallFileMax = 1U << 20U;
constexpr std::uint64_t kManifestMax = 64U << 20U;
constexpr std::uint64_t kIndexMax = 256U << 20U;  // redactions, coverage, hashes of many records

constexpr std::string_view kRequired[] = {files::kReadme, files::kDisclosures, files::kKeys, files::kCheckpoint, files::kLeaves,
                                          files::kPolicy, files::kRanges, files::kRedactions, files::kCoverage, files::kManifest,
                                          files::kManifestNote, files::kReport};

SeqRanges United(const std::vector<SeqRanges>& sets) {
  std::vector<SeqRanges::Range> all;
  for (const SeqRanges& set : sets) all.insert(all.end(), set.ranges().begin(), set.ranges().end());
  std::ranges::sort(all, {}, &SeqRanges::Range::first);
  SeqRanges united;
  std::optional<SeqRanges::Range> open;
  for (const SeqRanges::Range& range : all) {
    if (open && range.first <= open->last + 1) {
      open->last = std::max(open->last, range.last);
      continue;
    }
    if (open) united.Append(*open);
    open = range;
  }
  if (open) united.Append(*open);
  return united;
}

class BundleVerifier {
 public:
  BundleVerifier(const ZipReader& zip, const BundleOptions& options) : zip_(zip), options_(options) {
    out_.sha256 = zip.sha256();
    out_.files = zip.entries().size();
    out_.bytes = zip.bytes();
  }

  Result<BundleVerification> Run() {
    const Status checked = CheckAll();
    if (!checked && !out_.first_break && !is_of_bundle_) return std::unexpected(checked.error());
    if (!checked && !out_.first_break) {
      if (checked.error().code == ErrorCode::kUnavailable) return std::unexpected(checked.error());
      out_.first_break = Break{aspect_, code_, {}, checked.error().place, "what the format says", checked.error().message};
    }
    Judge();
    return std::move(out_);
  }

 private:
  // What an error that comes up from below is a break of.
  void Now(Aspect aspect, const char* code) {
    aspect_ = aspect;
    code_ = code;
  }
  std::unexpected<Error> Stop(std::string place, std::string expected, std::string found) {
    out_.first_break = Break{aspect_, code_, {}, std::move(place), std::move(expected), std::move(found)};
    return Fail(ErrorCode::kIntegrity, "", code_);
  }

  Status CheckAll() {
    Now(Aspect::kIntegrity, "zip");
    if (zip_.defect()) {
      out_.first_break = zip_.defect();
      return Fail(ErrorCode::kIntegrity, "", "zip");
    }
    OXP_TRY(CheckPaths());
    OXP_TRY(CheckManifest());
    OXP_TRY(CheckKeys());
    OXP_TRY(CheckHeads());
    OXP_TRY(CheckNote());
    OXP_TRY(CheckFiles());
    OXP_TRY(CheckOldHead());
    OXP_TRY(CheckPolicy());
    OXP_TRY(CheckRecords());
    OXP_TRY(CheckHeld());
    OXP_TRY(CheckRedactions());
    OXP_TRY(CheckArtefacts());
    OXP_TRY(CheckCoverage());
    OXP_TRY(CheckProofs());
    OXP_TRY(CheckReport());
    integrity_held_ = true;
    return CheckBounds();
  }

  Result<std::string> ReadFile(std::string_view path, std::uint64_t bytes_max = kSmallFileMax) {
    return zip_.Read(*zip_.Find(path), bytes_max);  // CheckPaths saw to it that it is there
  }

  Status CheckPaths() {
    const ZipEntry* before = nullptr;
    for (const ZipEntry& entry : zip_.entries()) {
      Now(Aspect::kIntegrity, "unknown_file");
      if (!IsBundlePath(entry.path)) return Stop(entry.path, "a file of the format", "another");
      Now(Aspect::kIntegrity, "order");
      if (before != nullptr && !ComesBefore(before->path, entry.path)) return Stop(entry.path, "the files in their order", "it after " + before->path);
      before = &entry;
    }
    Now(Aspect::kIntegrity, "missing_file");
    for (const std::string_view path : kRequired)
      if (zip_.Find(path) == nullptr) return Stop(std::string(path), "this file", "none");
    if ((zip_.Find(files::kOldCheckpoint) == nullptr) != (zip_.Find(files::kConsistency) == nullptr))
      return Stop(std::string(files::kConsistency), "it and log/checkpoint.old together", "one of them");
    return {};
  }

  Status CheckManifest() {
    Now(Aspect::kIntegrity, "manifest");
    OXP_TRY(manifest_text_, ReadFile(files::kManifest, kManifestMax));
    OXP_TRY(out_.manifest, Manifest::Parse(manifest_text_));
    const ScopeOfBundle& scope = out_.manifest.scope;
    if (scope.all().count() != scope.records.count() + scope.context.count())
      return Stop(std::string(files::kManifest), "each record in scope or in context", "one in both");
    if (scope.decision.empty() && scope.records.ranges().size() > 1)
      return Stop(std::string(files::kManifest), "one range of records without gaps", scope.records.ToString());
    return {};
  }

  // Keys from elsewhere must be those of the bundle; without them its own serve, and that is said.
  Status CheckKeys() {
    Now(Aspect::kIntegrity, "keys");
    OXP_TRY(const std::string text, ReadFile(files::kKeys));
    auto keys = LogKeys::Parse(text);
    if (!keys || keys->ToString() != text) return Stop(std::string(files::kKeys), "a list of keys", keys ? "another form" : keys.error().message);
    if (keys->name() != out_.manifest.origin) return Stop(std::string(files::kKeys), "keys of the log " + out_.manifest.origin, keys->name());
    keys_ = *std::move(keys);
    Now(Aspect::kAuthenticity, "key");
    if (options_.key && *options_.key != *keys_)
      return Stop(std::string(files::kKeys), "the keys that were given, the last of them " + options_.key->current().ToString(),
                  keys_->current().ToString());
    return {};
  }

  Status CheckHeads() {
    Now(Aspect::kAuthenticity, "checkpoint");
    OXP_TRY(const std::string note, ReadFile(files::kCheckpoint));
    auto head = OpenCheckpoint(note, *keys_);
    if (!head) return Stop(std::string(files::kCheckpoint), "a head that a key of the log signed", head.error().message);
    head_ = *std::move(head);
    Now(Aspect::kIntegrity, "checkpoint");
    if (head_.size != out_.manifest.size || head_.root != out_.manifest.root)
      return Stop(std::string(files::kCheckpoint), "the head of the manifest, over " + std::to_string(out_.manifest.size) + " records",
                  "one over " + std::to_string(head_.size) + " with the root " + head_.root.ToHex());
    if (!options_.held_checkpoint) return {};
    is_of_bundle_ = false;  // what is wrong with the held head is not the bundle's
    auto held = OpenCheckpoint(*options_.held_checkpoint, *keys_);
    if (!held)
      return Fail(ErrorCode::kInvalidInput, "--checkpoint", held.error().message, "it must be a head of the log " + keys_->name());
    is_of_bundle_ = true;
    out_.held = *held;
    if (held->size == head_.size && held->root != head_.root) {
      out_.fork = true;
      Now(Aspect::kAuthenticity, "fork");
      return Stop(std::string(files::kCheckpoint), "the root that the held head has over as many records, " + held->root.ToHex(), head_.root.ToHex());
    }
    return {};
  }

  Status CheckNote() {
    Now(Aspect::kAuthenticity, "manifest_note");
    OXP_TRY(const std::string note, ReadFile(files::kManifestNote));
    if (const Status checked = CheckManifestNote(note, out_.manifest.origin, manifest_text_, *keys_, head_.size); !checked)
      return Stop(std::string(files::kManifestNote), "a note about manifest.json that the log's key signed", checked.error().message);
    return {};
  }

  Status CheckFiles() {
    std::vector<const ZipEntry*> entries;
    for (const ZipEntry& entry : zip_.entries())
      if (entry.path != files::kManifest && entry.path != files::kManifestNote && entry.path != files::kReport) entries.push_back(&entry);
    std::ranges::sort(entries, {}, [](const ZipEntry* entry) -> const std::string& { return entry->path; });
    const std::vector<BundleFile>& listed = out_.manifest.files;
    for (std::size_t i = 0; i < std::max(entries.size(), listed.size()); ++i) {
      Now(Aspect::kIntegrity, "missing_file");
      if (i >= entries.size() || (i < listed.size() && listed[i].path < entries[i]->path))
        return Stop(Printable(listed[i].path), "the file that the manifest lists", "none");
      Now(Aspect::kIntegrity, "unlisted_file");
      if (i >= listed.size() || listed[i].path != entries[i]->path) return Stop(entries[i]->path, "files that the manifest lists", "another");
      Now(Aspect::kIntegrity, "file_digest");
      if (listed[i].sha256 != entries[i]->sha256 || listed[i].size != entries[i]->size)
        return Stop(entries[i]->path, "SHA-256 " + listed[i].sha256.ToHex(), entries[i]->sha256.ToHex());
    }
    return {};
  }

  Status CheckOldHead() {
    if (zip_.Find(files::kOldCheckpoint) == nullptr) return {};
    Now(Aspect::kAuthenticity, "old_checkpoint");
    OXP_TRY(const std::string note, ReadFile(files::kOldCheckpoint));
    const auto old = OpenCheckpoint(note, *keys_);
    if (!old) return Stop(std::string(files::kOldCheckpoint), "a head that a key of the log signed", old.error().message);
    Now(Aspect::kIntegrity, "consistency");
    OXP_TRY(const std::string text, ReadFile(files::kConsistency));
    OXP_TRY(const ConsistencyProof proof, ConsistencyProof::Parse(text));
    if (proof.ToString() != text + "\n" || proof.older != *old || proof.newer != head_)
      return Stop(std::string(files::kConsistency), "a proof from log/checkpoint.old to log/checkpoint", "one of other heads");
    const Status consistent = VerifyConsistency(old->size, old->root, head_.size, head_.root, proof.hashes);
    if (!consistent) return Stop(std::string(files::kConsistency), "a proof that leads to both roots", consistent.error().message);
    return {};
  }

  // Every log key that the policy names is one of the list.
  Status CheckPolicy() {
    Now(Aspect::kIntegrity, "policy");
    OXP_TRY(const std::string policy, ReadFile(files::kPolicy));
    std::size_t found = 0;
    for (std::size_t at = 0; at < policy.size();) {
      const std::size_t end = std::min(policy.find('\n', at), policy.size());
      std::string_view line = std::string_view(policy).substr(at, end - at);
      at = end + 1;
      if (!line.starts_with("log ")) continue;
      line.remove_prefix(4);
      line = line.substr(0, line.find(' '));
      const bool known = std::ranges::any_of(keys_->terms(), [&](const KeyTerm& term) { return term.key.ToString() == line; });
      if (!known) return Stop(std::string(files::kPolicy), "keys of keys/log.vkey", "another");
      ++found;
    }
    if (found != keys_->terms().size()) return Stop(std::string(files::kPolicy), "a line for each key of the log", std::to_string(found));
    return {};
  }

  Status CheckRecords() {
    Now(Aspect::kIntegrity, "ranges");
    OXP_TRY(const std::string text, ReadFile(files::kRanges, kIndexMax));
    OXP_TRY(const RecordProof proof, RecordProof::Parse(text));
    const SeqRanges all = out_.manifest.scope.all();
    if (proof.records != all || proof.root != head_.root || proof.size != head_.size)
      return Stop(std::string(files::kRanges), "the records of the manifest under the head", "others");
    if (!all.empty() && all.ranges().back().last >= head_.size)
      return Stop(std::string(files::kRanges), "records below " + std::to_string(head_.size), std::to_string(all.ranges().back().last));
    const std::optional<std::uint64_t> held_size = out_.held ? std::optional(out_.held->size) : std::nullopt;
    OXP_TRY(ContentResult checked, CheckContent(zip_, {&out_.manifest, &proof, held_size, options_.progress}));
    if (!checked) {
      out_.first_break = std::move(checked).error();
      return Fail(ErrorCode::kIntegrity, "", "content");
    }
    content_ = *std::move(checked);
    return {};
  }

  Status CheckHeld() {
    if (!out_.held) return {};
    if (out_.held->size == head_.size) return {};
    if (out_.held->size > head_.size) {
      out_.not_shown.push_back("whether the log went on from this bundle's head to the one that you hold, over " + std::to_string(out_.held->size) +
                               " records: ask for 'oxpecker log consistency'");
      return {};
    }
    std::optional<Digest> root = content_.held_root;
    if (!root && zip_.Find(files::kOldCheckpoint) != nullptr) {
      OXP_TRY(const std::string note, ReadFile(files::kOldCheckpoint));
      OXP_TRY(const Checkpoint old, OpenCheckpoint(note, *keys_));
      if (old.size == out_.held->size) root = old.root;
    }
    if (!root) {
      out_.not_shown.push_back("whether the log went on from the head that you hold, over " + std::to_string(out_.held->size) +
                               " records, to this bundle's: ask for 'oxpecker log consistency'");
      return {};
    }
    if (*root == out_.held->root) return {};
    out_.fork = true;
    Now(Aspect::kAuthenticity, "fork");
    return Stop("record " + std::to_string(out_.held->size), "the root of the held head, " + out_.held->root.ToHex(), root->ToHex());
  }

  Status CheckRedactions() {
    Now(Aspect::kIntegrity, "redactions");
    ZipLines lines(zip_, *zip_.Find(files::kRedactions));
    std::map<std::pair<std::string, std::string>, std::vector<SeqRanges>> listed;
    std::map<std::string, std::vector<SeqRanges>> erased;
    std::vector<SeqRanges> key_absent;
    std::string before;
    while (true) {
      OXP_TRY(const auto line, lines.Next(kIndexMax));
      if (!line) break;
      if (*line <= before) return Stop(std::string(files::kRedactions), "lines in ascending order", "line " + std::to_string(lines.number()));
      before = *line;
      OXP_TRY(const Redaction group, Redaction::Parse(*line));
      listed[{group.section, group.parts}].push_back(group.records);
      if (group.reason == RedactionReason::kErased) erased[group.erasure].push_back(group.records);
      if (group.reason == RedactionReason::kKeyAbsent) key_absent.push_back(group.records);
      if (group.reason != RedactionReason::kProfile && !group.parts.empty())
        return Stop(std::string(files::kRedactions), "whole sections where the profile is not the reason", "parts of " + group.section);
      if (group.reason == RedactionReason::kArtefact) {
        OXP_TRY(CheckArtefactReason(group));
      }
    }
    for (const auto& [id, sets] : erased) erased_[id] = United(sets);
    key_absent_ = United(key_absent);
    for (const auto& [group, records] : content_.withheld) {
      const auto found = listed.find(group);
      const auto joined = found == listed.end() ? std::nullopt : SeqRanges::Joined(found->second);
      if (!joined || *joined != records) return Stop(std::string(files::kRedactions), "what is withheld of section " + group.first, "something else");
    }
    if (listed.size() != content_.withheld.size()) return Stop(std::string(files::kRedactions), "what is withheld", "more than that");
    return {};
  }

  Status CheckArtefactReason(const Redaction& group) {
    for (const SeqRanges::Range& range : group.records.ranges())
      for (std::uint64_t seq = range.first; seq <= range.last; ++seq) {
        const auto release = content_.releases.find(seq);
        if (group.section != "release" || release == content_.releases.end() ||
            zip_.Find(std::string(files::kArtefacts) + release->second) == nullptr)
          return Stop(std::string(files::kRedactions), "a release whose document is among the artefacts", "record " + std::to_string(seq));
      }
    return {};
  }

  Status CheckArtefacts() {
    Now(Aspect::kIntegrity, "artefact");
    for (const ZipEntry& entry : zip_.entries()) {
      if (!entry.path.starts_with(files::kArtefacts)) continue;
      const std::string digest = entry.path.substr(files::kArtefacts.size());
      if (entry.sha256.ToHex() != digest) return Stop(entry.path, "a file with the digest of its name", entry.sha256.ToHex());
      if (!content_.named_releases.contains(digest)) return Stop(entry.path, "a release that a record in scope names", "another");
    }
    return {};
  }

  Status CheckCoverage() {
    Now(Aspect::kIntegrity, "coverage");
    OXP_TRY(const std::string text, ReadFile(files::kCoverage, kIndexMax));
    OXP_TRY(out_.coverage, Coverage::Parse(text));
    const Coverage& told = out_.coverage;
    const auto differs = [&](const char* member) { return Stop(std::string(files::kCoverage), "'" + std::string(member) + "' as counted", "something else"); };
    if (told.records != out_.manifest.scope.records) return differs("records");
    if (told.kinds != content_.kinds) return differs("kinds");
    if (told.key_absent != key_absent_) return differs("key_absent");
    if (told.disclosed != content_.sections_disclosed || told.partly != content_.sections_partly || told.withheld != content_.sections_withheld)
      return differs("sections");
    if (told.erasures.size() != erased_.size()) return differs("erasures");
    for (const Coverage::Erasure& erasure : told.erasures)
      if (!IsErasure(erasure)) return differs("erasures");
    if (told.releases.size() != content_.named_releases.size()) return differs("releases");
    for (const Coverage::Release& release : told.releases)
      if (!IsRelease(release)) return differs("releases");
    if (!std::ranges::is_sorted(told.releases, {}, &Coverage::Release::digest)) return differs("releases");
    if (!std::ranges::is_sorted(told.erasures, {}, &Coverage::Erasure::record)) return differs("erasures");
    return {};
  }

  // A record of an erasure with this id, whose own words about what it erased hold these records.
  bool IsErasure(const Coverage::Erasure& told) const {
    const auto records = erased_.find(told.id);
    const auto about = content_.erasures.find(told.record);
    if (records == erased_.end() || records->second != told.records || about == content_.erasures.end()) return false;
    const auto document = json::Document::Parse(about->second, {});
    if (!document || TextOf(document->root(), "erasure") != told.id) return false;
    const std::string ranges = TextOf(document->root(), "ranges");
    if (ranges.empty()) return true;
    const auto own = SeqRanges::Parse(ranges);
    return own && United({*own, told.records}) == *own;
  }

  bool IsRelease(const Coverage::Release& told) const {
    if (!content_.named_releases.contains(told.digest)) return false;
    if (told.included != (zip_.Find(std::string(files::kArtefacts) + told.digest) != nullptr)) return false;
    if (!told.record) return true;
    const auto record = content_.releases.find(*told.record);
    return record != content_.releases.end() && record->second == told.digest;
  }

  Status CheckProofs() {
    Now(Aspect::kIntegrity, "proof");
    const ScopeOfBundle& scope = out_.manifest.scope;
    std::uint64_t proofs = 0;
    for (const ZipEntry& entry : zip_.entries()) {
      if (!entry.path.starts_with(files::kProofs) || entry.path == files::kRanges) continue;
      ++proofs;
      OXP_TRY(const std::string text, zip_.Read(entry, kSmallFileMax));
      OXP_TRY(const TlogProof proof, TlogProof::Parse(text));
      const std::string name = std::string(files::kProofs) + std::to_string(proof.index) + std::string(files::kProofEnding);
      const auto hash = content_.leaf_hashes.find(proof.index);
      if (proof.extra || proof.ToString() != text || name != entry.path || hash == content_.leaf_hashes.end())
        return Stop(entry.path, "the proof of the record in its name", "another");
      OXP_TRY(const std::string note, ReadFile(files::kCheckpoint));
      if (proof.checkpoint != note) return Stop(entry.path, "a proof under log/checkpoint", "one under another head");
      if (const Status proven = VerifyInclusion(hash->second, proof.index, head_.size, proof.hashes, head_.root); !proven)
        return Stop(entry.path, "a path that leads from the leaf to the root", proven.error().message);
    }
    if (proofs != (scope.decision.empty() ? 0 : scope.records.count()))
      return Stop(std::string(files::kProofs), "a proof for each record of a decision", std::to_string(proofs));
    return {};
  }

  Status CheckReport();

  // Does the range begin and end where it was asked to?
  Status CheckBounds() {
    Now(Aspect::kCompleteness, "bounds");
    const ScopeOfBundle& scope = out_.manifest.scope;
    if (!scope.decision.empty()) {
      out_.not_shown.push_back("that no further record refers to this decision: a bundle of the whole period shows it");
      return {};
    }
    if (scope.records.empty()) {
      out_.not_shown.push_back("that no record lies in this period: a bundle of a longer one shows it");
      return {};
    }
    const SeqRanges::Range range = scope.records.ranges().front();
    if (range.first > 0 && !content_.context_times.contains(range.first - 1))
      return Stop("record " + std::to_string(range.first - 1), "the record before the range", "none");
    if (range.last + 1 < head_.size && !content_.context_times.contains(range.last + 1))
      return Stop("record " + std::to_string(range.last + 1), "the record after the range", "none");
    const bool begins = range.first == 0 || (scope.from && content_.context_times.at(range.first - 1) < *scope.from);
    const bool ends = range.last + 1 == head_.size || (scope.to && content_.context_times.at(range.last + 1) >= *scope.to);
    if (begins && ends) complete_ = true;
    else out_.not_shown.push_back("that the range holds all records of the period: the times beside it do not say so");
    return {};
  }

  void Judge() {
    const auto verdict = [&](Aspect aspect, bool holds) {
      if (out_.first_break && out_.first_break->aspect == aspect) return Verdict::kBroken;
      return holds ? Verdict::kHolds : Verdict::kNotShown;
    };
    out_.integrity = verdict(Aspect::kIntegrity, integrity_held_);
    out_.completeness = verdict(Aspect::kCompleteness, complete_ && !out_.first_break);
    out_.authenticity = verdict(Aspect::kAuthenticity, options_.key && integrity_held_);
    if (out_.first_break) return;
    if (!options_.key) out_.not_shown.push_back("that the keys are the log's own: no --key was given, so those in the bundle were taken for it");
    out_.not_shown.push_back("that the head over " + std::to_string(head_.size) + " records is the newest: what came after it may exist");
    bool anchored = false;
    for (const ZipEntry& entry : zip_.entries()) anchored |= entry.path.starts_with("tsa/") || entry.path.starts_with("witness/");
    out_.not_shown.push_back(anchored ? "what the time stamps and witnesses in it say: they are verified apart"
                                      : "that anybody outside of the bank saw the head: there is no time stamp and no witness, so who holds the log's key could "
                                        "have made all of it anew");
    if (out_.coverage.partly + out_.coverage.withheld > 0)
      out_.not_shown.push_back("the content of " + std::to_string(out_.coverage.withheld) + " sections, and parts of " +
                               std::to_string(out_.coverage.partly) + ": withheld, for the reasons in redactions.jsonl");
  }

  const ZipReader& zip_;
  const BundleOptions& options_;
  BundleVerification out_;
  Aspect aspect_ = Aspect::kIntegrity;
  std::string code_;
  bool is_of_bundle_ = true;
  bool integrity_held_ = false;
  bool complete_ = false;
  std::string manifest_text_;
  std::optional<LogKeys> keys_;
  Checkpoint head_;
  BundleContent content_;
  std::map<std::string, SeqRanges> erased_;  // by erasure
  SeqRanges key_absent_;
};

// The page has the digest of the manifest when its block is empty, and the block is the files.
Status BundleVerifier::CheckReport() {
  Now(Aspect::kIntegrity, "report");
  const ZipEntry& report = *zip_.Find(files::kReport);
  const std::string place(files::kReport);
  std::uint64_t listed_bytes = 0;
  for (const BundleFile& file : out_.manifest.files) listed_bytes += file.size;
  if (out_.manifest.viewer_has_data != (listed_bytes <= kViewerDataBytesMax))
    return Stop(place, "the files in it up to 32 MiB, and not above", "otherwise");
  OXP_TRY(const std::string begin, zip_.ReadAt(report.data_offset(), static_cast<std::size_t>(std::min<std::uint64_t>(report.size, kViewerBytesMax))));
  const auto block = BlockOffset(begin);
  if (!block) return Stop(place, "a page with a data block", "none");
  std::uint64_t at = report.data_offset() + *block;
  const std::uint64_t end = report.data_offset() + report.size;
  if (out_.manifest.viewer_has_data) {
    const Status same = WriteData(zip_.entries(), [&](const ZipEntry& entry) { return zip_.Read(entry, kIndexMax); },
                                  [&](std::string_view bytes) -> Status {
                                    OXP_TRY(const std::string found, zip_.ReadAt(at, bytes.size()));
                                    at += bytes.size();
                                    if (found == bytes && at <= end) return {};
                                    return Stop(place, "the files of the bundle in its data block", "something else");
                                  });
    OXP_TRY(same);
  }
  if (end - std::min(at, end) > kViewerBytesMax) return Stop(place, "a page of at most 4 MiB", "more");
  OXP_TRY(const std::string rest, zip_.ReadAt(at, static_cast<std::size_t>(end - at)));
  const std::string page = begin.substr(0, *block) + rest;
  if (!SplitViewer(page)) return Stop(place, "the end of the data block", "something else");
  if (Sha256(page) != out_.manifest.viewer_sha256) return Stop(place, "the page of the manifest, " + out_.manifest.viewer_sha256.ToHex(), Sha256(page).ToHex());
  return {};
}

}  // namespace

json::Object BundleVerification::ToJson() const {
  json::Object out;
  out.Set("v", "oxpecker.bundle_verification/1");
  out.Set("ok", ok());
  out.Set("fork", fork);
  out.Set("sha256", sha256.ToHex());
  out.Set("origin", manifest.origin);
  out.Set("records", manifest.scope.records.ToString());
  out.Set("size", std::to_string(manifest.size));
  out.Set("root", manifest.root.ToHex());
  out.Set("profile", manifest.profile);
  out.Set("integrity", Name(integrity));
  out.Set("completeness", Name(completeness));
  out.Set("authenticity", Name(authenticity));
  json::Array open;
  for (const std::string& text : not_shown) open.emplace_back(text);
  out.Set("not_shown", std::move(open));
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

Result<BundleVerification> VerifyBundle(const std::filesystem::path& file, const BundleOptions& options) {
  OXP_TRY(const ZipReader zip, ZipReader::Open(file, options.progress));
  return BundleVerifier(zip, options).Run();
}

}  // namespace oxpecker::audit
