// apps/verify/answer.h - what all of oxpecker-verify shares: exit codes, errors, small files. Private to
// the program.
#pragma once

#include <cstddef>
#include <string>

#include "base/json/value.h"
#include "base/result.h"

namespace oxpecker::verifier {

// PERSISTED in scripts of others: never renumber.
inline constexpr int kExitOk = 0;
inline constexpr int kExitRefused = 1;  // and what could not be shown
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInvalidInput = 3;
inline constexpr int kExitIntegrity = 4;
inline constexpr int kExitFork = 5;  // two signed heads that cannot be of one log

// On stderr, and as a line of JSON on stdout where asked for. Returns the exit code.
int Complain(const Error& error, bool json);

void PrintJson(json::Object object);
void PrintLine(const std::string& line);  // nothing in it is obeyed by a terminal

// The whole of a file of at most `bytes_max`. kNotFound, kLimit.
inline constexpr std::size_t kNoteBytesMax = 1U << 20U;
Result<std::string> ReadFile(const std::string& file, std::size_t bytes_max = kNoteBytesMax);

}  // namespace oxpecker::verifier
