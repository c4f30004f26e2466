// audit/section_digests.h - compares the digests of stored sections, some hundreds of kilobytes of them
// together, which is several times as fast as one by one. So a section that differs is told by a later
// call than the one that brought it, but before anything behind it: Finish is asked whenever something
// else is found. Private to this module. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/chain.h"
#include "base/sha256_batch.h"

namespace oxpecker::audit {

class SectionDigests {
 public:
  // Copies the bytes. `name` and `expected` as the record's leaf has them.
  MaybeBreak Add(std::uint64_t seq, const SectionReference& named, std::string_view ciphertext);
  // The first that differs of those that were added, if any.
  MaybeBreak Finish();

 private:
  struct Pending {
    std::uint64_t seq = 0;
    std::string name;
    Digest expected;
    std::size_t begin = 0;  // of its bytes in bytes_
    std::size_t size = 0;
  };
  Sha256Batch batch_;
  std::vector<Pending> pending_;
  std::string bytes_;
  std::vector<std::string_view> texts_;  // reused
};

}  // namespace oxpecker::audit
