// audit/section_cipher.h - encrypts a record's sections and commits to their plaintext; and back.
//
// For each record a random data key (DEK), wrapped by the subject's KEK; for each section
//   key_s  = HKDF-Expand(DEK, "enc/" || name)
//   ciphertext = AES-256-GCM(key_s, nonce 0, AAD origin || 0 || record id || 0 || name, plaintext)
//   salts  = AES-256-CTR keystream under HKDF-Expand(DEK, "salts/" || name), 32 bytes a part
//   commit = over the commitments to the plaintext's parts, each with its salt (section_parts.h)
// A fixed nonce is sound because each key_s encrypts exactly one text. The record id (16 random
// bytes, in the leaf) stands in the AAD where one would expect the record's number: numbers are
// given later, by the sequencer, and encryption runs before it on many threads.
// Pure but for randomness; thread-safe. docs/format/record_v1.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/crypto.h"
#include "audit/leaf.h"
#include "audit/record.h"
#include "audit/vault.h"
#include "base/result.h"

namespace oxpecker::audit {

struct EncryptedSections {
  RecordId record_id{};
  std::string wrapped_dek;                   // empty where there are no sections
  std::vector<SectionReference> references;  // names point into the sections that were given
  std::vector<std::string> ciphertexts;
};

// `kek` may be null where there are no sections.
Result<EncryptedSections> EncryptSections(std::string_view origin, const Kek* kek,
                                          std::span<const Section> sections);

// The record's DEK. Nothing where the wrapping does not fit.
std::optional<SecretKey> UnwrapDek(std::string_view origin, const RecordId& record_id,
                                   const Kek& kek, std::string_view wrapped_dek);

// `parts` salts of 32 bytes, one after the other. To show a part is to show its salt.
std::string SaltsOf(const SecretKey& dek, std::string_view name, std::size_t parts);

Digest CommitTo(const SecretKey& dek, std::string_view name, std::string_view plaintext);

// Nothing where the tag or the commitment does not fit.
std::optional<std::string> DecryptSection(std::string_view origin, const RecordId& record_id,
                                          const SecretKey& dek, std::string_view name,
                                          const Digest& commit, std::string_view ciphertext);

}  // namespace oxpecker::audit
