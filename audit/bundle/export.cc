#include "audit/bundle/export.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "audit/bundle/disclosure.h"
#include "audit/bundle/readme.h"
#include "audit/bundle/record_proof.h"
#include "audit/bundle/selection.h"
#include "audit/bundle/viewer.h"
#include "audit/bundle/zip.h"
#include "audit/section_parts.h"
#include "audit/tlog_proof.h"
#include "base/check.h"

namespace oxpecker::audit {
namespace {

namespace files = bundle_files;

class Exporter {
 public:
  Exporter(LogReader& reader, ZipWriter zip, const BundleOrder& order) : reader_(reader), zip_(std::move(zip)), order_(order) {}

  Result<ExportedBundle> Run() {
    OXP_TRY(Prepare());
    OXP_TRY(zip_.Add(std::string(files::kReadme), ReadmeText(head_.checkpoint.origin, order_.keys)));
    OXP_TRY(AddArtefacts());
    OXP_TRY(AddDisclosures());
    NoteErasures();
    OXP_TRY(zip_.Add(std::string(files::kKeys), order_.keys.ToString()));
    OXP_TRY(AddHeads());
    OXP_TRY(AddLeaves());
    OXP_TRY(zip_.Add(std::string(files::kPolicy), Policy()));
    OXP_TRY(AddProofs());
    OXP_TRY(zip_.Add(std::string(files::kRedactions), redactions_.ToFile()));
    for (const auto& [path, bytes] : order_.anchors) OXP_TRY(zip_.Add(path, bytes));
    OXP_TRY(zip_.Add(std::string(files::kCoverage), coverage_.ToString()));
    return Finish();
  }

 private:
  Status Prepare() {
    OXP_TRY(head_, reader_.NewestCheckpoint());
    OXP_TRY(head_.checkpoint, OpenCheckpoint(head_.note, order_.keys));
    OXP_TRY(selection_, Select(reader_, head_.checkpoint.size, order_.query, !order_.profile.opens_nothing()));
    for (const ErasureRecord& erasure : selection_.erasures)
      for (const SeqRanges::Range& range : erasure.ranges.ranges()) erased_ranges_[range.first] = {range.last, &erasure};
    coverage_.records = scope().records;
    coverage_.kinds = selection_.kinds;
    coverage_.holds = selection_.holds;
    for (const auto& [kind, days] : order_.retention.days) coverage_.retention_days[std::string(Name(kind))] = days;
    return {};
  }

  ScopeOfBundle& scope() { return selection_.scope; }

  // The document of each release that somebody decided by, if the log has it and it may be shown.
  Status AddArtefacts() {
    for (const auto& [digest, record] : selection_.releases) {
      coverage_.releases.push_back({digest, false, record});
      if (record) context_.push_back(*record);
      if (!record || !order_.profile.Opens("release")) continue;
      OXP_TRY(const Record release, reader_.Read(*record));
      if (std::ranges::none_of(release.sections, [](const StoredSection& section) { return section.name == "release"; })) continue;
      OXP_TRY(const auto opened, reader_.Open(release, "release"));
      if (!opened || Sha256(opened->bytes).ToHex() != digest) continue;
      OXP_TRY(zip_.Add(std::string(files::kArtefacts) + digest, opened->bytes));
      coverage_.releases.back().included = true;
      artefacts_.insert(digest);
    }
    return {};
  }

  Status AddDisclosures() {
    OXP_TRY(zip_.Begin(std::string(files::kDisclosures)));
    const std::uint64_t of = scope().records.count();
    std::uint64_t done = 0;
    for (const SeqRanges::Range& range : scope().records.ranges()) {
      OXP_TRY(reader_.ForEach(range.first, range.last + 1, [&](const Record& record) -> Status {
        if (order_.progress && done % 256 == 0) order_.progress(done, of);
        ++done;
        return Disclose(record);
      }));
    }
    return zip_.End();
  }

  Status Disclose(const Record& record) {
    const ErasureRecord* erasure = ErasureOf(record.seq);
    for (const StoredSection& section : record.sections) {
      if (IsArtefact(record, section)) {
        OXP_TRY(Withhold(record.seq, section.name, RedactionReason::kArtefact));
      } else if (erasure != nullptr) {
        // Also where a vault that was restored has the key again.
        OXP_TRY(Withhold(record.seq, section.name, RedactionReason::kErased, erasure->id));
        if (&section == &record.sections.front()) erased_[erasure->seq].Append(record.seq);
      } else {
        OXP_TRY(Disclose(record, section));
      }
    }
    return {};
  }

