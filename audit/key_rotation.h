// audit/key_rotation.h - the key that waits to take over a log, before it does: "log.key.next" beside the
// signing key. Private to this module. docs/format/checkpoint_v1.md, "Another key".
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "audit/keys.h"
#include "audit/log.h"
#include "audit/log_keys.h"
#include "base/result.h"

namespace oxpecker::audit {

std::filesystem::path NextKeyFile(const LogPaths& paths);

// The one that is there, left by a rotation that did not come to its end; else one made now, whole on the
// disk or not there. A file that holds no key is replaced: only of a log that is open, since its opening
// has seen that no head waits for that key. kRefused: it is a key of another log, or one that this log
// had before.
Result<SigningKey> NextSigningKey(const LogPaths& paths, const LogKeys& keys);

// The key that took over at the head of `note`: announced by `leaf`, the last record under it, and among
// those that signed it. Nothing where none did.
std::optional<VerifierKey> TakenOver(std::string_view leaf, std::string_view note);

}  // namespace oxpecker::audit
