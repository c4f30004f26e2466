// apps/cli/request_line.h - one line of a facts file: a facts document, or {"facts": ..., "event":
// ..., "id": ...}, with the inner documents byte for byte as they were written.
#pragma once

#include <optional>
#include <string_view>

#include "base/identifier.h"
#include "base/result.h"

namespace oxpecker::cli {

struct Request {
  std::string_view facts;           // into the line
  std::string_view event;           // empty where the line has none
  std::optional<DecisionId> id;     // given by the caller: a retry is recognised by it
};

// A line that is no JSON object comes back as facts, so that its refusal is recorded like any other.
Result<Request> ReadRequest(std::string_view line);

}  // namespace oxpecker::cli
