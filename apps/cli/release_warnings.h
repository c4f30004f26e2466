// apps/cli/release_warnings.h - what a change of releases would leave unclear in reports: for build,
// activate and diff.
#pragma once

#include "base/result.h"
#include "engine/release/release.h"

namespace oxpecker::cli {

// Rules that changed under a version that did not, and thresholds likewise: a report would show two of
// one name. Empty where the two are the same release.
Issues FindVersionWarnings(const engine::Release& before, const engine::Release& after);

}  // namespace oxpecker::cli
