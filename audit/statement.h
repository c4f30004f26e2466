// audit/statement.h - what the records of erasures and holds share: an id, and words of people that
// stay. Private to this module.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oxpecker::audit {

inline constexpr std::size_t kStatementTextBytesMax = 500;

// 16 random bytes.
Result<std::string> NewStatementId();

// One line of UTF-8 without control characters, 1 to 500 bytes.
Status CheckStatementText(const char* place, std::string_view text);

}  // namespace oxpecker::audit
