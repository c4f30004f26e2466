#include "audit/section_digests.h"

namespace oxpecker::audit {
namespace {

// As much as stays in a processor's own cache, and enough to hash sixteen sections in step.
constexpr std::size_t kPendingBytesMax = std::size_t{512} << 10U;

}  // namespace

MaybeBreak SectionDigests::Add(std::uint64_t seq, const SectionReference& named, std::string_view ciphertext) {
  pending_.push_back({seq, std::string(named.name), named.ct_sha256, bytes_.size(), ciphertext.size()});
  bytes_ += ciphertext;
  return bytes_.size() < kPendingBytesMax ? std::nullopt : Finish();
}

MaybeBreak SectionDigests::Finish() {
  texts_.clear();
  for (const Pending& section : pending_)
    texts_.push_back(std::string_view(bytes_).substr(section.begin, section.size));
  const std::vector<Digest>& digests = batch_.Hash(texts_);
  MaybeBreak found;
  for (std::size_t i = 0; i < pending_.size() && !found; ++i)
    if (digests[i] != pending_[i].expected)
      found = SectionDiffers(pending_[i].seq, pending_[i].name, pending_[i].expected, digests[i]);
  pending_.clear();
  bytes_.clear();
  return found;
}

}  // namespace oxpecker::audit
