// base/sha256_batch.h - SHA-256 of many texts at once, several times as fast as one after the other: the
// processor works on up to sixteen of them in step. The digests are those of Sha256.
//
// Intel's multi-buffer library does the work on x86-64, inside sha256_batch.cc; elsewhere it is Sha256.
// Pays from some eight texts on, best with hundreds of kilobytes together.
// Not thread-safe; a batch for each thread.
//
// Example:
//   Sha256Batch batch;
//   const std::vector<Digest>& digests = batch.Hash(texts);   // digests[i] is that of texts[i]
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace oxpecker {

class Sha256Batch {
 public:
  Sha256Batch();
  ~Sha256Batch();
  Sha256Batch(Sha256Batch&&) noexcept;
  Sha256Batch& operator=(Sha256Batch&&) noexcept;

  // Valid until the next call.
  const std::vector<Digest>& Hash(std::span<const std::string_view> texts);

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::vector<Digest> digests_;
};

}  // namespace oxpecker
