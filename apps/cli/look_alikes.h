// apps/cli/look_alikes.h - before a customer is erased or put on hold: other customers of the log whose ids
// look the same.
#pragma once

#include <string>

#include "apps/cli/command.h"
#include "apps/cli/workspace.h"

namespace oxpecker::cli {

// On stderr, each with its code points; whoever types an id cannot see which of them he meant. Opens the facts
// of every decision, so it takes seconds for a large log (a count on a terminal). Of a log that cannot be
// read it says nothing: what follows does.
void WarnOfLookAlikes(const Globals& globals, const Workspace& workspace, const std::string& customer);

}  // namespace oxpecker::cli
