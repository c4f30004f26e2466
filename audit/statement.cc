#include "audit/statement.h"

#include "audit/crypto.h"
#include "base/encoding.h"
#include "base/printable.h"

namespace oxpecker::audit {

Result<std::string> NewStatementId() {
  auto id = RandomBytes(16);
  if (!id) return Fail(ErrorCode::kUnavailable, "", "no random bytes to be had");
  return *std::move(id);
}

Status CheckStatementText(const char* place, std::string_view text) {
  if (text.empty() || text.find_first_not_of(' ') == std::string_view::npos)
    return Fail(ErrorCode::kInvalidInput, place, "it is empty, and it must be known later");
  if (text.size() > kStatementTextBytesMax)
    return Fail(ErrorCode::kLimit, place,
                "it has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(kStatementTextBytesMax) + " are allowed");
  if (IsUtf8(text) && Printable(text) == text) return {};
  return Fail(ErrorCode::kInvalidInput, place, "it is not one line of plain text");
}

}  // namespace oxpecker::audit
