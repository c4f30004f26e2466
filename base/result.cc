#include "base/result.h"

namespace oxpecker {

const char* Name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput: return "invalid_input";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kRefused: return "refused";
    case ErrorCode::kIntegrity: return "integrity";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kLimit: return "limit";
    case ErrorCode::kUnsupported: return "unsupported";
  }
  return "unknown";
}

std::string Error::ToString() const {
  std::string text;
  if (!place.empty()) text += place + ": ";
  text += message;
  if (!hint.empty()) text += "; " + hint;
  return text;
}

std::string ToString(const Issues& issues) {
  std::string text;
  for (const Error& issue : issues) {
    if (!text.empty()) text += '\n';
    text += issue.ToString();
  }
  return text;
}

}  // namespace oxpecker
