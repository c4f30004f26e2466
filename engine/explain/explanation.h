// engine/explain/explanation.h - one recorded decision, told to one audience in one language.
//
// An explanation is read off the record: sections `decision` and `trace`
// (docs/format/decision_v1.md) and the texts and conditions of the release that decided. Nothing is
// decided or computed again, and a sentence that the release lacks is an error, never a guess.
// Value types; Explain is a pure function of its arguments.
//
// The customer is told what concerns them in plain words: no rule, code, score, threshold of fraud
// or sensitive circumstance, and nothing of what was held back. The officer is told everything that
// the record holds. The auditor gets the officer's explanation in full detail. Advisers have none
// yet.
//
// Example:
//   OXP_TRY(Explanation told, Explain(*release, decision, trace, {.audience =
//   Audience::kOfficer})); std::string page = ToHtmlPage(told);  // render.h
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/voice/voice.h"

namespace oxpecker::engine {

class Release;

enum class Audience : std::uint8_t { kCustomer, kAdviser, kOfficer, kAuditor };
std::string_view Name(Audience audience);  // "customer", "adviser", "officer", "auditor"
Result<Audience> ParseAudience(std::string_view word);

enum class DetailLevel : std::uint8_t { kBrief, kStandard, kDetailed };
std::string_view Name(DetailLevel detail);  // "brief", "standard", "detailed"
Result<DetailLevel> ParseDetailLevel(std::string_view word);

struct ExplainQuery {
  Audience audience = Audience::kOfficer;
  voice::Language language = voice::Language::kEnglish;
  // Nothing: standard; for a customer what was decided for each outcome.
  std::optional<DetailLevel> detail;
  std::string time_zone = "UTC";          // IANA name, for the times of day that are told
  std::string decision_id;                // told to officers where given
  std::optional<std::uint64_t> sequence;  // number of the record in the log
  std::string customer_id;                // told to officers where given
  // How old the facts were, by source, as their document says ("balances", "2026-10-12T05:00:00Z"); told
  // to customers in detail.
  std::vector<std::pair<std::string, std::string>> sources;
};

// What a row or paragraph says of what it tells; renderers may colour it, the words say it too.
enum class Mark : std::uint8_t { kNone, kHolds, kFails, kUnknown, kNotReached };

struct Paragraph {
  std::string text;
  Mark mark = Mark::kNone;
  std::string
      source;  // what it stems from: "rule:late_fees", "guard:sales_cap", "reason:OUTRANKED"
  friend bool operator==(const Paragraph&, const Paragraph&) = default;
};

struct Row {
  std::vector<std::string> cells;
  Mark mark = Mark::kNone;
  std::string source;
  friend bool operator==(const Row&, const Row&) = default;
};

struct Section {
  std::string id;       // stable, the same in every language: "outcomes", "candidate.autopay_setup"
  std::string heading;  // empty: the section goes on without one
  int level = 1;        // 1 to 3
  std::vector<Paragraph> paragraphs;
  std::vector<std::string> columns;  // headings of the rows' cells; may be empty where rows are not
  std::vector<Row> rows;
};

struct Explanation {
  Audience audience = Audience::kOfficer;
  voice::Language language = voice::Language::kEnglish;
  std::string customer_id;  // the query's
  std::string title;
  std::vector<Section> sections;
};

// `decision_json` and `trace_json` are the bytes of the record's sections; the trace of a refusal
// is empty. Errors: kInvalidInput (another release, unknown time zone), kIntegrity (sections that
// are no record of this release), kUnsupported (an audience that is not served).
Result<Explanation> Explain(const Release& release, std::string_view decision_json,
                            std::string_view trace_json, const ExplainQuery& query);

}  // namespace oxpecker::engine
