// apps/cli/outcome_text.h - what a decision came to, on one line: for decide and for the list of the log.
#pragma once

#include <string>

#include "engine/decide/decision.h"

namespace oxpecker::cli {

bool IsHeldBack(const engine::Candidate& candidate);  // proposed, and not said
// A guard's id, "delivery", or "arbitration, outranked".
std::string HeldBackBy(const engine::Candidate& candidate);

// "autopay_setup by feed, no credit_card_upsell (consent_marketing)", "silent", "refused: 2 issues".
std::string OutcomeText(const engine::Decision& decision);

}  // namespace oxpecker::cli
