#include "audit/key_rotation.h"

#include <string>
#include <system_error>
#include <utility>

#include "audit/checkpoint.h"
#include "audit/crypto.h"
#include "audit/files.h"
#include "audit/leaf.h"
#include "audit/record.h"

namespace oxpecker::audit {
namespace {

// May this key, which somebody left there, take over the log of `keys`?
Status CheckNext(const std::filesystem::path& file, const VerifierKey& next, const LogKeys& keys) {
  constexpr const char* kHint = "nothing was changed; move this file away, then rotate again: a new key is made";
  if (next.name() != keys.name())
    return Fail(ErrorCode::kRefused, file.string(), "holds a key of another log, " + next.name(), kHint);
  if (keys.Find(next.name(), next.key_id()) != nullptr)
    return Fail(ErrorCode::kRefused, file.string(), "holds a key that this log has, or had before", kHint);
  return {};
}

}  // namespace

std::filesystem::path NextKeyFile(const LogPaths& paths) {
  std::filesystem::path next = paths.signing_key;
  next += ".next";
  return next;
}

Result<SigningKey> NextSigningKey(const LogPaths& paths, const LogKeys& keys) {
  if (const KeySource source = paths.SigningSource(); source.kind() != KeySource::Kind::kFile)
    return Fail(ErrorCode::kUnsupported, source.text(), "the signing key is not in a file, and only those are exchanged by this program",
                "begin a new log with a new key, and have the old one's last head anchored");
  const std::filesystem::path file = NextKeyFile(paths);
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    auto waiting = SigningKey::Load(file);
    if (waiting) {
      OXP_TRY(CheckNext(file, waiting->verifier(), keys));
      return waiting;
    }
    if (waiting.error().code != ErrorCode::kInvalidInput) return waiting;
  }
  OXP_TRY(SigningKey key, SigningKey::Generate(keys.name()));
  std::string secret = key.ToString() + "\n";
  const Status written = ReplaceFile(file, secret, 0600);
  Wipe(secret);
  OXP_TRY(written);
  return key;
}

std::optional<VerifierKey> TakenOver(std::string_view leaf_bytes, std::string_view note) {
  LeafView leaf;
  // A malformed one is not what was signed: who proves the records under the head finds that.
  if (!DecodeLeaf(leaf_bytes, leaf) || leaf.kind != Name(RecordKind::kKeyRotation)) return std::nullopt;
  const auto next = NextKeyOf(leaf.about);
  return next && *next && IsSignedBy(note, **next) ? *next : std::nullopt;
}

}  // namespace oxpecker::audit
