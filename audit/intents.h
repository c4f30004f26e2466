// audit/intents.h - carries out, or takes back, what a crash left half done between vault and log.
// Private to this module.
//
// A hold, its release and an erasure change the vault and are told by a record. They are written down
// in the vault first (Vault::Begin...), then the record is appended, then they are carried out. So after
// a crash the log has the last word: recorded means carried out, not recorded means taken back.
#pragma once

#include "audit/log_store.h"
#include "audit/vault.h"
#include "base/result.h"

namespace oxpecker::audit {

// By the writer, once the log is proven and before anything is appended. Leaves scrubbing to the next
// time where somebody reads the vault just now.
Status SettleIntents(LogStore& store, Vault& vault);

}  // namespace oxpecker::audit
