// audit/log_keys.h - the keys of one log, one after the other, and for which heads each of them signs.
//
// A log begins with one key. Where another takes over, the head at the switch is signed by both; from
// then on the former signs nothing. Text form, one line a key, oldest first:
//
//   <vkey> <first size> [<last size>]      sizes in records under the head, both included
//
// A line of one vkey alone is a log that never changed its key. docs/format/checkpoint_v1.md.
// Immutable but for Rotate; regular value type.
//
// Example:
//   OXP_TRY(audit::LogKeys keys, audit::LogKeys::FromFileOrText("keys/log.vkey"));
//   OXP_TRY(audit::Checkpoint head, audit::OpenCheckpoint(note, keys));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/keys.h"
#include "base/result.h"

namespace oxpecker::audit {

// A key and the sizes of the heads that it may sign.
struct KeyTerm {
  VerifierKey key;
  std::uint64_t first_size = 0;
  std::optional<std::uint64_t> last_size;  // none: it is in use
  friend bool operator==(const KeyTerm&, const KeyTerm&) = default;
};

class LogKeys {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): most logs have one key
  LogKeys(VerifierKey only) : terms_{{std::move(only), 0, {}}} {}

  // Keys of one name, each different; the first from 0 on, each next from where the one before ends.
  static Result<LogKeys> Parse(std::string_view text);
  // A file that holds such lines (at most 64 KiB), or the text itself.
  static Result<LogKeys> FromFileOrText(const std::string& file_or_text);

  const std::string& name() const { return terms_.front().key.name(); }
  const VerifierKey& current() const { return terms_.back().key; }
  const std::vector<KeyTerm>& terms() const { return terms_; }
  const KeyTerm* Find(std::string_view name, std::uint32_t key_id) const;

  // `next` takes over at the head over `size` records, which both sign. Nothing happens where it is
  // known already.
  void Rotate(const VerifierKey& next, std::uint64_t size);

  std::string ToString() const;  // the lines, each with its newline
  friend bool operator==(const LogKeys&, const LogKeys&) = default;

 private:
  LogKeys() = default;
  std::vector<KeyTerm> terms_;  // never empty
};

// The key that a record of kind key_rotation announces: `new_key` of its `about` (canonical JSON), where
// its `purpose` is kSigningPurpose. Nothing for keys of other purposes; kInvalidInput where the key is none.
inline constexpr std::string_view kSigningPurpose = "log_signing";
Result<std::optional<VerifierKey>> NextKeyOf(std::string_view about);

}  // namespace oxpecker::audit
