// apps/cli/log_keys.h - `oxpecker log keys`: are the private keys where they should be? Private to the program.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddLogKeys(CLI::App& log, Commands commands);

}  // namespace oxpecker::cli
