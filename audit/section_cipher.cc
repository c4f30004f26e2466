#include "audit/section_cipher.h"

#include <algorithm>

#include "audit/section_parts.h"
#include "base/check.h"

namespace oxpecker::audit {
namespace {

constexpr std::string_view kZeroNonce("\0\0\0\0\0\0\0\0\0\0\0\0", kNonceBytes);

std::string_view View(const RecordId& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

std::string DekAad(std::string_view origin, const RecordId& id) {
  std::string aad(origin);
  aad += '\0';
  aad += View(id);
  return aad;
}

std::string SectionAad(std::string_view origin, const RecordId& id, std::string_view name) {
  std::string aad = DekAad(origin, id);
  aad += '\0';
  aad += name;
  return aad;
}

}  // namespace

std::string SaltsOf(const SecretKey& dek, std::string_view name, std::size_t parts) {
  return Keystream(HkdfExpand(dek, "salts/", name), parts * kSaltBytes);
}

Digest CommitTo(const SecretKey& dek, std::string_view name, std::string_view plaintext) {
  thread_local SectionParts parts;  // keeps its memory: this runs for every section of every record
  thread_local std::vector<Digest> commitments;
  parts.Cut(name, plaintext);
  std::string salts = SaltsOf(dek, name, parts.size());
  commitments.clear();
  for (std::size_t part = 0; part < parts.size(); ++part)
    commitments.push_back(CommitToPart(std::string_view(salts).substr(part * kSaltBytes, kSaltBytes),
                                       parts.pointer(part), parts.bytes(part)));
  Wipe(salts);
  const Digest commitment = CommitToParts(name, commitments);
  parts.Forget();
  return commitment;
}

Result<EncryptedSections> EncryptSections(std::string_view origin, const Kek* kek,
                                          std::span<const Section> sections) {
  // One call for all of the record's randomness: the generator's cost is per call.
  auto random = RandomBytes(16 + 32 + kNonceBytes);
  if (!random) return Fail(ErrorCode::kUnavailable, "record", "no random bytes to be had");
  const std::string_view bytes = *random;
  EncryptedSections result;
  std::copy_n(bytes.begin(), 16, result.record_id.begin());
  if (sections.empty()) return result;
  OXP_CHECK(kek != nullptr);
  const SecretKey dek(bytes.substr(16, 32));
  result.wrapped_dek = WrapKey(kek->key, bytes.substr(48), DekAad(origin, result.record_id), dek);
  Wipe(*random);
  for (const Section& section : sections) {
    const SecretKey key = HkdfExpand(dek, "enc/", section.name);
    std::string ciphertext = GcmEncrypt(
        key, kZeroNonce, SectionAad(origin, result.record_id, section.name), section.bytes);
    result.references.push_back({section.name, section.bytes.size(),
                                 CommitTo(dek, section.name, section.bytes), Sha256(ciphertext)});
    result.ciphertexts.push_back(std::move(ciphertext));
  }
  return result;
}

std::optional<SecretKey> UnwrapDek(std::string_view origin, const RecordId& record_id,
                                   const Kek& kek, std::string_view wrapped_dek) {
  return UnwrapKey(kek.key, DekAad(origin, record_id), wrapped_dek);
}

std::optional<std::string> DecryptSection(std::string_view origin, const RecordId& record_id,
                                          const SecretKey& dek, std::string_view name,
                                          const Digest& commit, std::string_view ciphertext) {
  const SecretKey key = HkdfExpand(dek, "enc/", name);
  auto plaintext = GcmDecrypt(key, kZeroNonce, SectionAad(origin, record_id, name), ciphertext);
  // GCM does not bind a ciphertext to one key; the commitment does.
  if (!plaintext || CommitTo(dek, name, *plaintext) != commit) return std::nullopt;
  return plaintext;
}

}  // namespace oxpecker::audit
