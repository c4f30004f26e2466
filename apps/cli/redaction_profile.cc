#include "apps/cli/redaction_profile.h"

#include <algorithm>
#include <array>
#include <utility>

#include "apps/cli/system.h"
#include "audit/kinds.h"
#include "base/printable.h"
#include "rules/rulebook/yaml_reader.h"

namespace oxpecker::cli {
namespace {

using Show = audit::SectionRule::Show;

constexpr std::size_t kLineBytesMax = 500;

std::string Shown(const std::string& text) { return "'" + Printable(text.substr(0, 40)) + "'"; }

// Also those of decisions and releases, which kinds.cc does not hold to their names.
bool IsKnownSection(std::string_view name) {
  constexpr std::array<std::string_view, 7> told = {"*", "facts", "event", "decision", "trace", "manifest", "release"};
  if (std::ranges::find(told, name) != told.end()) return true;
  for (const audit::KindDefinition& kind : audit::KindDefinitions())
    if (std::ranges::find(kind.sections, name) != kind.sections.end()) return true;
  return false;
}

bool IsPointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (text[at] == '~' && (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1'))) return false;
  return true;
}

class Reader {
 public:
  Checked<audit::RedactionProfile> Read(const yaml::Node& root) {
    if (root.kind != yaml::Kind::kMapping) {
      Complain(root, "expected id, title, reason and sections", "see 'oxpecker log export --help'");
      return std::unexpected(std::move(issues_));
    }
    for (const yaml::Entry& entry : root.entries) Member(entry);
    for (const char* name : {"id", "title", "reason", "sections"})
      if (root.Find(name) == nullptr) Complain(root, "'" + std::string(name) + "' is missing", "");
    if (!issues_.empty()) return std::unexpected(std::move(issues_));
    return std::move(profile_);
  }

 private:
  void Complain(const yaml::Node& node, std::string message, std::string hint) {
    issues_.push_back({ErrorCode::kInvalidInput, node.Place(), std::move(message), std::move(hint)});
  }

  void Member(const yaml::Entry& entry) {
    const std::string& key = entry.key.text;
    if (key == "id") {
      if (Line(entry.value, profile_.id) && (!audit::IsProfileId(profile_.id) || audit::RedactionProfile::BuiltIn(profile_.id) != nullptr))
        Complain(entry.value, Shown(profile_.id) + " is no id of a profile of your own", "small letters, digits and '-', not one that is built in");
    } else if (key == "title") {
      Line(entry.value, profile_.title);
    } else if (key == "reason") {
      Line(entry.value, profile_.reason);
    } else if (key == "sections") {
      Sections(entry.value);
    } else {
      Complain(entry.key, Shown(key) + " is no member of a profile", "id, title, reason, sections");
    }
  }

  bool Line(const yaml::Node& node, std::string& out) {
    const bool plain = node.kind == yaml::Kind::kScalar && !node.text.empty() && node.text.size() <= kLineBytesMax && Printable(node.text) == node.text;
    if (plain) out = node.text;
    else Complain(node, "expected one line of plain text, up to 500 bytes", "");
    return plain;
  }

  void Sections(const yaml::Node& node) {
    if (node.kind != yaml::Kind::kMapping) return Complain(node, "expected a rule for each section that may be shown", "as '  release: all'");
    for (const yaml::Entry& entry : node.entries) {
      if (!IsKnownSection(entry.key.text))
        Complain(entry.key, Shown(entry.key.text) + " is no section of a record",
                 "facts, event, decision, trace, manifest, release, statement, message, ranges; '*' is every other");
      profile_.sections[entry.key.text] = Rule(entry.value);
    }
  }

  audit::SectionRule Rule(const yaml::Node& node) {
    if (node.kind == yaml::Kind::kScalar && node.text == "all") return {Show::kAll, {}};
    const bool one = node.kind == yaml::Kind::kMapping && node.entries.size() == 1;
    const std::string word = one ? node.entries[0].key.text : "";
    if ((word != "disclose" && word != "withhold") || node.entries[0].value.kind != yaml::Kind::kSequence) {
      Complain(node, "expected 'all', or one of 'disclose' and 'withhold' with a list of JSON pointers", "as '{disclose: [/as_of]}'");
      return {};
    }
    audit::SectionRule rule{word == "disclose" ? Show::kOnly : Show::kAllBut, {}};
    for (const yaml::Node& pointer : node.entries[0].value.items) {
      if (pointer.kind == yaml::Kind::kScalar && IsPointer(pointer.text)) rule.pointers.push_back(pointer.text);
      else Complain(pointer, "expected a JSON pointer", "as '/customer/residence'; \"\" is the text without its values");
    }
    return rule;
  }

  audit::RedactionProfile profile_;
  Issues issues_;
};

}  // namespace

Checked<audit::RedactionProfile> ParseRedactionProfile(const std::string& file, std::string_view text) {
  OXP_TRY(const yaml::Node root, yaml::Read(file, text, {}));
  return Reader().Read(root);
}

Checked<audit::RedactionProfile> FindRedactionProfile(const std::string& name_or_file) {
  if (const audit::RedactionProfile* built_in = audit::RedactionProfile::BuiltIn(name_or_file)) return *built_in;
  auto text = ReadFile(name_or_file);
  if (text) return ParseRedactionProfile(name_or_file, *text);
  Error error = text.error();
  error.hint = "built in are headers, personal-withheld and full; anything else is a file";
  return std::unexpected(Issues{std::move(error)});
}

}  // namespace oxpecker::cli
