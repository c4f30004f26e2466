#include "audit/kinds.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "audit/canonical_scan.h"
#include "audit/seq_ranges.h"
#include "base/check.h"
#include "base/identifier.h"
#include "base/instant.h"

namespace oxpecker::audit {
namespace {

using enum AboutType;
constexpr bool kMust = true;

// What was decided is not demanded member by member: the decision's own section is the evidence, and
// reports compare it with these.
constexpr auto kRequestAbout = std::to_array<AboutMember>({
    {"as_of", kText}, {"candidates", kCount}, {"engine", kText}, {"event", kText}, {"flags", kCount},
    {"issues", kCount}, {"outcome", kText}, {"outcomes", kCount}, {"release", kText},
    {"suppressed", kCount}, {"unknowns", kCount},
});
constexpr auto kFailureAbout = std::to_array<AboutMember>({
    {"as_of", kText}, {"engine", kText}, {"event", kText}, {"outcome", kText}, {"reason", kWord},
    {"release", kText},
});
constexpr auto kReleaseAbout = std::to_array<AboutMember>({
    {"approvals", kCount}, {"engine", kText}, {"pack", kText}, {"pack_version", kText},
    {"release", kText}, {"tests", kText},
});
constexpr auto kReportAbout = std::to_array<AboutMember>({
    {"digest", kDigest}, {"engine", kText}, {"from", kInstant}, {"name", kWord}, {"to", kInstant},
});
constexpr auto kLogOpenedAbout = std::to_array<AboutMember>({{"engine", kText}});
constexpr auto kApprovalAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest, kMust}, {"engine", kText}, {"release", kDigest, kMust}, {"role", kWord},
    {"verdict", kWord, kMust},
});
constexpr auto kOverrideAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest, kMust}, {"decision", kUuid, kMust}, {"from_outcome", kWord},
    {"reason", kWord}, {"role", kWord}, {"to_outcome", kWord, kMust},
});
constexpr auto kReviewAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest}, {"channel", kWord}, {"decision", kUuid, kMust}, {"outcome", kWord},
    {"request", kId}, {"role", kWord}, {"state", kWord, kMust},
});
constexpr auto kContactAbout = std::to_array<AboutMember>({
    {"action", kWord, kMust}, {"channel", kWord, kMust}, {"decision", kUuid, kMust},
    {"language", kWord}, {"state", kWord, kMust},
});
constexpr auto kComplaintAbout = std::to_array<AboutMember>({
    {"complaint", kId, kMust}, {"decision", kUuid}, {"state", kWord, kMust}, {"topic", kWord},
});
constexpr auto kObservationAbout = std::to_array<AboutMember>({
    {"decision", kUuid, kMust}, {"outcome", kWord, kMust},
});
constexpr auto kStopAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest, kMust}, {"reason", kWord}, {"scope", kWord, kMust},
});
constexpr auto kResumeAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest, kMust}, {"approver_ref", kDigest}, {"scope", kWord, kMust},
});
constexpr auto kReplayAbout = std::to_array<AboutMember>({
    {"differs", kCount, kMust}, {"engine", kText}, {"missing", kCount, kMust}, {"same", kCount, kMust},
});
constexpr auto kErasureAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest, kMust}, {"cause", kWord, kMust}, {"erasure", kId, kMust},
    {"ranges", kRanges}, {"records", kCount, kMust},
});
constexpr auto kHoldAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest, kMust}, {"hold", kId, kMust}, {"subject_ref", kDigest, kMust},
});
constexpr auto kHoldReleaseAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest, kMust}, {"hold", kId, kMust},
});
constexpr auto kKeyRotationAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest}, {"new_key", kText, kMust}, {"old_key", kText, kMust},
    {"purpose", kWord, kMust}, {"size", kNumber},
});
constexpr auto kCheckpointAbout = std::to_array<AboutMember>({
    {"key", kKeyId, kMust}, {"root", kDigest, kMust}, {"size", kNumber, kMust},
});
constexpr auto kAnchorAbout = std::to_array<AboutMember>({
    {"anchor", kWord, kMust}, {"root", kDigest, kMust}, {"size", kNumber, kMust}, {"token", kDigest},
    {"witness", kText},
});
constexpr auto kAccessAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest, kMust}, {"purpose", kWord, kMust}, {"ranges", kRanges}, {"records", kCount},
});
constexpr auto kExportAbout = std::to_array<AboutMember>({
    {"actor_ref", kDigest}, {"bundle", kDigest, kMust}, {"profile", kWord}, {"ranges", kRanges},
    {"records", kCount},
});
constexpr auto kHeartbeatAbout = std::to_array<AboutMember>({
    {"component", kWord, kMust}, {"dropped", kCount}, {"queue", kCount},
});
constexpr auto kIncidentAbout = std::to_array<AboutMember>({
    {"component", kWord}, {"incident", kId, kMust}, {"severity", kWord, kMust}, {"state", kWord, kMust},
});

