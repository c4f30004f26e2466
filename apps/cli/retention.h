// apps/cli/retention.h - the part `retention` of oxpecker.yaml: how many days each kind of record must be
// kept before it may be erased.
//
//   retention:
//     decision: 1825
//     refusal: 365
#pragma once

#include "apps/cli/workspace.h"
#include "audit/retention.h"

namespace oxpecker::cli {

// Empty where the file says nothing of it. Every problem at once.
Checked<audit::RetentionPolicy> ReadRetention(const Workspace& workspace);

}  // namespace oxpecker::cli
