// apps/cli/log_erase.h - the commands `oxpecker log erase` and `log certificate`.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddLogErase(CLI::App& log, Commands commands);

}  // namespace oxpecker::cli
