#include "engine/explain/explanation.h"

#include <array>

#include "base/encoding.h"
#include "engine/explain/telling.h"
#include "rules/feel/zone.h"

namespace oxpecker::engine {
namespace {

constexpr std::array kAudiences = {Audience::kCustomer, Audience::kAdviser, Audience::kOfficer,
                                   Audience::kAuditor};
constexpr std::array kDetailLevels = {DetailLevel::kBrief, DetailLevel::kStandard,
                                      DetailLevel::kDetailed};

Status CheckQuery(const Release& release, const ExplainQuery& query, const Decision& decision) {
  if (feel::FindZone(query.time_zone) == nullptr)
    return Fail(ErrorCode::kInvalidInput, "time zone", "the time zone is not in the IANA database",
                "write a name such as Europe/Stockholm");
  if (!IsUtf8(query.decision_id))
    return Fail(ErrorCode::kInvalidInput, "decision", "the decision's id is no UTF-8 text");
  if (!IsUtf8(query.customer_id))
    return Fail(ErrorCode::kInvalidInput, "customer", "the customer's id is no UTF-8 text");
  if (decision.release != release.digest().ToHex())
    return Fail(ErrorCode::kInvalidInput, "release",
                "the decision was made under release " + decision.release + ", not under " +
                    release.digest().ToHex(),
                "explain it with the release that decided");
  return {};
}

Phrase TitleFor(const Telling& t, const std::vector<Section>& sections) {
  if (t.query().audience != Audience::kCustomer) return Phrase::kOfficerTitle;
  if (t.decision().refused) return Phrase::kCustomerRefusedTitle;
  return sections.front().id == "silent" ? Phrase::kCustomerSilentTitle : Phrase::kCustomerTitle;
}

}  // namespace

std::string_view Name(Audience audience) {
  switch (audience) {
    case Audience::kCustomer:
      return "customer";
    case Audience::kAdviser:
      return "adviser";
    case Audience::kOfficer:
      return "officer";
    case Audience::kAuditor:
      return "auditor";
  }
  return "";
}

Result<Audience> ParseAudience(std::string_view word) {
  for (const Audience audience : kAudiences)
    if (Name(audience) == word) return audience;
  return Fail(ErrorCode::kInvalidInput, "audience", "unknown audience",
              "write customer, officer or auditor");
}

std::string_view Name(DetailLevel detail) {
  switch (detail) {
    case DetailLevel::kBrief:
      return "brief";
    case DetailLevel::kStandard:
      return "standard";
    case DetailLevel::kDetailed:
      return "detailed";
  }
  return "";
}

Result<DetailLevel> ParseDetailLevel(std::string_view word) {
  for (const DetailLevel detail : kDetailLevels)
    if (Name(detail) == word) return detail;
  return Fail(ErrorCode::kInvalidInput, "detail", "unknown level of detail",
              "write brief, standard or detailed");
}

Result<Explanation> Explain(const Release& release, std::string_view decision_json,
                            std::string_view trace_json, const ExplainQuery& query) {
  if (query.audience == Audience::kAdviser)
    return Fail(ErrorCode::kUnsupported, "audience", "there is no explanation for advisers yet",
                "ask for that of the customer or of the officer");
  OXP_TRY(const RecordedDecision recorded, ReadDecision(decision_json));
  OXP_TRY(const RecordedTrace trace, ReadTrace(trace_json));
  OXP_TRY(CheckQuery(release, query, recorded.decision));

  Telling telling(release, recorded, trace, query);
  Explanation explanation;
  explanation.audience = query.audience;
  explanation.language = query.language;
  explanation.customer_id = query.customer_id;
  if (query.audience == Audience::kCustomer) {
    explanation.sections = TellCustomer(telling);
  } else {
    const DetailLevel detail = query.audience == Audience::kAuditor
                                   ? DetailLevel::kDetailed
                                   : query.detail.value_or(DetailLevel::kStandard);
    explanation.sections = TellOfficer(telling, detail);
  }
  OXP_TRY(telling.status());
  explanation.title = telling.Say(TitleFor(telling, explanation.sections));
  return explanation;
}

}  // namespace oxpecker::engine
