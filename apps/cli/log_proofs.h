// apps/cli/log_proofs.h - what others verify without this log: `log prove`, `log consistency`, `log
// export-tiles`; and `log rotate-key`. Private to the program.
#pragma once

#include "apps/cli/command.h"

namespace oxpecker::cli {

void AddLogProofs(CLI::App& log, Commands commands);

}  // namespace oxpecker::cli
