// apps/cli/rules_show.h - `oxpecker rules show` and `rules facts`: what there is to read and to use.
// Private to the program.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddRulesShow(CLI::App& rules, Commands commands);

}  // namespace oxpecker::cli
