#include "audit/bundle/record_proof.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "audit/merkle.h"
#include "base/check.h"
#include "base/encoding.h"
#include "base/json/value.h"

#include "audit/bundle/strict_json.h"

namespace oxpecker::audit {
namespace {

std::uint64_t SplitOf(std::uint64_t leaves) { return std::bit_floor(leaves - 1); }

// Which records lie in [begin, end), asked for ever later places.
class Walk {
 public:
  explicit Walk(const SeqRanges& records) : ranges_(records.ranges()) {}
  bool HoldsNone(std::uint64_t begin, std::uint64_t end) {
    while (next_ < ranges_.size() && ranges_[next_].last < begin) ++next_;
    return next_ == ranges_.size() || ranges_[next_].first >= end;
  }

 private:
  const std::vector<SeqRanges::Range>& ranges_;
  std::size_t next_ = 0;
};

class Prover {
 public:
  Prover(const SeqRanges& records, SubtreeRoots& roots) : walk_(records), roots_(roots) {}
  Status Cover(std::uint64_t begin, std::uint64_t end) {
    if (walk_.HoldsNone(begin, end)) {
      OXP_TRY(const Digest root, RangeRoot(begin, end, roots_));
      hashes_.push_back(root);
      return {};
    }
    if (end - begin == 1) return {};
    const std::uint64_t middle = begin + SplitOf(end - begin);
    OXP_TRY(Cover(begin, middle));
    return Cover(middle, end);
  }
  HashPath Take() { return std::move(hashes_); }

 private:
  Walk walk_;
  SubtreeRoots& roots_;
  HashPath hashes_;
};

class Rooter {
 public:
  Rooter(const SeqRanges& records, std::span<const Digest> hashes, const LeafHashOf& leaf_hash)
      : walk_(records), hashes_(hashes), leaf_hash_(leaf_hash) {}
  Result<Digest> Root(std::uint64_t begin, std::uint64_t end) {
    if (walk_.HoldsNone(begin, end)) {
      if (used_ == hashes_.size())
        return Fail(ErrorCode::kIntegrity, "proofs/ranges.json", "it has too few hashes for these records");
      return hashes_[used_++];
    }
    if (end - begin == 1) return leaf_hash_(begin);
    const std::uint64_t middle = begin + SplitOf(end - begin);
    OXP_TRY(const Digest left, Root(begin, middle));
    OXP_TRY(const Digest right, Root(middle, end));
    return NodeHash(left, right);
  }
  bool used_all() const { return used_ == hashes_.size(); }

 private:
  Walk walk_;
  std::span<const Digest> hashes_;
  const LeafHashOf& leaf_hash_;
  std::size_t used_ = 0;
};

}  // namespace

Result<HashPath> ProveRecords(const SeqRanges& records, std::uint64_t size, SubtreeRoots& roots) {
  OXP_CHECK(records.empty() || records.ranges().back().last < size);
  if (size == 0) return HashPath{};
  Prover prover(records, roots);
  OXP_TRY(prover.Cover(0, size));
  return prover.Take();
}

Result<Digest> RootOfRecords(const SeqRanges& records, std::uint64_t size, std::span<const Digest> hashes,
                             const LeafHashOf& leaf_hash) {
  Digest root = Sha256("");
  Rooter rooter(records, hashes, leaf_hash);
  if (size > 0) {
    OXP_TRY(root, rooter.Root(0, size));
  }
  if (!rooter.used_all()) return Fail(ErrorCode::kIntegrity, "proofs/ranges.json", "it has more hashes than these records need");
  return root;
}

std::string RecordProof::ToString() const {
  json::Array list;
  for (const Digest& hash : hashes) list.emplace_back(Base64Encode(hash.view()));
  json::Object out;
  out.Set("hashes", std::move(list));
  out.Set("records", records.ToString());
  out.Set("root", Base64Encode(root.view()));
  out.Set("size", std::to_string(size));
  return json::Canonical(json::Value(std::move(out)));
}

Result<RecordProof> RecordProof::Parse(std::string_view text) {
  OXP_TRY(const StrictJson json, StrictJson::Parse("proofs/ranges.json", text));
  RecordProof proof;
  proof.records = json.Numbers("records");
  proof.root = json.Base64Digest("root");
  proof.size = json.Number("size");
  for (const json::View hash : json.List("hashes")) proof.hashes.push_back(DigestOfBase64(hash.text()));
  OXP_TRY(json.MustBe(proof.ToString()));
  return proof;
}

}  // namespace oxpecker::audit