  Status Disclose(const Record& record, const StoredSection& section) {
    if (order_.profile.opens_nothing()) return Withhold(record.seq, section.name, RedactionReason::kProfile);
    OXP_TRY(const bool has_key, reader_.HasKey(record));
    if (!has_key) {
      if (coverage_.key_absent.empty() || !coverage_.key_absent.Contains(record.seq)) coverage_.key_absent.Append(record.seq);
      return Withhold(record.seq, section.name, RedactionReason::kKeyAbsent);
    }
    if (!order_.profile.Opens(section.name)) return Withhold(record.seq, section.name, RedactionReason::kProfile);
    OXP_TRY(const auto opened, reader_.Open(record, section.name));
    if (!opened) return Fail(ErrorCode::kUnavailable, "record " + std::to_string(record.seq), "its key was destroyed meanwhile", "export again");
    parts_.Cut(section.name, opened->bytes);
    const std::vector<bool> shown = order_.profile.Shown(record.kind_name, section.name, parts_);
    if (std::ranges::find(shown, true) == shown.end()) return Withhold(record.seq, section.name, RedactionReason::kProfile);
    const Disclosure line = Disclosure::Of(record.seq, section.name, parts_, opened->salts, shown);
    const SeqRanges withheld = line.Withheld();
    if (withheld.empty()) {
      ++coverage_.disclosed;
    } else {
      ++coverage_.partly;
      redactions_.Add(record.seq, section.name, withheld.ToString(), RedactionReason::kProfile);
    }
    return zip_.Write(line.ToLine() + "\n");
  }

  Status Withhold(std::uint64_t seq, const std::string& section, RedactionReason reason, const std::string& erasure = "") {
    ++coverage_.withheld;
    redactions_.Add(seq, section, "", reason, erasure);
    return {};
  }

  bool IsArtefact(const Record& record, const StoredSection& section) const {
    if (record.kind != RecordKind::kRelease || section.name != "release") return false;
    const json::Value* digest = record.about.Find("release");
    return digest != nullptr && digest->string() != nullptr && artefacts_.contains(*digest->string());
  }

  const ErasureRecord* ErasureOf(std::uint64_t seq) const {
    const auto after = erased_ranges_.upper_bound(seq);
    if (after == erased_ranges_.begin()) return nullptr;
    const auto& [last, erasure] = std::prev(after)->second;
    return seq <= last ? erasure : nullptr;
  }

  void NoteErasures() {
    for (const ErasureRecord& erasure : selection_.erasures) {
      const auto found = erased_.find(erasure.seq);
      if (found == erased_.end()) continue;
      coverage_.erasures.push_back({erasure.id, erasure.seq, found->second});
      context_.push_back(erasure.seq);
    }
    AddContext(scope(), head_.checkpoint.size, context_);
  }

  // The signed head; and the newest one from before the scope, with what leads from it to this one.
  Status AddHeads() {
    OXP_TRY(zip_.Add(std::string(files::kCheckpoint), head_.note));
    if (scope().records.empty()) return {};
    const std::uint64_t first = scope().records.ranges().front().first;
    std::optional<SignedCheckpoint> old;
    OXP_TRY(std::vector<SignedCheckpoint> checkpoints, reader_.Checkpoints());
    for (SignedCheckpoint& checkpoint : checkpoints) {
      const std::uint64_t size = checkpoint.checkpoint.size;
      if (size > 0 && size <= first && size < head_.checkpoint.size) old = std::move(checkpoint);
    }
    if (!old) return {};
    OXP_TRY(old->checkpoint, OpenCheckpoint(old->note, order_.keys));
    OXP_TRY(HashPath path, reader_.ProveConsistency(old->checkpoint, head_.checkpoint));
    OXP_TRY(zip_.Add(std::string(files::kOldCheckpoint), old->note));
    const ConsistencyProof proof{old->checkpoint, head_.checkpoint, std::move(path)};
    std::string text = proof.ToString();
    text.pop_back();  // the newline of a file of its own
    return zip_.Add(std::string(files::kConsistency), text);
  }

  Status AddLeaves() {
    const SeqRanges all = scope().all();
    OXP_TRY(zip_.Begin(std::string(files::kLeaves)));
    if (!all.empty()) {
      std::uint64_t seq = 0;
      const Status written = reader_.ForEachLeaf(all.ranges().back().last + 1, [&](std::string_view leaf) -> Status {
        if (!all.Contains(seq++)) return {};
        OXP_TRY(zip_.Write(leaf));
        return zip_.Write("\n");
      });
      if (!written) return written;
    }
    return zip_.End();
  }

