#include "audit/timestamp_files.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "audit/files.h"

namespace oxpecker::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytesMax = 1U << 20U;
constexpr std::string_view kPrefix = "timestamp-";
constexpr std::string_view kRequestSuffix = ".tsq";
constexpr std::size_t kIdDigits = 16;

fs::path FileOf(const fs::path& folder, const std::string& id, std::string_view suffix) {
  return folder / (std::string(kPrefix) + id + std::string(suffix));
}

// Empty where there is none.
Result<std::string> ReadOptional(const fs::path& file) {
  auto bytes = ReadSmallFile(file, kBytesMax);
  if (!bytes && bytes.error().code == ErrorCode::kNotFound) return std::string();
  return bytes;
}

Result<TimestampFiles> ReadOne(const fs::path& folder, const std::string& id) {
  const fs::path file = FileOf(folder, id, kRequestSuffix);
  OXP_TRY(const std::string request, ReadSmallFile(file, kBytesMax));
  OXP_TRY(std::string note, ReadSmallFile(FileOf(folder, id, ".note"), kBytesMax));
  TimestampFiles files{.id = id, .head = {}, .request = {}, .response = {}, .certificates = {}};
  OXP_TRY(files.request, TimestampRequest::Parse(request));
  if (files.request.imprint != Sha256(note))
    return Fail(ErrorCode::kIntegrity, file.string(), "is not a request over the head beside it", "one of the two was altered");
  OXP_TRY(files.head.checkpoint, ReadCheckpoint(note));
  files.head.note = std::move(note);
  OXP_TRY(files.response, ReadOptional(FileOf(folder, id, ".tsr")));
  OXP_TRY(files.certificates, ReadOptional(FileOf(folder, id, ".pem")));
  return files;
}

}  // namespace

Result<std::string> KeepTimestampRequest(const fs::path& folder, std::string_view note, std::string_view request) {
  OXP_TRY(MakePrivateFolder(folder));
  std::string id = Sha256(request).ToHex().substr(0, kIdDigits);
  OXP_TRY(ReplaceFile(FileOf(folder, id, ".note"), note, 0644));
  OXP_TRY(ReplaceFile(FileOf(folder, id, kRequestSuffix), request, 0644));
  return id;
}

Status KeepTimestampResponse(const fs::path& folder, const std::string& id, std::string_view response, std::string_view certificates) {
  OXP_TRY(ReplaceFile(FileOf(folder, id, ".pem"), certificates, 0644));
  return ReplaceFile(FileOf(folder, id, ".tsr"), response, 0644);
}

Result<std::vector<TimestampFiles>> ReadTimestamps(const fs::path& folder) {
  std::vector<TimestampFiles> timestamps;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.size() != kPrefix.size() + kIdDigits + kRequestSuffix.size() || !name.starts_with(kPrefix) || !name.ends_with(kRequestSuffix))
      continue;
    OXP_TRY(TimestampFiles files, ReadOne(folder, name.substr(kPrefix.size(), kIdDigits)));
    timestamps.push_back(std::move(files));
  }
  std::ranges::sort(timestamps, {}, [](const TimestampFiles& files) { return std::tie(files.head.checkpoint.size, files.id); });
  return timestamps;
}

Result<TimestampFiles> FindRequestOf(const fs::path& folder, const Timestamp& stamp) {
  OXP_TRY(std::vector<TimestampFiles> timestamps, ReadTimestamps(folder));
  bool same_bytes = false;
  for (TimestampFiles& files : timestamps) {
    if (files.request.imprint != stamp.imprint) continue;
    if (files.request.nonce == stamp.nonce) return std::move(files);
    same_bytes = true;
  }
  return Fail(ErrorCode::kIntegrity, "timestamp",
              same_bytes ? "it answers another request: its nonce is that of none of this log's"
                         : "it is over other bytes: " + stamp.imprint.ToHex() + " is the digest of no head that was asked for",
              "import the answer to a request of 'oxpecker log timestamp request'");
}

}  // namespace oxpecker::audit
