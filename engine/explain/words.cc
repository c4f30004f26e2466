// Words of the record, and causes as the engine says them, to the phrases that people read.
#include <span>

#include "engine/explain/phrases.h"

namespace oxpecker::engine {
namespace {

struct Word {
  std::string_view word;
  Phrase phrase;
};
constexpr Word kStates[] = {{"selected", Phrase::kStateSelected},
                            {"suppressed", Phrase::kStateSuppressed},
                            {"deferred", Phrase::kStateDeferred},
                            {"downgraded", Phrase::kStateDowngraded},
                            {"outranked", Phrase::kStateOutranked}};
constexpr Word kVerdicts[] = {{"skipped", Phrase::kVerdictSkipped},
                              {"pass", Phrase::kVerdictPass},
                              {"bypass", Phrase::kVerdictBypass},
                              {"unknown_pass", Phrase::kVerdictUnknownPass},
                              {"downgrade", Phrase::kVerdictDowngrade},
                              {"defer", Phrase::kVerdictDefer},
                              {"unknown_block", Phrase::kVerdictUnknownBlock},
                              {"block", Phrase::kVerdictBlock}};
constexpr Word kChannels[] = {{"push", Phrase::kChannelPush},
                              {"email", Phrase::kChannelEmail},
                              {"sms", Phrase::kChannelSms},
                              {"letter", Phrase::kChannelLetter},
                              {"feed", Phrase::kChannelFeed},
                              {"in_journey", Phrase::kChannelInJourney},
                              {"human_call", Phrase::kChannelHumanCall},
                              {"internal", Phrase::kChannelInternal}};
constexpr Word kHumans[] = {{"none", Phrase::kHumanNone},
                            {"offered", Phrase::kHumanOffered},
                            {"required", Phrase::kHumanRequired}};
constexpr Word kDetails[] = {{"brief", Phrase::kDetailBrief},
                             {"standard", Phrase::kDetailStandard},
                             {"detailed", Phrase::kDetailDetailed}};
constexpr Word kStages[] = {{"G1_freshness", Phrase::kStageFreshness},
                            {"G2_consistency", Phrase::kStageConsistency},
                            {"G3_eligibility", Phrase::kStageEligibility},
                            {"G4_consent", Phrase::kStageConsent},
                            {"G5_sensitivity", Phrase::kStageSensitivity},
                            {"G6_vulnerability", Phrase::kStageVulnerability},
                            {"G7_suitability", Phrase::kStageSuitability},
                            {"G8_fatigue", Phrase::kStageFatigue}};
constexpr Word kCauses[] = {{"missing", Phrase::kCauseMissing}, {"null", Phrase::kCauseNull},
                            {"type", Phrase::kCauseType},       {"domain", Phrase::kCauseDomain},
                            {"argument", Phrase::kCauseArgument}, {"limit", Phrase::kCauseLimit},
                            {"conflict", Phrase::kCauseConflict}};
constexpr Word kChannelsToCustomer[] = {{"push", Phrase::kCustomerPush},
                                        {"email", Phrase::kCustomerEmail},
                                        {"sms", Phrase::kCustomerSms},
                                        {"letter", Phrase::kCustomerLetter},
                                        {"feed", Phrase::kCustomerFeed},
                                        {"in_journey", Phrase::kCustomerInJourney},
                                        {"human_call", Phrase::kCustomerHumanCall}};
constexpr Word kSourcesToCustomer[] = {{"transactions", Phrase::kFactTransactions},
                                       {"balances", Phrase::kFactAccounts},
                                       {"consents", Phrase::kFactConsents},
                                       {"products", Phrase::kSourceProducts},
                                       {"feedback", Phrase::kFactFeedback},
                                       {"crm", Phrase::kFactContacts}};
constexpr Word kPurposesToCustomer[] = {{"marketing", Phrase::kPurposeMarketing},
                                        {"personalisation", Phrase::kPurposePersonalisation},
                                        {"tax_data", Phrase::kPurposeTaxData},
                                        {"open_banking", Phrase::kPurposeOpenBanking},
                                        {"special_category", Phrase::kPurposeSpecialCategory},
                                        {"voice_text_analysis", Phrase::kPurposeVoiceText}};
constexpr Word kHeldBackToCustomer[] = {{"sales", Phrase::kHeldBackSales},
                                        {"guidance", Phrase::kHeldBackGuidance},
                                        {"service", Phrase::kHeldBackService},
                                        {"support", Phrase::kHeldBackSupport}};
// Vulnerability and scores are not among them.
constexpr Word kFactsToCustomer[] = {{"event", Phrase::kFactEvent},
                                     {"transactions", Phrase::kFactTransactions},
                                     {"accounts", Phrase::kFactAccounts},
                                     {"autopay_creditors", Phrase::kFactAutopay},
                                     {"goals", Phrase::kFactGoals},
                                     {"insurance", Phrase::kFactInsurance},
                                     {"risk_profile", Phrase::kFactRiskProfile},
                                     {"documents_due", Phrase::kFactDocuments},
                                     {"life_events", Phrase::kFactLifeEvents},
                                     {"signals", Phrase::kFactSignals},
                                     {"feedback", Phrase::kFactFeedback},
                                     {"complaints", Phrase::kFactComplaints},
                                     {"advisers", Phrase::kFactAdvisers},
                                     {"customer", Phrase::kFactCustomer},
                                     {"digital", Phrase::kFactDigital},
                                     {"contacts", Phrase::kFactContacts},
                                     {"preferences", Phrase::kFactPreferences},
                                     {"consents", Phrase::kFactConsents}};

// What the engine says of a cause, up to a name in quotes where there is one.
struct Said {
  std::string_view start;
  Phrase phrase;
};
constexpr Said kSaid[] = {{"the fact '", Phrase::kCauseNamedFact},
                          {"context has no entry '", Phrase::kCauseNamedEntry},
                          {"no entry '", Phrase::kCauseNamedEntry},
                          {"list has no item at that index", Phrase::kCauseShortList},
                          {"an empty list has no ", Phrase::kCauseEmptyList},
                          {"no row lies in the window", Phrase::kCauseEmptyWindow},
                          {"no row of the window belongs to a group", Phrase::kCauseNothingInWindow},
                          {"a value of the window is null", Phrase::kCauseNullInWindow},
                          {"a value of the window is no number", Phrase::kCauseNoNumber},
                          {"string is no number", Phrase::kCauseNoNumber},
                          {"division by zero", Phrase::kCauseDivision},
                          {"result is no number of 34 digits", Phrase::kCauseTooLarge},
                          {"the window's sum is too large", Phrase::kCauseTooLarge},
                          {"the calendar has no such day", Phrase::kCauseNoSuchDay},
                          {"the day has no such time", Phrase::kCauseNoSuchDay}};

std::span<const Word> WordsOf(WordList list) {
  switch (list) {
    case WordList::kState: return kStates;
    case WordList::kVerdict: return kVerdicts;
    case WordList::kChannel: return kChannels;
    case WordList::kHuman: return kHumans;
    case WordList::kDetail: return kDetails;
    case WordList::kStage: return kStages;
    case WordList::kCause: return kCauses;
    case WordList::kChannelToCustomer: return kChannelsToCustomer;
    case WordList::kFactToCustomer: return kFactsToCustomer;
    case WordList::kSourceToCustomer: return kSourcesToCustomer;
    case WordList::kPurposeToCustomer: return kPurposesToCustomer;
    case WordList::kHeldBackToCustomer: return kHeldBackToCustomer;
  }
  return {};
}

}  // namespace

PlainCause PlainCauseOf(std::string_view kind, std::string_view message) {
  for (const Said& said : kSaid) {
    if (!message.starts_with(said.start)) continue;
    const std::string_view rest = message.substr(said.start.size());
    return {said.phrase, said.start.ends_with('\'') ? rest.substr(0, rest.rfind('\'')) : std::string_view()};
  }
  return {PhraseOf(WordList::kCause, kind), {}};
}

std::optional<Phrase> PhraseOf(WordList list, std::string_view word) {
  for (const Word& entry : WordsOf(list))
    if (entry.word == word) return entry.phrase;
  return std::nullopt;
}

}  // namespace oxpecker::engine
