// audit/bundle/export_record.h - the record of kind `export` that says what was handed out.
//
// Example:
//   OXP_TRY(Receipt receipt, RecordExport(*log, bundle, {.by = "K. Lind", .purpose = "complaint 17"}, now));
#pragma once

#include <string>

#include "audit/bundle/export.h"
#include "audit/log.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::audit {

// Each one line of up to 500 bytes, or empty. They stand in the section `statement`; in the leaf there is a
// keyed reference to `by`.
struct ExportStatement {
  std::string by;
  std::string purpose;
};

// This record is the record of access too: it tells which records' content left the bank, under which
// profile. kInvalidInput: a statement that is not one line.
Result<Receipt> RecordExport(Log& log, const ExportedBundle& bundle, const ExportStatement& statement, Instant now);

}  // namespace oxpecker::audit
