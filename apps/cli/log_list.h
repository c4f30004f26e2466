// apps/cli/log_list.h - the command `oxpecker log list`.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddLogList(CLI::App& log, Commands commands);

}  // namespace oxpecker::cli
