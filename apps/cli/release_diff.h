// apps/cli/release_diff.h - `oxpecker release diff`. Private to the program.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddReleaseDiff(CLI::App& release, Commands commands);

}  // namespace oxpecker::cli
