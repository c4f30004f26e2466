#include "audit/chain.h"

#include <algorithm>
#include <utility>

#include "audit/checkpoint.h"
#include "audit/kinds.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

std::string RecordPlace(std::uint64_t seq, std::string_view part = {}) {
  std::string place = "record " + std::to_string(seq);
  if (!part.empty()) place.append(", ").append(part);
  return place;
}

Break At(Aspect aspect, const char* code, std::uint64_t seq, std::string_view part,
         std::string expected, std::string found) {
  return {aspect, code, seq, RecordPlace(seq, part), std::move(expected), std::move(found)};
}

// Stored bytes for a message: hex of what should be a hash, never more than 64 bytes of it.
std::string Shown(std::string_view bytes) {
  if (bytes.size() == 32) return HexEncode(bytes);
  return std::to_string(bytes.size()) + " bytes: " + HexEncode(bytes.substr(0, 64));
}

}  // namespace

std::string DecisionIdBytes(std::string_view decision_id) {
  std::string bytes;
  bytes.reserve(16);
  int high = -1;
  for (const char c : decision_id) {
    if (c == '-') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high >= 0) bytes += static_cast<char>(high * 16 + digit);
    high = high < 0 ? digit : -1;
  }
  return bytes;
}

MaybeBreak LogCheck::Begin(std::span<const HeadRow> heads) {
  if (heads.size() != 1)
    return Break{Aspect::kIntegrity, "head", {}, "head", "one row", std::to_string(heads.size())};
  origin_ = heads[0].origin;
  if (!IsOrigin(origin_))
    return Break{Aspect::kIntegrity,  "head",        {}, "head, origin",
                 "the name of a log", Shown(origin_)};
  if (keys_ && keys_->name() != origin_)
    return Break{Aspect::kAuthenticity, "origin", {}, "head, origin", keys_->name(), origin_};
  return std::nullopt;
}

MaybeBreak LogCheck::BeginRecord(const RecordRow& row, const KeyRow* key) {
  const std::uint64_t seq = size();
  if (row.seq != static_cast<std::int64_t>(seq))
    return At(Aspect::kCompleteness, "sequence", seq, "", RecordPlace(seq),
              "record " + std::to_string(row.seq));
  hash_ = LeafHash(row.leaf);
  if (hash_.view() != row.leaf_hash)
    return At(Aspect::kIntegrity, "leaf_hash", seq, "leaf_hash",
              hash_.ToHex() + " (the hash of the stored leaf)", Shown(row.leaf_hash));
  if (const Status decoded = DecodeLeaf(row.leaf, leaf_); !decoded)
    return At(Aspect::kIntegrity, "leaf_form", seq, "leaf", "a canonical leaf",
              decoded.error().ToString());
  if (leaf_.origin != origin_)
    return At(Aspect::kIntegrity, "leaf_origin", seq, "leaf, origin", origin_,
              std::string(leaf_.origin));
  if (leaf_.seq != seq)
    return At(Aspect::kIntegrity, "leaf_sequence", seq, "leaf, seq", std::to_string(seq),
              std::to_string(leaf_.seq));
  if (leaf_.prev != last_leaf_hash_)
    return At(Aspect::kIntegrity, "prev", seq, "leaf, prev", last_leaf_hash_.ToHex(),
              leaf_.prev.ToHex());
  // A kind that this build does not know may hold anything.
  if (const auto kind = RecordKindFromName(leaf_.kind))
    if (const auto problem = AboutProblem(*kind, leaf_.about))
      return At(Aspect::kIntegrity, "leaf_about", seq, "leaf, about", "what its kind holds", *problem);
  bytes_ += row.leaf.size();
  sections_added_ = 0;
  return CheckKey(key);
}

MaybeBreak LogCheck::EndRecord() {
  if (sections_added_ != leaf_.sections.size())
    return At(Aspect::kCompleteness, "section_missing", size(),
              leaf_.sections[sections_added_].name, "a stored section", "none");
  grown_ = tree_.Append(hash_);
  last_leaf_hash_ = hash_;
  if (!leaf_.decision_id.empty()) ++decisions_;
  return ReadAnnouncement();
}

// A record that says which key comes next. It counts once the head above it is signed by both: whoever
// has only one of the two can make no other key known.
MaybeBreak LogCheck::ReadAnnouncement() {
  if (leaf_.kind != Name(RecordKind::kKeyRotation)) return std::nullopt;
  auto next = NextKeyOf(leaf_.about);
  if (next && !*next) return std::nullopt;  // of another purpose
  if (next && (*next)->name() == origin_) {
    announced_ = *std::move(next);
    return std::nullopt;
  }
  return At(Aspect::kIntegrity, "key_rotation", size() - 1, "leaf, about", "a verifier key of this log in new_key",
            next ? "one of " + (*next)->name() : next.error().message);
}

