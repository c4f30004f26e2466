// apps/cli/witness_drop.h - requests to a witness and its answers as files in a folder that both see, where
// no network is between them. Private to the program.
//
//   FOLDER/requests/<name>   a request, as it would be posted; <name> = 32 hex digits of its SHA-256
//   FOLDER/answers/<name>    "<status> <content type>\n\n<body>"
// Each file appears whole. The witness answers each request once; the log takes both away.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "apps/cli/http.h"
#include "base/result.h"

namespace oxpecker::cli {

struct Dropped {
  std::string name;
  std::string request;
};

// Requests in the order of their names. One larger than 1 MiB is left out.
Result<std::vector<Dropped>> ReadDropped(const std::filesystem::path& folder);
Status DropRequest(const std::filesystem::path& folder, const std::string& request);

// kNotFound: there is none yet. kIntegrity: the file is no answer.
Result<HttpAnswer> ReadDroppedAnswer(const std::filesystem::path& folder, const std::string& name);
Status DropAnswer(const std::filesystem::path& folder, const std::string& name, const HttpAnswer& answer);
void TakeAway(const std::filesystem::path& folder, const std::string& name);

}  // namespace oxpecker::cli
