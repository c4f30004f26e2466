// apps/cli/log_timestamp.h - `oxpecker log timestamp`: heads stamped by a timestamp authority, by files.
// Private to the program.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddLogTimestamp(CLI::App& log, Commands commands);

}  // namespace oxpecker::cli
