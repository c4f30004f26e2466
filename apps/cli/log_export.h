// apps/cli/log_export.h - `log export`: an evidence bundle. Private to the program.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddLogExport(CLI::App& log, Commands commands);

}  // namespace oxpecker::cli
