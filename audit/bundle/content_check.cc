#include "audit/bundle/content_check.h"

#include <bit>
#include <expected>

#include "audit/bundle/disclosure.h"
#include "audit/bundle/strict_json.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/record.h"

namespace oxpecker::audit {
namespace {

namespace files = bundle_files;

// Larger than any line that is written: 16 MiB of section, each byte as six.
constexpr std::size_t kDisclosureBytesMax = 128U << 20U;

class ContentWalk {
 public:
  ContentWalk(const ZipReader& zip, const ContentQuestion& question)
      : question_(question),
        scope_(question.manifest->scope),
        records_(question.manifest->scope.all()),
        leaves_(zip, *zip.Find(files::kLeaves)),
        disclosures_(zip, *zip.Find(files::kDisclosures)) {}

  Result<ContentResult> Run() {
    auto checked = Walk();
    if (broken_) return ContentResult(std::unexpected(*std::move(broken_)));
    if (checked) return ContentResult(std::move(content_));
    if (checked.error().code == ErrorCode::kUnavailable) return std::unexpected(std::move(checked).error());
    return ContentResult(std::unexpected(Break{Aspect::kIntegrity, "leaves", {}, checked.error().place, "what the format says", checked.error().message}));
  }

 private:
  // The walk ends here; what is returned says so and nothing else.
  std::unexpected<Error> Stop(const char* code, std::uint64_t seq, std::string expected, std::string found) {
    broken_ = Break{Aspect::kIntegrity, code, seq, "record " + std::to_string(seq), std::move(expected), std::move(found)};
    return Fail(ErrorCode::kIntegrity, "", code);
  }

  Status Walk() {
    OXP_TRY(NextDisclosure());
    StartHeldRoot();
    const RecordProof& proof = *question_.proof;
    OXP_TRY(const Digest root, RootOfRecords(records_, proof.size, proof.hashes, [&](std::uint64_t seq) { return Leaf(seq); }));
    OXP_TRY(const auto more, leaves_.Next(kLeafBytesMax));
    if (more) return Stop("leaves", leaves_.number(), "as many leaves as records", "one more");
    if (pending_) return Stop("disclosure", pending_->seq, "a record in scope with this section, in order", "a line for section " + pending_->section);
    if (root == question_.manifest->root) return {};
    broken_ = Break{Aspect::kIntegrity, "root", {}, "log/leaves.jsonl", "the signed root " + question_.manifest->root.ToHex(), root.ToHex()};
    return Fail(ErrorCode::kIntegrity, "", "root");
  }

