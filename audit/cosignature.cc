#include "audit/cosignature.h"

#include <algorithm>

#include "base/check.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kTimeBytes = 8;

std::string Message(std::string_view body, std::int64_t unix_seconds) {
  return "cosignature/v1\ntime " + std::to_string(unix_seconds) + "\n" + std::string(body);
}

std::string BigEndian(std::int64_t value) {
  std::string bytes;
  for (unsigned shift = 64; shift > 0; shift -= 8)
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (shift - 8));
  return bytes;
}

}  // namespace

std::string CosignatureLine(std::string_view body, const SigningKey& witness, std::int64_t unix_seconds) {
  OXP_CHECK(witness.verifier().type() == KeyType::kCosignature && unix_seconds >= 0);
  return SignatureLine(witness.verifier(), BigEndian(unix_seconds) + witness.Sign(Message(body, unix_seconds)));
}

std::optional<std::int64_t> CosignedAt(std::string_view body, std::string_view signature, const VerifierKey& witness) {
  if (signature.size() != kTimeBytes + 64 || witness.type() != KeyType::kCosignature) return std::nullopt;
  std::uint64_t time = 0;
  for (const char c : signature.substr(0, kTimeBytes)) time = time << 8U | static_cast<unsigned char>(c);
  const auto seconds = static_cast<std::int64_t>(time);
  if (seconds < 0 || !witness.Verify(Message(body, seconds), signature.substr(kTimeBytes))) return std::nullopt;
  return seconds;
}

Result<std::vector<Cosignature>> CosignaturesOf(const Note& note, std::span<const VerifierKey> witnesses) {
  std::vector<Cosignature> found;
  for (const NoteSignature& line : note.signatures) {
    const auto witness = std::ranges::find_if(witnesses, [&](const VerifierKey& key) {
      return key.type() == KeyType::kCosignature && key.key_id() == line.key_id && key.name() == line.name;
    });
    if (witness == witnesses.end()) continue;
    const auto time = CosignedAt(note.text, line.signature, *witness);
    if (!time) return Fail(ErrorCode::kIntegrity, "checkpoint", "the cosignature by " + witness->name() + " does not hold");
    found.push_back({*witness, *time});
  }
  return found;
}

}  // namespace oxpecker::audit
