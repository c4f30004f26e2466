// audit/vault_of_log.h - is a vault the one of a log? Private to this module.
#pragma once

#include "audit/log_store.h"
#include "audit/vault.h"
#include "base/result.h"

namespace oxpecker::audit {

// The log's own key is never exchanged or destroyed, so it tells: the first record that must be under it
// (`oxpecker init` begins with one; looked for among the first records) is under the one that the vault
// has. kIntegrity where it is not. A log without such a record cannot be told.
Status CheckVaultOfLog(LogSnapshot& snapshot, Vault& vault, const std::filesystem::path& vault_file);

}  // namespace oxpecker::audit
