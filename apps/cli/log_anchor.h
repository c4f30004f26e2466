// apps/cli/log_anchor.h - `oxpecker log anchor`: has witnesses sign the log's head. Private to the program.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddLogAnchor(CLI::App& log, Commands commands);

}  // namespace oxpecker::cli
