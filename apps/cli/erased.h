// apps/cli/erased.h - of a record whose sections cannot be opened any more: which erasure did it.
#pragma once

#include <optional>
#include <string>

#include "apps/cli/command.h"
#include "audit/erasure.h"
#include "audit/log_reader.h"

namespace oxpecker::cli {

// Nothing: the record opens, or its key is gone and no erasure says so. Reads the headers from the record on.
Result<std::optional<audit::ErasureRecord>> FindErasure(audit::LogReader& reader, const audit::Record& record);

// What is left to say of it: a text for people, a page, or JSON.
std::string ErasedText(const audit::Record& record, const audit::ErasureRecord& erasure);
std::string ErasedPage(const audit::Record& record, const audit::ErasureRecord& erasure);
json::Object ErasedJson(const audit::Record& record, const audit::ErasureRecord& erasure);

}  // namespace oxpecker::cli
