// tests/unit/explain/small_pack.h - a release of a few lines, and decisions made by hand under it.
#pragma once

#include <memory>
#include <string>

#include "engine/decide/decision.h"
#include "engine/explain/explanation.h"
#include "engine/release/release.h"

namespace oxpecker::engine {

// One rule (fees_rule: fee_count >= policy.fee_n and not(has_autopay) -> autopay_setup), one table
// (payment_table -> payment_prompt, which is friction), one flag (fee_flag) and the guards
// data_fresh (G1, block), no_complaint (G7, block) and contact_cap (G8, downgrade).
std::shared_ptr<const Release> SmallRelease();

// A candidate for autopay_setup by fees_rule, with three verdicts that pass.
Candidate AutopayCandidate();
Candidate PromptCandidate();
Decision DecisionWith(std::vector<Candidate> candidates);  // outcomes: those with a delivery
Decision Refusal();

// The trace of DecisionWith: fees_rule true for three fees, every guard asked about autopay_setup.
std::string SmallTrace();

Explanation MustExplain(const Decision& decision, const ExplainQuery& query);
std::string AllText(
    const Explanation& explanation);  // title, headings, paragraphs, cells, one a line
const Section* FindSection(const Explanation& explanation, std::string_view id);

}  // namespace oxpecker::engine
