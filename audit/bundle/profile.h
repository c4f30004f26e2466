// audit/bundle/profile.h - what of the records a bundle may show: rules by name of section.
//
// A text that was not cut into parts (section_parts.h) is shown by a rule "all" only, and so is what a
// refused or failed request was: anything may stand anywhere in it. Value types; pure.
//
// Example:
//   const RedactionProfile* profile = RedactionProfile::BuiltIn("personal-withheld");
//   std::vector<bool> shown = profile->Shown("decision", "facts", parts);
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/value.h"

namespace oxpecker::audit {

class SectionParts;

struct SectionRule {
  enum class Show : std::uint8_t {
    kAll,     // everything
    kOnly,    // the parts at these pointers and below them
    kAllBut,  // all others
  };
  Show show = Show::kOnly;
  std::vector<std::string> pointers;  // RFC 6901; "" is the skeleton
  friend bool operator==(const SectionRule&, const SectionRule&) = default;
};

struct RedactionProfile {
  std::string id;      // [a-z][a-z0-9-]{0,31}
  std::string title;   // one line
  std::string reason;  // one line: why the rest is withheld
  // By name of section; "*": those that are not named. Withheld are sections without a rule.
  std::map<std::string, SectionRule, std::less<>> sections;

  // "headers", "personal-withheld", "full"; null for others.
  static const RedactionProfile* BuiltIn(std::string_view id);
  static std::span<const RedactionProfile> AllBuiltIn();

  // May anything of this section be shown?
  bool Opens(std::string_view section) const;
  bool opens_nothing() const { return sections.empty(); }
  // For each part, whether it is shown.
  std::vector<bool> Shown(std::string_view kind, std::string_view section, const SectionParts& parts) const;

  json::Object ToJson() const;
  friend bool operator==(const RedactionProfile&, const RedactionProfile&) = default;

 private:
  const SectionRule* RuleOf(std::string_view section) const;
};

bool IsProfileId(std::string_view id);

}  // namespace oxpecker::audit
