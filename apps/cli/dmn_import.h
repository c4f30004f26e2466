// apps/cli/dmn_import.h - `oxpecker dmn import`. Private to the program.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddDmnImport(Commands commands, CLI::App& dmn);

}  // namespace oxpecker::cli
