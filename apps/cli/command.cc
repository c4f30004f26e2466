#include "apps/cli/command.h"

#include <cstdio>

#include "base/encoding.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

// A file name may hold any bytes; JSON holds UTF-8.
std::string AsUtf8(const std::string& text) { return IsUtf8(text) ? text : "hex:" + HexEncode(text); }

json::Object ToJson(const Error& error) {
  json::Object object;
  object.Set("code", Name(error.code));
  object.Set("hint", AsUtf8(error.hint));
  object.Set("message", AsUtf8(error.message));
  object.Set("place", AsUtf8(error.place));
  return object;
}

}  // namespace

int ExitCodeOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kIntegrity: return kIntegrity;
    case ErrorCode::kRefused:
    case ErrorCode::kUnavailable: return kRefused;
    case ErrorCode::kInvalidInput:
    case ErrorCode::kNotFound:
    case ErrorCode::kLimit:
    case ErrorCode::kUnsupported: return kInvalidInput;
  }
  return kInvalidInput;
}

int Complain(const Globals& globals, const Error& error) { return Complain(globals, Issues{error}); }

int Complain(const Globals& globals, const Issues& issues) {
  if (globals.json) {
    json::Array list;
    for (const Error& issue : issues) list.emplace_back(ToJson(issue));
    json::Object object;
    object.Set("errors", std::move(list));
    PrintJson(std::move(object));
  }
  for (const Error& issue : issues) PrintError("oxpecker: " + Printable(issue.ToString()) + "\n");
  int code = kDone;
  for (const Error& issue : issues) code = std::max(code, ExitCodeOf(issue));
  return code;
}

Result<Instant> ParseBound(const std::string& text) {
  auto instant = Instant::Parse(text.size() == 10 ? text + "T00:00:00Z" : text);
  if (instant) return instant;
  return Fail(ErrorCode::kInvalidInput, "", "'" + text + "' is no day and no instant", "write 2026-03-01 or 2026-03-01T00:00:00Z");
}

void PrintJson(const json::Value& value) { Print(json::Canonical(value) + "\n"); }

void Print(const std::string& text) { PrintBytes(PrintableLines(text)); }

void PrintBytes(const std::string& bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); }

void PrintError(const std::string& text) { std::fputs(PrintableLines(text).c_str(), stderr); }

}  // namespace oxpecker::cli
