// engine/explain/phrases.h - the fixed sentences of explanations, in every language.
//
// One table (phrases.cc), checked while compiling: a phrase without its sentence in a language, or in
// the wrong place, does not build. What a pack says of its actions and reasons is in the pack. {name}
// is filled in by the caller. Private to engine/explain.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/voice/voice.h"

namespace oxpecker::engine {

enum class Phrase : std::uint8_t {
  // Titles and headings for officers.
  kOfficerTitle, kInShort, kWhatWasDecided, kFlags, kWhyProposed, kHeldBack, kAlsoNoted, kWhatWasUnknown,
  kRulesNotMet, kFeatures, kRefusedInput, kRecord, kDecisiveGuard, kOtherObjections, kEveryGuard, kFigures,
  // Columns and labels.
  kResult, kEvent, kAsOf, kOutcomes, kHeldBackCount, kWithoutAnswer, kAction, kChannel, kPerson, kDetail,
  kCondition, kWithValues, kRule, kGuard, kVerdict, kReason, kStage, kWhat, kCause, kFeature, kValue, kVersion,
  kPlace, kProblem, kCode, kDecisionId, kSequence, kRelease, kPack, kEngine, kCandidates,
  // What happened.
  kResultAction, kResultSilent, kResultRefused, kNothingDecided, kNothingHeldBack, kNothingUnknown,
  kNothingProposed, kProposedBy, kAlsoProposedBy, kRationale, kWholeCondition, kTableRow, kRanking, kGuardCount,
  kHeldBackByGuard, kHeldBackByArbitration, kMovedByArbitration, kHeldBackByDelivery, kDeferredByDelivery,
  kDeferredNote, kGuardFor, kGuardObjects, kNoValue, kRefusedMeaning,
  // Words of the record.
  kHolds, kFails, kUnknown, kNotReached,
  kStateSelected, kStateSuppressed, kStateDeferred, kStateDowngraded, kStateOutranked,
  kVerdictSkipped, kVerdictPass, kVerdictBypass, kVerdictUnknownPass, kVerdictDowngrade, kVerdictDefer,
  kVerdictUnknownBlock, kVerdictBlock,
  kChannelPush, kChannelEmail, kChannelSms, kChannelLetter, kChannelFeed, kChannelInJourney, kChannelHumanCall,
  kChannelInternal,
  kHumanNone, kHumanOffered, kHumanRequired,
  kDetailBrief, kDetailStandard, kDetailDetailed,
  kStageFreshness, kStageConsistency, kStageEligibility, kStageConsent, kStageSensitivity, kStageVulnerability,
  kStageSuitability, kStageFatigue,
  kCauseMissing, kCauseNull, kCauseType, kCauseDomain, kCauseArgument, kCauseLimit, kCauseConflict,
  // For customers.
  kCustomerTitle, kCustomerSilentTitle, kCustomerRefusedTitle, kCustomerSilent, kCustomerRefused,
  kCustomerPush, kCustomerEmail, kCustomerSms, kCustomerLetter, kCustomerFeed, kCustomerInJourney,
  kCustomerHumanCall, kCustomerDeferred, kCustomerHumanOffered, kCustomerHumanRequired, kCustomerChoices,
  kCustomerProtection, kCustomerLookedAt, kCustomerLookedAtList, kCustomerLookedAtOn, kCustomerAutomatic,
  // Kinds of facts, in the customer's words and in the order in which they are told.
  kFactPayment, kFactEvent, kFactTransactions, kFactAccounts, kFactAutopay, kFactGoals, kFactInsurance,
  kFactRiskProfile, kFactDocuments, kFactLifeEvents, kFactSignals, kFactFeedback, kFactComplaints, kFactAdvisers,
  kFactCustomer, kFactDigital, kFactContacts, kFactPreferences, kFactConsents,
  kCount,
};
inline constexpr std::size_t kPhraseCount = static_cast<std::size_t>(Phrase::kCount);

std::string_view Sentence(Phrase phrase, voice::Language language);

// Words of decision records, each in its own list; nothing for a word that is not in it.
enum class WordList : std::uint8_t {
  kState, kVerdict, kChannel, kHuman, kDetail, kStage, kCause, kChannelToCustomer, kFactToCustomer
};
std::optional<Phrase> PhraseOf(WordList list, std::string_view word);

}  // namespace oxpecker::engine