MaybeBreak LogCheck::CheckKey(const KeyRow* key) const {
  const std::uint64_t seq = size();
  if (!leaf_.key && key == nullptr) return std::nullopt;
  if (!leaf_.key)
    return At(Aspect::kCompleteness, "key_unnamed", seq, "dek", "no wrapped key", "one");
  if (key == nullptr)
    return At(Aspect::kCompleteness, "key_missing", seq, "dek", "a wrapped key", "none");
  const Digest stored = Sha256(key->kek_id, key->wrapped_dek);
  if (key->kek_id.size() == 16 && stored == *leaf_.key) return std::nullopt;
  return At(Aspect::kIntegrity, "key", seq, "dek, SHA-256", leaf_.key->ToHex(), stored.ToHex());
}

Break SectionDiffers(std::uint64_t seq, std::string_view name, const Digest& expected, const Digest& found) {
  return At(Aspect::kIntegrity, "section", seq, name, expected.ToHex(), found.ToHex());
}

MaybeBreak LogCheck::AddSection(const SectionRow& row) {
  SectionReference named;
  if (auto wrong = AddSection(row, named)) return wrong;
  const Digest digest = Sha256(row.ciphertext);
  if (digest == named.ct_sha256) return std::nullopt;
  return SectionDiffers(size(), named.name, named.ct_sha256, digest);
}

MaybeBreak LogCheck::AddSection(const SectionRow& row, SectionReference& reference) {
  const std::uint64_t seq = size();
  if (sections_added_ == leaf_.sections.size())
    return At(Aspect::kCompleteness, "section_unnamed", seq, "",
              std::to_string(leaf_.sections.size()) + " sections", "one more");
  const SectionReference& named = leaf_.sections[sections_added_];
  if (row.ordinal != static_cast<std::int64_t>(sections_added_))
    return At(Aspect::kCompleteness, "section_missing", seq, named.name, "a stored section",
              "none");
  if (row.name != named.name)
    return At(Aspect::kIntegrity, "section_name", seq, named.name, std::string(named.name),
              Shown(row.name));
  if (row.ciphertext.size() != named.bytes + kGcmTagBytes)
    return At(Aspect::kIntegrity, "section_size", seq, named.name,
              std::to_string(named.bytes + kGcmTagBytes) + " bytes",
              std::to_string(row.ciphertext.size()));
  reference = named;
  bytes_ += row.ciphertext.size();
  ++sections_added_;
  return std::nullopt;
}

Result<MaybeBreak> LogCheck::CheckIndex(DecisionIndex& index) const {
  if (leaf_.decision_id.empty()) return MaybeBreak();
  const std::uint64_t seq = size() - 1;
  OXP_TRY(const auto found, index.SeqOf(DecisionIdBytes(leaf_.decision_id)));
  if (found && *found == static_cast<std::int64_t>(seq)) return MaybeBreak();
  return MaybeBreak(At(Aspect::kCompleteness, "decision_index", seq, "by_decision",
                       std::string(leaf_.decision_id) + " at " + std::to_string(seq),
                       found ? "at " + std::to_string(*found) : std::string("no entry")));
}

namespace {

Result<MaybeBreak> CompareTile(TileTable& tiles, const Tile& expected) {
  OXP_TRY(const auto stored, tiles.TileAt(expected.place));
  if (stored == expected.hashes) return MaybeBreak();
  const std::string place =
      "tile " + std::to_string(expected.place.level) + "/" + std::to_string(expected.place.index);
  const auto wrong = [&](Aspect aspect, std::string at, std::string right, std::string found) {
    return MaybeBreak(Break{aspect, "tile", {}, std::move(at), std::move(right), std::move(found)});
  };
  const std::string count = std::to_string(expected.width()) + " hashes";
  if (!stored) return wrong(Aspect::kCompleteness, place, count, "none");
  if (stored->size() != expected.hashes.size())
    return wrong(Aspect::kIntegrity, place, count, std::to_string(stored->size()) + " bytes");
  const auto differs = std::ranges::mismatch(*stored, expected.hashes).in1 - stored->begin();
  const auto at = static_cast<std::size_t>(differs) / 32;
  return wrong(Aspect::kIntegrity, place + ", hash " + std::to_string(at),
               HexEncode(expected.hashes.substr(at * 32, 32)), HexEncode(stored->substr(at * 32, 32)));
}

}  // namespace

Result<MaybeBreak> LogCheck::CheckFullTiles(TileTable& tiles) const {
  for (const Tile& tile : grown_) {
    if (!tile.full()) continue;
    OXP_TRY(MaybeBreak wrong, CompareTile(tiles, tile));
    if (wrong) return wrong;
  }
  return MaybeBreak();
}

Result<MaybeBreak> LogCheck::FinishTiles(TileTable& tiles) const {
  for (unsigned level = 1; level < kTileLevels; ++level) {
    const auto open = tree_.Open(level);
    if (!open) continue;
    OXP_TRY(MaybeBreak wrong, CompareTile(tiles, *open));
    if (wrong) return wrong;
  }
  OXP_TRY(const std::uint64_t count, tiles.TileCount());
  const std::uint64_t expected = StoredTileCount(size());
  if (count == expected) return MaybeBreak();
  return MaybeBreak(Break{Aspect::kIntegrity, "tile", {}, "tile", std::to_string(expected) + " tiles", std::to_string(count)});
}

