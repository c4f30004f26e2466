#include "apps/cli/witness_drop.h"

#include <algorithm>
#include <charconv>

#include "apps/cli/system.h"
#include "base/digest.h"

namespace oxpecker::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRequests = "requests";
constexpr const char* kAnswers = "answers";
constexpr std::size_t kNameDigits = 32;

// So that a name leads nowhere else.
bool IsName(const std::string& name) {
  return name.size() == kNameDigits && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Status MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return {};
  return Fail(ErrorCode::kUnavailable, folder.string(), "the folder cannot be made: " + error.message());
}

}  // namespace

Result<std::vector<Dropped>> ReadDropped(const fs::path& folder) {
  std::vector<Dropped> requests;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / kRequests, error)) {
    const std::string name = entry.path().filename().string();
    if (!IsName(name) || !entry.is_regular_file(error) || entry.file_size(error) > kHttpBodyBytesMax) continue;
    OXP_TRY(std::string bytes, ReadFile(entry.path()));
    requests.push_back({name, std::move(bytes)});
  }
  std::ranges::sort(requests, {}, &Dropped::name);
  return requests;
}

Status DropRequest(const fs::path& folder, const std::string& request) {
  OXP_TRY(MakeFolder(folder / kRequests));
  return WriteFile(folder / kRequests / Sha256(request).ToHex().substr(0, kNameDigits), request);
}

Result<HttpAnswer> ReadDroppedAnswer(const fs::path& folder, const std::string& name) {
  const fs::path file = folder / kAnswers / name;
  std::error_code error;
  if (!fs::exists(file, error)) return Fail(ErrorCode::kNotFound, file.string(), "there is no answer yet");
  OXP_TRY(const std::string bytes, ReadFile(file));
  HttpAnswer answer;
  const std::size_t space = bytes.find(' ');
  const std::size_t body = bytes.find("\n\n");
  const auto read = std::from_chars(bytes.data(), bytes.data() + bytes.size(), answer.status);
  const bool whole = bytes.size() <= kHttpBodyBytesMax && space == 3 && body != std::string::npos && body > space &&
                     read.ec == std::errc() && read.ptr == bytes.data() + space;
  if (!whole) return Fail(ErrorCode::kIntegrity, file.string(), "this is no answer of a witness", "expected 'STATUS TYPE', an empty line, and the body");
  answer.type = bytes.substr(space + 1, body - space - 1);
  answer.body = bytes.substr(body + 2);
  return answer;
}

Status DropAnswer(const fs::path& folder, const std::string& name, const HttpAnswer& answer) {
  OXP_TRY(MakeFolder(folder / kAnswers));
  return WriteFile(folder / kAnswers / name, std::to_string(answer.status) + " " + answer.type + "\n\n" + answer.body);
}

void TakeAway(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  fs::remove(folder / kRequests / name, ignored);
  fs::remove(folder / kAnswers / name, ignored);
}

}  // namespace oxpecker::cli
