#include "reports/decision_section.h"

#include <algorithm>

#include "base/json/document.h"

namespace oxpecker::reports {
namespace {

std::unexpected<Error> Malformed(std::string place, std::string message) {
  return Fail(ErrorCode::kInvalidInput, std::move(place), std::move(message));
}

// A string or a number as text; nothing for other kinds.
std::optional<std::string> ScalarText(json::View value) {
  if (value.kind() != json::Kind::kString && value.kind() != json::Kind::kNumber) return {};
  return std::string(value.text());
}

std::string OptionalText(json::View object, std::string_view key, std::string_view otherwise) {
  const std::optional<json::View> member = object.Find(key);
  if (!member) return std::string(otherwise);
  return ScalarText(*member).value_or(std::string(otherwise));
}

Result<std::string> RequiredText(json::View object, std::string_view key) {
  const std::optional<json::View> member = object.Find(key);
  std::optional<std::string> text = member ? ScalarText(*member) : std::nullopt;
  if (!text) return Malformed("", "no text member '" + std::string(key) + "'");
  return *std::move(text);
}

// Calls `read` for each element of an array that must be there.
template <class Read>
Status EachOf(json::View object, std::string_view key, Read read) {
  const std::optional<json::View> member = object.Find(key);
  if (!member || member->kind() != json::Kind::kArray) {
    return Malformed("", "no array member '" + std::string(key) + "'");
  }
  for (const json::View element : *member) OXP_TRY(read(element));
  return {};
}

template <class Read>
Status EachIfPresent(json::View object, std::string_view key, Read read) {
  if (!object.Find(key)) return {};
  return EachOf(object, key, read);
}

std::string CauseKind(json::View cause) {
  return cause.kind() == json::Kind::kObject ? OptionalText(cause, "kind", "unstated") : "unstated";
}

Status ReadTexts(json::View object, std::string_view key, std::vector<std::string>& texts) {
  return EachOf(object, key, [&](json::View element) -> Status {
    std::optional<std::string> text = ScalarText(element);
    if (!text) return Malformed("", "an element of '" + std::string(key) + "' is no text");
    texts.push_back(*std::move(text));
    return {};
  });
}

Result<CandidateLine> ReadCandidate(json::View object) {
  CandidateLine line;
  OXP_TRY(line.action, RequiredText(object, "action"));
  OXP_TRY(line.state, RequiredText(object, "state"));
  OXP_TRY(line.rule, RequiredText(object, "rule"));
  line.rule_version = OptionalText(object, "rule_version", "");
  line.action_class = OptionalText(object, "class", "");
  line.decided_by = OptionalText(object, "decided_by", "");
  OXP_TRY(EachOf(object, "verdicts", [&](json::View verdict) -> Status {
    GuardVerdict read;
    OXP_TRY(read.guard, RequiredText(verdict, "guard"));
    OXP_TRY(read.verdict, RequiredText(verdict, "verdict"));
    read.reason = OptionalText(verdict, "reason", "");
    line.verdicts.push_back(std::move(read));
    return {};
  }));
  return line;
}

Status ReadDecided(json::View root, DecisionSection& section) {
  OXP_TRY(EachOf(root, "candidates", [&](json::View element) -> Status {
    OXP_TRY(CandidateLine line, ReadCandidate(element));
    section.candidates.push_back(std::move(line));
    return {};
  }));
  OXP_TRY(EachOf(root, "outcomes", [&](json::View element) -> Status {
    OutcomeLine line;
    OXP_TRY(line.action, RequiredText(element, "action"));
    line.human = OptionalText(element, "human", "unstated");
    section.outcomes.push_back(std::move(line));
    return {};
  }));
  OXP_TRY(EachOf(root, "unknowns", [&](json::View element) -> Status {
    NoAnswer unknown;
    OXP_TRY(unknown.id, RequiredText(element, "rule"));
    const std::optional<json::View> cause = element.Find("cause");
    unknown.cause_kind = cause ? CauseKind(*cause) : "unstated";
    section.unknown_rules.push_back(std::move(unknown));
    return {};
  }));
  OXP_TRY(EachIfPresent(root, "features", [&](json::View element) -> Status {
    const std::optional<json::View> cause = element.Find("unknown");
    if (!cause) return {};
    NoAnswer unknown;
    OXP_TRY(unknown.id, RequiredText(element, "id"));
    unknown.cause_kind = CauseKind(*cause);
    section.unknown_features.push_back(std::move(unknown));
    return {};
  }));
  OXP_TRY(ReadTexts(root, "flags", section.flags));
  return ReadTexts(root, "reasons", section.reasons);
}

Status ReadRefused(json::View root, DecisionSection& section) {
  return EachOf(root, "issues", [&](json::View element) -> Status {
    InputIssue issue;
    OXP_TRY(issue.code, RequiredText(element, "code"));
    issue.place = MaskPointer(OptionalText(element, "place", ""));
    section.issues.push_back(std::move(issue));
    return {};
  });
}

// A text, or a list of texts with commas between.
std::string TextOrList(json::View object, std::string_view key) {
  const std::optional<json::View> member = object.Find(key);
  if (!member || member->kind() != json::Kind::kArray) return OptionalText(object, key, "");
  std::string list;
  std::vector<std::string> told;  // early manifests repeat an action for every row of a table
  for (const json::View element : *member) {
    std::string text = ScalarText(element).value_or("");
    if (std::find(told.begin(), told.end(), text) != told.end()) continue;
    list += (list.empty() ? "" : ", ") + text;
    told.push_back(std::move(text));
  }
  return list;
}

struct ItemMembers {
  const char* list;
  const char* id;
  const char* title;
  const char* detail;
};

Status ReadItems(json::View root, const ItemMembers& members, std::vector<ManifestItem>& items) {
  return EachIfPresent(root, members.list, [&](json::View element) -> Status {
    ManifestItem item;
    OXP_TRY(item.id, RequiredText(element, members.id));
    item.version = OptionalText(element, "version", "");
    item.title = OptionalText(element, members.title, "");
    item.owner = OptionalText(element, "owner", "");
    item.detail = TextOrList(element, members.detail);
    item.unit = OptionalText(element, "unit", "");
    items.push_back(std::move(item));
    return {};
  });
}

Status ReadReasons(json::View root, std::vector<ManifestItem>& items) {
  return EachIfPresent(root, "reasons", [&](json::View element) -> Status {
    ManifestItem item;
    OXP_TRY(item.id, RequiredText(element, "code"));
    item.title = OptionalText(element, "en", "");
    for (const char* language : {"en", "sv", "zh"})
      if (element.Find(language)) item.told[language] = OptionalText(element, language, "");
    items.push_back(std::move(item));
    return {};
  });
}

bool IsFieldName(std::string_view token) {
  if (token.empty() || token.size() > 64 || token[0] < 'a' || token[0] > 'z') return false;
  std::size_t digits = 0;  // in a row: three or more look like a number of somebody
  for (const char c : token) {
    const bool digit = c >= '0' && c <= '9';
    digits = digit ? digits + 1 : 0;
    if (digits > 2 || (!digit && c != '_' && (c < 'a' || c > 'z'))) return false;
  }
  return true;
}

std::string MaskToken(std::string_view token) {
  const bool position = !token.empty() && std::all_of(token.begin(), token.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  if (position) return "*";
  return IsFieldName(token) ? std::string(token) : "(masked)";
}

}  // namespace

std::string CandidateLine::DecidingReason() const {
  for (const GuardVerdict& verdict : verdicts) {
    if (verdict.guard == decided_by) return verdict.reason;
  }
  return {};
}

std::string MaskPointer(std::string_view pointer) {
  if (pointer.empty()) return {};
  if (pointer[0] != '/') return "(masked)";
  std::string masked;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    masked += '/';
    masked += MaskToken(pointer.substr(0, end));
    pointer.remove_prefix(end);
  }
  return masked;
}

Result<DecisionSection> ReadDecisionSection(std::string_view bytes) {
  OXP_TRY(const json::Document document, json::Document::Parse(bytes, {}));
  const json::View root = document.root();
  if (root.kind() != json::Kind::kObject) return Malformed("", "the section is no object");
  OXP_TRY(const std::string schema, RequiredText(root, "schema"));
  if (schema != "oxpecker.decision/1") return Malformed("", "unknown schema of the section");
  DecisionSection section;
  OXP_TRY(section.release, RequiredText(root, "release"));
  OXP_TRY(section.status, RequiredText(root, "status"));
  if (section.status == "decided") {
    OXP_TRY(ReadDecided(root, section));
  } else if (section.status == "refused") {
    OXP_TRY(ReadRefused(root, section));
  } else {
    return Malformed("/status", "expected 'decided' or 'refused'");
  }
  return section;
}

Result<Manifest> ReadManifest(std::string_view bytes) {
  OXP_TRY(const json::Document document, json::Document::Parse(bytes, {}));
  const json::View root = document.root();
  if (root.kind() != json::Kind::kObject) return Malformed("", "the section is no object");
  Manifest manifest;
  OXP_TRY(manifest.release, RequiredText(root, "release"));
  OXP_TRY(manifest.pack, RequiredText(root, "pack"));
  manifest.pack_version = OptionalText(root, "pack_version", "");
  manifest.engine = OptionalText(root, "engine", "");
  manifest.tzdata = OptionalText(root, "tzdata", "");
  OXP_TRY(ReadItems(root, {"rules", "id", "title", "proposes"}, manifest.rules));
  OXP_TRY(ReadItems(root, {"guards", "id", "title", "stage"}, manifest.guards));
  OXP_TRY(ReadItems(root, {"features", "id", "title", ""}, manifest.features));
  OXP_TRY(ReadItems(root, {"thresholds", "id", "title", "value"}, manifest.thresholds));
  OXP_TRY(ReadItems(root, {"actions", "id", "title", "class"}, manifest.actions));
  OXP_TRY(ReadReasons(root, manifest.reasons));
  return manifest;
}

}  // namespace oxpecker::reports