MaybeBreak LogCheck::CheckNote(const std::string& note, const std::string& place) {
  const auto wrong = [&](Aspect aspect, const char* code, std::string expected, std::string found) {
    return Break{aspect, code, {}, place, std::move(expected), std::move(found)};
  };
  const auto checkpoint = keys_ ? OpenCheckpoint(note, *keys_) : ReadCheckpoint(note);
  if (!checkpoint)
    return wrong(keys_ ? Aspect::kAuthenticity : Aspect::kIntegrity, "checkpoint",
                 keys_ ? "a checkpoint signed by " + keys_->name() : "a checkpoint",
                 checkpoint.error().message);
  if (checkpoint->origin != origin_)
    return wrong(Aspect::kIntegrity, "checkpoint_origin", origin_, checkpoint->origin);
  if (checkpoint->size != size())
    return wrong(Aspect::kIntegrity, "checkpoint_size", std::to_string(size()),
                 std::to_string(checkpoint->size));
  const Digest recomputed = root();
  if (checkpoint->root != recomputed)
    return wrong(Aspect::kIntegrity, "checkpoint_root",
                 checkpoint->root.ToHex() + " (signed root at " + std::to_string(size()) + ")",
                 recomputed.ToHex() + " (root of the stored records)");
  return std::nullopt;
}

MaybeBreak LogCheck::AddCheckpoint(const CheckpointRow& row) {
  const std::string place = "checkpoint at " + std::to_string(row.size);
  if (checkpoints_ == 0 && row.size != 0)
    return Break{Aspect::kCompleteness,
                 "first_checkpoint",
                 {},
                 "checkpoint at 0",
                 "the checkpoint of the empty log, which every log begins with",
                 "none"};
  if (auto wrong = CheckNote(row.note, place)) return wrong;
  if (row.frontier != tree_.range().Frontier())
    return Break{Aspect::kIntegrity,   "checkpoint_frontier",    {},
                 place + ", frontier", Shown(tree_.range().Frontier()), Shown(row.frontier)};
  if (keys_ && announced_ && IsSignedBy(row.note, *announced_)) {
    keys_->Rotate(*announced_, size());
    announced_.reset();
  }
  ++checkpoints_;
  sealed_size_ = size();
  return std::nullopt;
}

MaybeBreak LogCheck::AddPublished(const std::string& note) {
  if (auto wrong = CheckNote(note, "published checkpoint")) return wrong;
  // A checkpoint is stored before it is published, so the log must hold it too.
  if (checkpoints_ > 0 && sealed_size_ == size()) return std::nullopt;
  return Break{Aspect::kCompleteness,
               "checkpoint_missing",
               {},
               "checkpoint at " + std::to_string(size()),
               "the one that was published",
               "none"};
}

MaybeBreak LogCheck::Finish(const HeadRow& head, std::uint64_t index_count) const {
  const auto wrong = [](Aspect aspect, const char* code, const char* place, std::string expected,
                        std::string found) {
    return Break{aspect, code, {}, place, std::move(expected), std::move(found)};
  };
  if (head.size != static_cast<std::int64_t>(size()))
    return wrong(Aspect::kCompleteness, "head_size", "head, size",
                 std::to_string(head.size) + " records", std::to_string(size()));
  if (head.last_leaf_hash != last_leaf_hash_.view())
    return wrong(Aspect::kIntegrity, "head_last", "head, last_leaf_hash", last_leaf_hash_.ToHex(),
                 Shown(head.last_leaf_hash));
  const Digest recomputed = root();
  if (head.root != recomputed.view())
    return wrong(Aspect::kIntegrity, "head_root", "head, root", recomputed.ToHex(),
                 Shown(head.root));
  if (head.frontier != tree_.range().Frontier())
    return wrong(Aspect::kIntegrity, "head_frontier", "head, frontier", Shown(tree_.range().Frontier()),
                 Shown(head.frontier));
  if (index_count != decisions_)
    return wrong(Aspect::kCompleteness, "decision_index", "by_decision",
                 std::to_string(decisions_) + " entries", std::to_string(index_count));
  if (head.decisions != static_cast<std::int64_t>(decisions_))
    return wrong(Aspect::kIntegrity, "head_decisions", "head, decisions",
                 std::to_string(decisions_), std::to_string(head.decisions));
  if (checkpoints_ == 0)
    return wrong(Aspect::kAuthenticity, "no_checkpoint", "checkpoint",
                 "at least the checkpoint of the empty log", "none");
  if (head.checkpoints != static_cast<std::int64_t>(checkpoints_))
    return wrong(Aspect::kCompleteness, "head_checkpoints", "head, checkpoints",
                 std::to_string(head.checkpoints) + " checkpoints", std::to_string(checkpoints_));
  return std::nullopt;
}

}  // namespace oxpecker::audit
