// apps/cli/erased.h - of a record whose sections cannot be opened any more: which erasure did it; and of
// erasures that a restored vault has undone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/cli/command.h"
#include "audit/erasure.h"
#include "audit/log_reader.h"

namespace oxpecker::cli {

// Nothing: the record opens, or its key is gone and no erasure says so. Reads the headers from the record on.
Result<std::optional<audit::ErasureRecord>> FindErasure(audit::LogReader& reader, const audit::Record& record);

// Of a record that opens although an erasure on record names it, in one line; and on stderr what to do.
std::string ReadableAgain(const audit::ErasureRecord& erasure);
void WarnReadableAgain(const audit::ErasureRecord& erasure);
// Erasures on record whose key the vault has again; each is told on stderr. None where the vault is not at
// hand or the log cannot be read to its end: others say so.
std::vector<audit::ErasureRecord> WarnOfUndoneErasures(audit::LogReader& reader);

// What is left to say of it: a text for people, a page, or JSON.
std::string ErasedText(const audit::Record& record, const audit::ErasureRecord& erasure);
std::string ErasedPage(const audit::Record& record, const audit::ErasureRecord& erasure);
json::Object ErasedJson(const audit::Record& record, const audit::ErasureRecord& erasure);

}  // namespace oxpecker::cli