  std::string Policy() const {
    if (!order_.policy.empty()) return order_.policy;
    std::string policy;
    for (const KeyTerm& term : order_.keys.terms()) policy += "log " + term.key.ToString() + "\n";
    return policy + "quorum none\n";
  }

  Status AddProofs() {
    if (!scope().decision.empty()) {
      std::map<std::string, std::uint64_t> paths;  // in the order of the zip
      for (const SeqRanges::Range& range : scope().records.ranges())
        for (std::uint64_t seq = range.first; seq <= range.last; ++seq)
          paths[std::string(files::kProofs) + std::to_string(seq) + std::string(files::kProofEnding)] = seq;
      for (const auto& [path, seq] : paths) {
        OXP_TRY(HashPath hashes, reader_.ProveInclusion(seq, head_.checkpoint));
        OXP_TRY(zip_.Add(path, TlogProof{{}, seq, std::move(hashes), head_.note}.ToString()));
      }
    }
    RecordProof proof{{}, scope().all(), head_.checkpoint.root, head_.checkpoint.size};
    OXP_TRY(proof.hashes, reader_.ProveRecords(proof.records, head_.checkpoint));
    return zip_.Add(std::string(files::kRanges), proof.ToString());
  }

  Result<ExportedBundle> Finish() {
    const std::string_view viewer = order_.viewer.empty() ? DefaultViewer() : order_.viewer;
    const auto page = SplitViewer(viewer);
    OXP_CHECK(page && viewer.size() <= kViewerBytesMax);
    Manifest manifest;
    manifest.root = head_.checkpoint.root;
    manifest.size = head_.checkpoint.size;
    std::uint64_t listed_bytes = 0;
    for (const ZipEntry& entry : zip_.entries()) {
      manifest.files.push_back({entry.path, entry.sha256, entry.size});
      listed_bytes += entry.size;
    }
    std::ranges::sort(manifest.files, {}, &BundleFile::path);
    manifest.origin = head_.checkpoint.origin;
    manifest.profile = order_.profile.ToJson();
    manifest.scope = scope();
    manifest.tool = order_.tool;
    manifest.viewer_has_data = listed_bytes <= kViewerDataBytesMax;
    manifest.viewer_sha256 = Sha256(page->before, page->after);
    const std::string text = manifest.ToString();
    OXP_TRY(zip_.Add(std::string(files::kManifest), text));
    OXP_TRY(std::string note, SignManifest(manifest.origin, text, *order_.signer));
    OXP_TRY(zip_.Add(std::string(files::kManifestNote), std::move(note)));
    OXP_TRY(AddReport(*page, manifest.viewer_has_data));
    ExportedBundle bundle{{}, 0, zip_.entries().size(), std::move(manifest), std::move(coverage_)};
    OXP_TRY(bundle.sha256, zip_.Finish());
    bundle.bytes = zip_.bytes();
    return bundle;
  }

  Status AddReport(const ViewerPage& page, bool with_data) {
    const std::vector<ZipEntry> listed = zip_.entries();
    OXP_TRY(zip_.Begin(std::string(files::kReport)));
    OXP_TRY(zip_.Write(page.before));
    if (with_data) {
      OXP_TRY(WriteData(listed, [&](const ZipEntry& entry) { return zip_.Read(entry); },
                        [&](std::string_view bytes) { return zip_.Write(bytes); }));
    }
    OXP_TRY(zip_.Write(page.after));
    return zip_.End();
  }

  LogReader& reader_;
  ZipWriter zip_;
  const BundleOrder& order_;
  SignedCheckpoint head_;
  Selection selection_;
  Coverage coverage_;
  Redactions redactions_;
  SectionParts parts_;
  std::set<std::string> artefacts_;
  std::vector<std::uint64_t> context_;
  std::map<std::uint64_t, std::pair<std::uint64_t, const ErasureRecord*>> erased_ranges_;  // by first record: last, and whose
  std::map<std::uint64_t, SeqRanges> erased_;  // by the erasure's record
};

}  // namespace

Result<ExportedBundle> ExportBundle(LogReader& reader, const std::filesystem::path& file, const BundleOrder& order) {
  OXP_CHECK(order.signer != nullptr);
  OXP_TRY(ZipWriter zip, ZipWriter::Create(file));
  return Exporter(reader, std::move(zip), order).Run();
}

}  // namespace oxpecker::audit
