// apps/cli/log_hold.h - the commands `oxpecker log hold add|list|release`.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddLogHold(CLI::App& log, Commands commands);

}  // namespace oxpecker::cli
