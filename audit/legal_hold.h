// audit/legal_hold.h - forbids erasing what is recorded of a customer, until somebody lifts it.
//
// A hold is a row in the vault, which erasing looks at, and a record, which tells of it: in the open a
// keyed reference that leads nowhere without the vault; who, whom and why under the customer's own key, so
// that it goes with the rest once the hold is lifted and the customer erased. A crash leaves a hold in
// force, or as if it was never asked for (audit/intents.h).
//
// Example:
//   OXP_TRY(PlacedHold hold, PlaceHold(*log, {.subject = "c-1001", .customer = "c-1001", .reason = "case 7", .by = "K. Lind", .now = now}));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/log.h"
#include "base/result.h"

namespace oxpecker::audit {

struct HoldOrder {
  std::string subject;   // as in Entry::subject
  std::string customer;  // the same for people to read, in UTF-8
  std::string reason;    // one line, 1 to 500 bytes
  std::string by;        // likewise
  Instant now;
};

struct PlacedHold {
  std::string id;  // 32 hex digits
  Receipt receipt;
};

// kNotFound where nothing is recorded under a key of that subject: a hold on a name that was mistyped
// would protect nobody.
Result<PlacedHold> PlaceHold(Log& log, const HoldOrder& order);

struct HoldTold {
  std::string id;
  std::string placed_at;             // UTC
  std::optional<std::uint64_t> seq;  // its record; nothing where the log does not hold it
  std::string customer;              // empty where the record cannot be opened: then the vault was restored
  std::string reason;
  std::string by;
  bool in_vault = true;  // else the vault was restored or altered: the log tells of it, so it is in force
};
// Those in force, as the vault or the log tells. Reads all headers of the log.
Result<std::vector<HoldTold>> ListHolds(const LogPaths& paths);

// `id`: as ListHolds gives it, or at least 4 digits that begin exactly one. kNotFound; kInvalidInput also
// where `subject` is not whom the hold is on; kIntegrity where nobody says whom.
struct HoldReleaseOrder {
  std::string id;
  std::string reason;
  std::string by;
  Instant now;
  std::string subject = {};  // as in Entry::subject; asked for only where the hold's record cannot be opened
};
Result<PlacedHold> ReleaseHold(Log& log, const HoldReleaseOrder& order);

}  // namespace oxpecker::audit
