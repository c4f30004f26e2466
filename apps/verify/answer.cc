#include "apps/verify/answer.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/encoding.h"
#include "base/printable.h"

namespace oxpecker::verifier {
namespace {

int ExitCodeOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kIntegrity:
      return kExitIntegrity;
    case ErrorCode::kRefused:
      return kExitRefused;
    case ErrorCode::kInvalidInput:
    case ErrorCode::kNotFound:
    case ErrorCode::kUnavailable:
    case ErrorCode::kLimit:
    case ErrorCode::kUnsupported:
      return kExitInvalidInput;
  }
  return kExitInvalidInput;
}

// A file name may hold any bytes; JSON holds UTF-8.
std::string AsUtf8(const std::string& text) { return IsUtf8(text) ? text : "hex:" + HexEncode(text); }

}  // namespace

int Complain(const Error& error, bool json) {
  if (json) {
    json::Object out;
    out.Set("v", "oxpecker.error/1");
    out.Set("code", Name(error.code));
    out.Set("place", AsUtf8(error.place));
    out.Set("message", AsUtf8(error.message));
    out.Set("hint", AsUtf8(error.hint));
    PrintJson(std::move(out));
  }
  std::fprintf(stderr, "oxpecker-verify: %s\n", Printable(error.ToString()).c_str());
  return ExitCodeOf(error);
}

void PrintJson(json::Object object) { std::puts(PrintableLines(json::Canonical(std::move(object))).c_str()); }
void PrintLine(const std::string& line) { std::puts(Printable(line).c_str()); }

Result<std::string> ReadFile(const std::string& file, std::size_t bytes_max) {
  std::ifstream stream(file, std::ios::binary);
  std::error_code error;
  if (!stream || !std::filesystem::is_regular_file(file, error))
    return Fail(ErrorCode::kNotFound, file, "cannot read this file");
  std::string bytes(bytes_max + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  if (bytes.size() > bytes_max)
    return Fail(ErrorCode::kLimit, file, "larger than " + std::to_string(bytes_max) + " bytes");
  return bytes;
}

}  // namespace oxpecker::verifier
