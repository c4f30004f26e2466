// apps/verify/proofs.h - `oxpecker-verify proof` and `consistency`: single records and pairs of signed
// heads, without the log. Private to the program.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace oxpecker::verifier {

// `chosen` is what runs where one of the two was given.
void AddProofs(CLI::App& app, std::function<int()>& chosen);

}  // namespace oxpecker::verifier
