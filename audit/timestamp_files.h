// audit/timestamp_files.h - timestamps of a log's heads as files in the folder of anchors (anchors.h). Each has
// an id, the first 16 hex digits of the SHA-256 of its request:
//
//   timestamp-<id>.note   the signed head that was stamped, byte for byte
//   timestamp-<id>.tsq    the request
//   timestamp-<id>.tsr    the response, once it was imported
//   timestamp-<id>.pem    the certificates it was verified with, for those who verify years later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/timestamp.h"
#include "base/result.h"

namespace oxpecker::audit {

struct TimestampFiles {
  std::string id;
  SignedCheckpoint head;     // its signatures are not checked
  TimestampRequest request;
  std::string response;      // empty: not imported yet
  std::string certificates;  // PEM; with the response
};

// Keeps note and request, durably; returns the id.
Result<std::string> KeepTimestampRequest(const std::filesystem::path& folder, std::string_view note, std::string_view request);
Status KeepTimestampResponse(const std::filesystem::path& folder, const std::string& id, std::string_view response,
                             std::string_view certificates);

// All of them, by size of the head and then by id. kIntegrity: a request that is not over its note.
Result<std::vector<TimestampFiles>> ReadTimestamps(const std::filesystem::path& folder);

// The request that this response answers. kIntegrity: none is over these bytes, or none of those that are
// has this nonce; each with a message of its own.
Result<TimestampFiles> FindRequestOf(const std::filesystem::path& folder, const Timestamp& stamp);

}  // namespace oxpecker::audit