using Names = std::string_view;
constexpr auto kDecisionSections = std::to_array<Names>({"facts", "event", "decision", "trace"});
constexpr auto kRefusalSections = std::to_array<Names>({"facts", "event", "decision"});
constexpr auto kRequestSections = std::to_array<Names>({"facts", "event"});
constexpr auto kReleaseSections = std::to_array<Names>({"manifest", "release"});
constexpr auto kStatement = std::to_array<Names>({"statement"});
constexpr auto kErasureSections = std::to_array<Names>({"statement", "ranges"});
constexpr auto kContactSections = std::to_array<Names>({"message", "statement"});

constexpr std::size_t kOpenKinds = 6;  // older than the rule that sections have known names

constexpr auto kKinds = std::to_array<KindDefinition>({
    {RecordKind::kDecision, "decision", "a request was decided", "decide", kRequestAbout,
     SectionKey::kCustomer, kDecisionSections},
    {RecordKind::kRefusal, "refusal", "a request was not acceptable", "decide", kRequestAbout,
     SectionKey::kCustomer, kRefusalSections},
    {RecordKind::kFailure, "failure", "a request was acceptable and could not be decided", "-",
     kFailureAbout, SectionKey::kCustomer, kRequestSections},
    {RecordKind::kRelease, "release", "a release came into force", "init, release activate",
     kReleaseAbout, SectionKey::kLog, kReleaseSections},
    {RecordKind::kReport, "report", "a report was produced", "-", kReportAbout, SectionKey::kNone, {}},
    {RecordKind::kLogOpened, "log_opened", "a writer opened the log", "-", kLogOpenedAbout,
     SectionKey::kNone, {}},
    {RecordKind::kApproval, "approval", "somebody approved or rejected a release", "-", kApprovalAbout,
     SectionKey::kLog, kStatement},
    {RecordKind::kOverride, "override", "a person decided otherwise", "-", kOverrideAbout,
     SectionKey::kCustomer, kStatement},
    {RecordKind::kReview, "review", "a person's look at a decision was asked for, or done", "-",
     kReviewAbout, SectionKey::kCustomer, kStatement},
    {RecordKind::kContact, "contact", "a message to the customer was handed over, or was not", "-",
     kContactAbout, SectionKey::kCustomer, kContactSections},
    {RecordKind::kComplaint, "complaint", "a customer complained", "-", kComplaintAbout,
     SectionKey::kCustomer, kStatement},
    {RecordKind::kObservation, "observation", "what came of a decision", "-", kObservationAbout,
     SectionKey::kCustomer, kStatement},
    {RecordKind::kStop, "stop", "somebody stopped the engine, or a part of it", "-", kStopAbout,
     SectionKey::kLog, kStatement},
    {RecordKind::kResume, "resume", "what was stopped goes on", "-", kResumeAbout, SectionKey::kLog,
     kStatement},
    {RecordKind::kReplay, "replay", "decisions were decided again and compared", "-", kReplayAbout,
     SectionKey::kNone, {}},
    {RecordKind::kErasure, "erasure", "a customer's key was destroyed", "log erase", kErasureAbout,
     SectionKey::kLog, kErasureSections},
    {RecordKind::kHold, "hold", "a customer's records must not be erased", "log hold add", kHoldAbout,
     SectionKey::kCustomer, kStatement},
    {RecordKind::kHoldRelease, "hold_release", "they may be erased again", "log hold release",
     kHoldReleaseAbout, SectionKey::kCustomer, kStatement},
    {RecordKind::kKeyRotation, "key_rotation", "a key was exchanged for another", "log rotate-key",
     kKeyRotationAbout, SectionKey::kLog, kStatement},
    {RecordKind::kCheckpoint, "checkpoint", "a head was signed", "-", kCheckpointAbout,
     SectionKey::kNone, {}},
    {RecordKind::kAnchor, "anchor", "a signed head was put where the bank cannot change it",
     "log anchor, log timestamp", kAnchorAbout, SectionKey::kNone, {}},
    {RecordKind::kAccess, "access", "somebody read personal data", "-", kAccessAbout, SectionKey::kLog,
     kStatement},
    {RecordKind::kExport, "export", "evidence was handed out", "log export", kExportAbout, SectionKey::kLog,
     kStatement},
    {RecordKind::kHeartbeat, "heartbeat", "a writer was alive and had nothing to record", "every writer, when idle",
     kHeartbeatAbout, SectionKey::kNone, {}},
    {RecordKind::kIncident, "incident", "something went wrong that somebody must answer for", "-",
     kIncidentAbout, SectionKey::kLog, kStatement},
});

