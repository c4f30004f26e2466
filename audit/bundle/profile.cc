#include "audit/bundle/profile.h"

#include <algorithm>
#include <array>

#include "audit/section_parts.h"

namespace oxpecker::audit {
namespace {

using Show = SectionRule::Show;

// Of a decision what is not about the person: neither the values of features and evidence nor the
// figures of simulations.
std::array<RedactionProfile, 3> MakeBuiltIn() {
  const SectionRule all{Show::kAll, {}};
  return {{{"headers", "Headers only", "nothing of the content was asked for", {}},
           {"personal-withheld",
            "Without what is about the person",
            "facts, events, values and names of people are withheld",
            {{"decision", {Show::kOnly, {"", "/as_of", "/engine", "/event", "/flags", "/reasons", "/release", "/schema", "/status", "/unknowns"}}},
             {"manifest", all},
             {"ranges", all},
             {"release", all}}},
           {"full", "Everything that can be opened", "nothing is withheld by the profile", {{"*", all}}}}};
}

const std::array<RedactionProfile, 3>& Profiles() {
  static const std::array<RedactionProfile, 3> profiles = MakeBuiltIn();
  return profiles;
}

bool IsAtOrBelow(std::string_view pointer, std::string_view above) {
  if (above.empty()) return pointer.empty();  // the skeleton, not everything
  return pointer.starts_with(above) && (pointer.size() == above.size() || pointer[above.size()] == '/');
}

bool MayHoldAnything(std::string_view kind, std::string_view section) {
  return (kind == "refusal" || kind == "failure") && (section == "facts" || section == "event");
}

}  // namespace

std::span<const RedactionProfile> RedactionProfile::AllBuiltIn() { return Profiles(); }
const RedactionProfile* RedactionProfile::BuiltIn(std::string_view id) {
  for (const RedactionProfile& profile : Profiles())
    if (profile.id == id) return &profile;
  return nullptr;
}

const SectionRule* RedactionProfile::RuleOf(std::string_view section) const {
  auto rule = sections.find(section);
  if (rule == sections.end()) rule = sections.find("*");
  return rule == sections.end() ? nullptr : &rule->second;
}

bool RedactionProfile::Opens(std::string_view section) const { return RuleOf(section) != nullptr; }

std::vector<bool> RedactionProfile::Shown(std::string_view kind, std::string_view section, const SectionParts& parts) const {
  const SectionRule* rule = RuleOf(section);
  if (rule == nullptr) return std::vector<bool>(parts.size(), false);
  if (rule->show == Show::kAll) return std::vector<bool>(parts.size(), true);
  std::vector<bool> shown(parts.size(), false);
  if (!parts.is_cut() || MayHoldAnything(kind, section)) return shown;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const bool named = std::any_of(rule->pointers.begin(), rule->pointers.end(),
                                   [&](const std::string& above) { return IsAtOrBelow(parts.pointer(part), above); });
    shown[part] = named == (rule->show == Show::kOnly);
  }
  return shown;
}

json::Object RedactionProfile::ToJson() const {
  json::Object rules;
  for (const auto& [section, rule] : sections) {
    if (rule.show == Show::kAll) {
      rules.Set(section, "all");
      continue;
    }
    json::Array pointers;
    for (const std::string& pointer : rule.pointers) pointers.emplace_back(pointer);
    json::Object one;
    one.Set(rule.show == Show::kOnly ? "disclose" : "withhold", std::move(pointers));
    rules.Set(section, std::move(one));
  }
  json::Object out;
  out.Set("id", id);
  out.Set("reason", reason);
  out.Set("sections", std::move(rules));
  out.Set("title", title);
  return out;
}

bool IsProfileId(std::string_view id) {
  return !id.empty() && id.size() <= 32 && id[0] >= 'a' && id[0] <= 'z' &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace oxpecker::audit
