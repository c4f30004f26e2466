#include "apps/cli/command.h"

#include <cstdio>

#include "base/encoding.h"

namespace oxpecker::cli {
namespace {

// A file name may hold any bytes; JSON holds UTF-8.
std::string AsUtf8(const std::string& text) { return IsUtf8(text) ? text : "hex:" + HexEncode(text); }

// What came from a document or a file may hold anything; a terminal must not obey it. Control
// characters, C1 and the marks that turn the direction of text become \u{...}; long texts are cut.
std::string ForTerminal(std::string_view text) {
  constexpr std::size_t kBytesMax = 4'000;
  std::string out;
  for (std::size_t i = 0; i < text.size() && out.size() < kBytesMax; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const auto third = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0U;
    const bool c1 = byte == 0xC2 && next >= 0x80 && next <= 0x9F;
    const bool turns = byte == 0xE2 && ((next == 0x80 && third >= 0xAA && third <= 0xAE) ||
                                        (next == 0x81 && third >= 0xA6 && third <= 0xA9));
    if (byte < 0x20 || byte == 0x7F) out += "\\x" + HexEncode(text.substr(i, 1));
    else if (c1) out += "\\x" + HexEncode(text.substr(++i, 1));
    else if (turns) i += 2;
    else out += text[i];
  }
  return out.size() < kBytesMax ? out : out + "...";
}

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
  for (const Error& issue : issues) std::fprintf(stderr, "oxpecker: %s\n", ForTerminal(issue.ToString()).c_str());
  int code = kDone;
  for (const Error& issue : issues) code = std::max(code, ExitCodeOf(issue));
  return code;
}

void PrintJson(const json::Value& value) { Print(json::Canonical(value) + "\n"); }

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace oxpecker::cli