// Kinds are found by their number, and members by walking two sorted lists together.
constexpr bool InOrder() {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<std::size_t>(kKinds[i].kind) != i + 1) return false;
    for (std::size_t m = 1; m < kKinds[i].about.size(); ++m)
      if (kKinds[i].about[m - 1].name >= kKinds[i].about[m].name) return false;
  }
  return true;
}
static_assert(InOrder());

bool IsHex(std::string_view text, std::size_t size) {
  return text.size() == size && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool IsWord(std::string_view text) {
  if (text.empty() || text.size() > 64 || text[0] < 'a' || text[0] > 'z') return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

bool IsNumber(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end && value >= 0 && (text[0] != '0' || text.size() == 1);
}

// The inside of a string, as it stands in the canonical text. None of these but a text has an escape.
bool IsOfType(std::string_view inside, AboutType type) {
  switch (type) {
    case kText: return true;
    case kWord: return IsWord(inside);
    case kCount: return false;
    case kNumber: return IsNumber(inside);
    case kDigest: return IsHex(inside, 64);
    case kId: return IsHex(inside, 32);
    case kKeyId: return IsHex(inside, 8);
    case kUuid: return DecisionIdTag::Check(inside).has_value();
    case kInstant: return Instant::Parse(inside).has_value();
    case kRanges: return SeqRanges::Parse(inside).has_value();
  }
  return false;
}

bool ReadValue(CanonicalScan& scan, AboutType type) {
  if (type == kCount) {
    std::uint64_t count = 0;
    return scan.Unsigned(count);
  }
  std::string_view inside;
  return scan.String(inside) && IsOfType(inside, type);
}

// Names that somebody else gave, for a message.
std::string Quoted(std::string_view name) {
  const bool plain = !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return plain ? "'" + std::string(name) + "'" : std::string("of a name that is none");
}

std::string Missing(const KindDefinition& kind, const AboutMember& member) {
  return "member '" + std::string(member.name) + "' of kind " + std::string(kind.name) + " is missing";
}

}  // namespace

std::string_view Name(AboutType type) {
  switch (type) {
    case kText: return "text";
    case kWord: return "word";
    case kCount: return "count";
    case kNumber: return "number";
    case kDigest: return "digest";
    case kId: return "id";
    case kKeyId: return "key id";
    case kUuid: return "decision id";
    case kInstant: return "instant";
    case kRanges: return "ranges";
  }
  return "text";
}

std::string_view Name(SectionKey key) {
  switch (key) {
    case SectionKey::kNone: return "-";
    case SectionKey::kLog: return "log";
    case SectionKey::kCustomer: return "customer";
  }
  return "-";
}

std::span<const KindDefinition> KindDefinitions() { return kKinds; }

const KindDefinition& DefinitionOf(RecordKind kind) {
  const auto number = static_cast<std::size_t>(kind);
  OXP_CHECK(number >= 1 && number <= kKinds.size());
  return kKinds[number - 1];
}

std::string_view Name(RecordKind kind) { return DefinitionOf(kind).name; }

std::optional<RecordKind> RecordKindFromName(std::string_view name) {
  for (const KindDefinition& definition : kKinds)
    if (definition.name == name) return definition.kind;
  return std::nullopt;
}

std::optional<std::string> AboutProblem(RecordKind kind, std::string_view about) {
  const KindDefinition& definition = DefinitionOf(kind);
  auto member = definition.about.begin();
  const auto end = definition.about.end();
  CanonicalScan scan(about);
  if (!scan.Literal("{")) return "it is no object";
  for (bool first = true; !scan.Literal("}"); first = false) {
    std::string_view name;
    if ((!first && !scan.Literal(",")) || !scan.String(name) || !scan.Literal(":"))
      return "it is no canonical object";
    for (; member != end && member->name < name; ++member)
      if (member->required) return Missing(definition, *member);
    if (member == end || member->name != name)
      return "a member " + Quoted(name) + " is not one of kind " + std::string(definition.name);
    if (!ReadValue(scan, member->type))
      return "member '" + std::string(member->name) + "' of kind " + std::string(definition.name) +
             " is no " + std::string(Name(member->type));
    ++member;
  }
  for (; member != end; ++member)
    if (member->required) return Missing(definition, *member);
  if (!scan.AtEnd()) return "it goes on behind its end";
  return std::nullopt;
}

std::optional<std::string> SectionProblem(RecordKind kind, std::string_view section) {
  const KindDefinition& definition = DefinitionOf(kind);
  if (static_cast<std::size_t>(kind) <= kOpenKinds) return std::nullopt;
  if (std::ranges::find(definition.sections, section) != definition.sections.end()) return std::nullopt;
  return "a section " + Quoted(section) + " is not one of kind " + std::string(definition.name);
}

}  // namespace oxpecker::audit
