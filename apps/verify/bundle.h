// apps/verify/bundle.h - `oxpecker-verify bundle`: proves an evidence bundle. Private to the program.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace oxpecker::verifier {

void AddBundle(CLI::App& app, std::function<int()>& chosen);

}  // namespace oxpecker::verifier
