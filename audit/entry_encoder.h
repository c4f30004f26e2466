// audit/entry_encoder.h - what of a record can be made before it has a number: checked, encrypted,
// encoded, on the caller's thread. Private to this module. Thread-safe functions.
#pragma once

#include <string>
#include <vector>

#include "audit/leaf.h"
#include "audit/record.h"
#include "audit/vault.h"
#include "base/result.h"

namespace oxpecker::audit {

struct EncodedEntry {
  LeafTemplate leaf;
  std::string decision_id;  // 16 bytes, or empty
  std::string kek_id;       // empty where there are no sections
  std::string wrapped_dek;
  std::vector<std::string> ciphertexts;
  std::size_t bytes = 0;  // of leaf and ciphertexts, nearly
  // Kept to tell a repetition from a contradiction when the decision id is known already.
  RecordKind kind{};
  std::string about;  // canonical
  std::vector<Section> sections;
  std::vector<std::string> request_sections;
};

// kInvalidInput, kLimit: the entry. Others: the vault.
Result<EncodedEntry> EncodeEntry(const std::string& origin, Entry entry, const RecordLimits& limits,
                                 Vault& vault);

// Is the entry what record `leaf` tells (see Entry::request_sections)? Sections are compared by recomputing their commitments
// with the record's own key, so no digest of personal data needs to be kept for it. kRefused,
// saying what differs or that the record's key was destroyed.
Status CheckSameContent(const EncodedEntry& entry, std::string_view leaf, std::string_view kek_id,
                        std::string_view wrapped_dek, Vault& vault);

}  // namespace oxpecker::audit
