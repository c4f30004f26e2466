// reports/vocabulary.h - the codes that a period report may use. PERSISTED in JSON: append only,
// never rename. Each has texts in every language (render/texts.cc; a test walks these lists).
#pragma once

#include <array>

namespace oxpecker::reports {

struct ExceptionKind {
  const char* code;
  const char* query;  // what was counted, over records inside the period unless it says otherwise
};

inline constexpr std::array kExceptionKinds = std::to_array<ExceptionKind>({
    {"integrity_break", "verification of the whole log: breaks found (it stops at the first)"},
    {"unproven_record", "records stored behind the first break, whole log"},
    {"refused_input", "kind = refusal"},
    {"failed_request", "kind = failure"},
    {"unreadable_section", "kind in (decision, refusal), section 'decision' could not be opened"},
    {"customer_erased", "kind = erasure, in the period"},
    {"erased_decision", "kind in (decision, refusal), section 'decision' closed, its number in a recorded erasure"},
    {"key_missing", "kind in (decision, refusal), section 'decision' closed, its number in no recorded erasure"},
    {"removed_ciphertext", "records with a section whose stored bytes are gone"},
    {"header_contradiction", "header counts, outcome or release differ from section 'decision'"},
    {"unexplained_silence", "candidate suppressed, deferred or downgraded without decided_by"},
    {"protective_held_back", "candidate of class protective, suppressed or deferred"},
    {"release_unrecorded", "kind = decision, release not recorded before the decision"},
    {"manifest_unreadable", "releases of the period whose manifest could not be opened"},
    {"time_reversal", "time more than 5 seconds earlier than that of the record before it"},
    {"outside_between", "numbered between first and last of the period, dated outside it"},
    {"far_from_as_of", "more than 24 h between time and as_of"},
    {"undated", "basis as_of, kind in (decision, refusal), as_of absent or unreadable"},
    {"unknown_kind", "kind not known to this build"},
    {"unstated_outcome", "kind = decision, outcome not one of action, silent"},
    {"folded_names", "additions counted under '(other)' because a table was full"},
    {"tests_skipped", "kind = release, tests = skipped, in the period or the last one before it"},
    {"tests_not_run", "kind = release, tests = not_run, in the period or the last one before it"},
    {"tests_failed", "kind = release, tests = failed, in the period or the last one before it"},
    {"tests_unstated", "kind = release, tests absent or unknown, in the period or the last one before it"},
    {"pack_version_reused", "releases listed: pack and version named by more than one digest"},
    {"threshold_version_reused", "thresholds listed: id and version with more than one value"},
});

inline constexpr std::array kCheckIds = std::to_array<const char*>({
    "population_complete", "stored_bytes_intact", "heads_signed", "period_sealed",
    "period_anchored", "decisions_readable", "headers_agree", "silence_explained",
    "refusals_explained", "releases_recorded", "releases_approved", "time_in_order",
    "outside_reconciled",
});

inline constexpr std::array kLimitationCodes = std::to_array<const char*>({
    "no_reconciliation", "no_anchor", "unsealed_tail", "clock_unchecked", "not_replayed",
    "approvals_unchecked", "facts_as_told", "delivery_unknown", "no_heartbeat",
    "sections_unreadable", "by_as_of", "broken_log", "no_comparison", "no_conformity",
});

}  // namespace oxpecker::reports
