// The readers of what others hand over: proofs, signed heads, lists of keys. None may crash on any bytes,
// and what is accepted must come back as the same bytes (a consistency proof: as the same values).
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"
#include "audit/log_keys.h"
#include "audit/tlog_proof.h"
#include "base/check.h"
#include "base/digest.h"

namespace {

using namespace oxpecker;

void ReadProof(std::string_view bytes) {
  const auto proof = audit::TlogProof::Parse(bytes);
  if (!proof) return;
  OXP_CHECK(proof->ToString() == bytes);
  const auto head = audit::ReadCheckpoint(proof->checkpoint);
  if (!head) return;
  // No leaf is known, so that nothing may be proven of this one.
  OXP_CHECK(!audit::VerifyInclusion(Sha256("no leaf"), proof->index, head->size, proof->hashes, head->root));
}

void ReadConsistency(std::string_view bytes) {
  const auto proof = audit::ConsistencyProof::Parse(bytes);
  if (!proof) return;
  OXP_CHECK(audit::ConsistencyProof::Parse(proof->ToString()).has_value());
  [[maybe_unused]] const Status any = audit::VerifyConsistency(
      proof->older.size, proof->older.root, proof->newer.size, proof->newer.root, proof->hashes);
}

void ReadKeys(std::string_view bytes) {
  const auto keys = audit::LogKeys::Parse(bytes);
  if (!keys) return;
  OXP_CHECK(audit::LogKeys::Parse(keys->ToString()).value() == *keys);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ReadProof(bytes);
  ReadConsistency(bytes);
  ReadKeys(bytes);
  return 0;
}