  Result<Digest> Leaf(std::uint64_t seq) {
    OXP_TRY(const auto line, leaves_.Next(kLeafBytesMax));
    if (!line) return Stop("leaves", seq, "its leaf", "the end of log/leaves.jsonl");
    if (const Status decoded = DecodeLeaf(*line, leaf_); !decoded) return Stop("leaf", seq, "a leaf in canonical form", decoded.error().ToString());
    if (leaf_.seq != seq) return Stop("sequence", seq, "number " + std::to_string(seq), "number " + std::to_string(leaf_.seq));
    if (leaf_.origin != question_.manifest->origin) return Stop("origin", seq, question_.manifest->origin, std::string(leaf_.origin));
    if (seq == 0 && leaf_.prev != Digest()) return Stop("prev", seq, "zeros", leaf_.prev.ToHex());
    if (seq > 0 && last_ && last_->first == seq - 1 && leaf_.prev != last_->second) return Stop("prev", seq, last_->second.ToHex(), leaf_.prev.ToHex());
    const Digest hash = LeafHash(*line);
    last_ = {seq, hash};
    OXP_TRY(Note(seq));
    if (!scope_.decision.empty() && scope_.records.Contains(seq)) content_.leaf_hashes[seq] = hash;
    GoOnWithHeldRoot(seq, hash);
    if (question_.progress && seq % 1'024 == 0) question_.progress(done_, records_.count());
    ++done_;
    return hash;
  }

  std::string Release() {
    const auto about = json::Document::Parse(leaf_.about, {});
    return about ? TextOf(about->root(), "release") : std::string();
  }

  // What of this leaf other files tell about, and what is shown of its sections.
  Status Note(std::uint64_t seq) {
    const bool in_scope = scope_.records.Contains(seq);
    const bool is_release = leaf_.kind == Name(RecordKind::kRelease);
    const std::string release = in_scope || is_release ? Release() : std::string();
    if (is_release) content_.releases[seq] = release;
    if (leaf_.kind == Name(RecordKind::kErasure)) content_.erasures[seq] = leaf_.about;
    if (!in_scope) {
      content_.context_times.emplace(seq, leaf_.time);
      return {};
    }
    ++content_.kinds[std::string(leaf_.kind)];
    if (!release.empty()) content_.named_releases.insert(release);
    if (!scope_.decision.empty() && !IsOfDecision()) return Stop("scope", seq, "a record of decision " + scope_.decision, "another");
    for (const SectionReference& section : leaf_.sections) {
      OXP_TRY(NoteSection(seq, section));
    }
    if (pending_ && pending_->seq <= seq) return Stop("disclosure", seq, "a section that the leaf names, in order", "section " + pending_->section);
    return {};
  }

  bool IsOfDecision() const {
    if (leaf_.decision_id == scope_.decision) return true;
    const auto about = json::Document::Parse(leaf_.about, {});
    return about && TextOf(about->root(), "decision") == scope_.decision;
  }

  Status NoteSection(std::uint64_t seq, const SectionReference& section) {
    const std::string name(section.name);
    if (!pending_ || pending_->seq != seq || pending_->section != name) {
      ++content_.sections_withheld;
      content_.withheld[{name, ""}].Append(seq);
      return {};
    }
    const Disclosure shown = *std::move(pending_);
    OXP_TRY(NextDisclosure());
    if (shown.Commitment() != section.commit)
      return Stop("commitment", seq, "section " + name + " with the commitment in the leaf", "another");
    if (const auto problem = shown.ShapeProblem()) return Stop("skeleton", seq, "section " + name + " in one piece", *problem);
    const SeqRanges withheld = shown.Withheld();
    if (withheld.count() == shown.parts.size()) return Stop("disclosure", seq, "at least one part of section " + name, "none");
    if (withheld.empty()) {
      ++content_.sections_disclosed;
      return {};
    }
    ++content_.sections_partly;
    content_.withheld[{name, withheld.ToString()}].Append(seq);
    return {};
  }

  Status NextDisclosure() {
    pending_.reset();
    OXP_TRY(const auto line, disclosures_.Next(kDisclosureBytesMax));
    if (!line) return {};
    auto read = Disclosure::Parse(*line);
    if (!read) return Stop("disclosure", disclosures_.number(), "a line in the form of the format", read.error().message);
    pending_ = *std::move(read);
    return {};
  }

  // The tree of the first `held_size` records follows where that size lies within the first leaves.
  void StartHeldRoot() {
    if (!question_.held_size || records_.empty()) return;
    const SeqRanges::Range first = records_.ranges().front();
    if (*question_.held_size < first.first || *question_.held_size > first.last + 1) return;
    std::string frontier;
    const HashPath& hashes = question_.proof->hashes;
    const auto left = static_cast<std::size_t>(std::popcount(first.first));
    for (std::size_t i = 0; i < left && i < hashes.size(); ++i) frontier += hashes[i].view();
    held_ = CompactRange::FromFrontier(first.first, frontier);
    if (held_ && held_->size() == *question_.held_size) content_.held_root = held_->Root();
  }
  void GoOnWithHeldRoot(std::uint64_t seq, const Digest& hash) {
    if (!held_ || held_->size() != seq || seq >= *question_.held_size) return;
    held_->Append(hash);
    if (held_->size() == *question_.held_size) content_.held_root = held_->Root();
  }

  const ContentQuestion& question_;
  const ScopeOfBundle& scope_;
  SeqRanges records_;
  ZipLines leaves_;
  ZipLines disclosures_;
  LeafView leaf_;
  std::optional<std::pair<std::uint64_t, Digest>> last_;
  std::optional<Disclosure> pending_;
  std::optional<CompactRange> held_;
  std::optional<Break> broken_;
  BundleContent content_;
  std::uint64_t done_ = 0;
};

}  // namespace

Result<ContentResult> CheckContent(const ZipReader& zip, const ContentQuestion& question) { return ContentWalk(zip, question).Run(); }

}  // namespace oxpecker::audit
