// base/check.h - the end of a program that has found its own mistake.
//
// OXP_CHECK is on in release builds too: a wrong decision is worse than none. It is for programmers'
// errors only. No input, file, rule or disk fault may reach one: those are Error values (result.h).
#pragma once

namespace oxpecker::internal {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}  // namespace oxpecker::internal

#define OXP_CHECK(condition)                                                        \
  (static_cast<bool>(condition) ? static_cast<void>(0)                              \
                                : ::oxpecker::internal::CheckFailed(#condition, __FILE__, __LINE__))
