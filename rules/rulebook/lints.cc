#include "rules/rulebook/lints.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

#include "rules/rulebook/form.h"

namespace oxpecker::rules {
namespace {

using Words = std::set<std::string, std::less<>>;

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsLetter(c) || c == '_' || (c >= '0' && c <= '9'); }

// The phrase as words of its own at their beginning ("rabatter" too, "trabatt" not). Chinese has no
// spaces between words, so there it is looked for as it is.
bool Says(const std::string& lower, std::string_view phrase, bool has_spaces) {
  for (std::size_t at = lower.find(phrase); at != std::string::npos; at = lower.find(phrase, at + 1))
    if (!has_spaces || at == 0 || !IsLetter(lower[at - 1])) return true;
  return false;
}

// Dotted names in FEEL text, without those of called functions, of texts and of keys ("a.b", "count(").
Words NamesIn(std::string_view text) {
  static const Words keywords = {"and", "between", "else", "every", "false", "for", "function", "if", "in", "instance",
                                 "item", "not", "null", "of", "or", "return", "satisfies", "some", "then", "true"};
  Words names;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
      ++at;
    } else if (IsLetter(text[at]) || text[at] == '_') {
      const std::size_t from = at;
      while (at < text.size() && (IsNamePart(text[at]) || (text[at] == '.' && at + 1 < text.size() && IsLetter(text[at + 1])))) ++at;
      std::string name(text.substr(from, at - from));
      const bool called = at < text.size() && text[at] == '(';
      if (!called && !keywords.contains(name)) names.insert(std::move(name));
    } else {
      ++at;
    }
  }
  return names;
}

class Lints {
 public:
  explicit Lints(const Rulebook& book) : book_(book) {}

  Issues Find() {
    for (const Text& text : book_.action_texts) CheckText(text);
    for (const Threshold& t : book_.thresholds) CheckGain(t.id, t.authorship.origin, "the threshold '" + t.id + "'");
    for (const Feature& feature : book_.features)
      if (const auto* e = std::get_if<Expression>(&feature.definition)) CheckGain(e->text, e->origin, "the feature '" + feature.id + "'");
      else if (const auto* w = std::get_if<WindowFeature>(&feature.definition))
        CheckGain(w->where.text + " " + w->of.text, feature.authorship.origin, "the feature '" + feature.id + "'");
      else if (const auto* t = std::get_if<TableFeature>(&feature.definition))
        CheckGain(TextOf(*t), feature.authorship.origin, "the feature '" + feature.id + "'");
    for (const Rule& rule : book_.rules) {
      const std::string what = "the rule '" + rule.id + "'";
      CheckGain(rule.when.text, rule.when.origin, what);
      CheckPersonal(rule.when.text, rule.when.origin, what);
    }
    for (const Table& table : book_.tables) CheckTable(table);
    for (const Guard& guard : book_.guards) {
      const std::string what = "the guard '" + guard.id + "'";
      CheckGain(guard.when.text + " " + guard.applies_to.text, guard.when.origin, what);
      if (guard.stage != Stage::kEligibility) CheckPersonal(guard.when.text, guard.when.origin, what);
    }
    return std::move(issues_);
  }

 private:
  void Report(const SourceOrigin& at, std::string message, std::string hint) {
    issues_.push_back({ErrorCode::kInvalidInput, PlaceOf(at, "", 0), std::move(message), std::move(hint)});
  }

  bool IsSales(const std::string& action) const {
    const auto at = std::ranges::find(book_.actions, action, &Action::id);
    return at != book_.actions.end() && (at->action_class == "sales" || at->action_class == "internal");
  }

  void CheckText(const Text& text) {
    const bool may_promote = IsSales(text.id);
    for (const auto* by_language : {&text.title, &text.customer, &text.plain})
      for (const auto& [language, sentence] : *by_language) {
        const std::string lower = AsciiLower(sentence);
        const auto look = [&](const Conduct::Phrases& phrases, const char* what, const char* hint) {
          const auto of_language = phrases.find(language);
          if (of_language == phrases.end()) return;
          for (const std::string& phrase : of_language->second)
            if (Says(lower, Lower(phrase), language != "zh"))
              Report(text.authorship.origin, "the " + language + " text of '" + text.id + "' " + what + ": '" + phrase + "'", hint);
        };
        look(book_.conduct.watching, "watches the customer", "say what it is good for; where it comes from is told when the customer asks");
        if (!may_promote)
          look(book_.conduct.promoting, "promotes", "say it without promotion, or give the action the class sales, whose guards then apply");
      }
  }

  void CheckGain(const std::string& text, const SourceOrigin& at, const std::string& what) {
    for (const std::string& name : NamesIn(text))
      for (const std::string& gain : book_.conduct.bank_gain)
        if (Lower(name).find(Lower(gain)) != std::string::npos)
          return Report(at, what + " reads '" + name + "', which is the bank's gain", "what is decided for a customer does not rest on it");
  }

  // All that a table reads.
  static std::string TextOf(const TableFeature& table) {
    std::string text;
    for (const TableFeature::Input& input : table.inputs) text += input.expression.text + " ";
    for (const TableFeature::Row& row : table.rows) {
      for (const Expression& test : row.tests) text += test.text + " ";
      for (const Expression& result : row.results) text += result.text + " ";
    }
    return text;
  }

  // What a condition rests on, through features and without thresholds and the time.
  void CollectGrounds(std::string_view text, Words& grounds, Words& seen) const {
    for (const std::string& name : NamesIn(text)) {
      if (name == "as_of" || name.starts_with("as_of.") || name == "policy" || name.starts_with("policy.")) continue;
      const auto feature = std::ranges::find(book_.features, name, &Feature::id);
      const auto* expression = feature == book_.features.end() ? nullptr : std::get_if<Expression>(&feature->definition);
      const auto* table = feature == book_.features.end() ? nullptr : std::get_if<TableFeature>(&feature->definition);
      if (expression == nullptr && table == nullptr) grounds.insert(name);
      else if (seen.insert(name).second) CollectGrounds(table == nullptr ? expression->text : TextOf(*table), grounds, seen);
    }
  }

  void CheckPersonal(const std::string& text, const SourceOrigin& at, const std::string& what) {
    Words grounds;
    Words seen;
    CollectGrounds(text, grounds, seen);
    const bool alone = !grounds.empty() && std::ranges::all_of(grounds, [this](const std::string& g) {
      return std::ranges::find(book_.conduct.personal, g, &Expression::text) != book_.conduct.personal.end();
    });
    if (alone)
      Report(at, what + " rests on nothing but " + *grounds.begin(),
             "age and income alone say too little; only guards of stage G3_eligibility may ask for them alone");
  }

  void CheckTable(const Table& table) {
    for (const Expression& input : table.inputs) CheckGain(input.text, input.origin, "the table '" + table.id + "'");
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      std::string asked;
      const auto& tests = table.rows[row].tests;
      for (std::size_t i = 0; i < tests.size() && i < table.inputs.size(); ++i)
        if (tests[i].text != "-" && !tests[i].empty()) asked += table.inputs[i].text + " " + tests[i].text + " ";
      const std::string what = "row " + std::to_string(row + 1) + " of the table '" + table.id + "'";
      CheckGain(asked, table.rows[row].origin, what);
      CheckPersonal(asked, table.rows[row].origin, what);
    }
  }

  // Of a phrase or a name, which are asked for again and again.
  const std::string& Lower(const std::string& text) {
    const auto [at, fresh] = lower_.try_emplace(text);
    if (fresh) at->second = AsciiLower(text);
    return at->second;
  }

  const Rulebook& book_;
  std::unordered_map<std::string, std::string> lower_;
  Issues issues_;
};

// "customer.birth_year" of every fact, also of those in rows: "accounts.kind".
void AddFactNames(const std::string& before, const feel::Type& type, std::vector<std::string>& names) {
  if (type.tag() == feel::Type::Tag::kList) return AddFactNames(before, type.element(), names);
  if (type.tag() != feel::Type::Tag::kContext) return;
  for (const feel::Field& field : type.fields()) {
    const std::string name = before + field.name;
    names.push_back(name);
    AddFactNames(name + ".", field.type, names);
  }
}

}  // namespace

Issues FindLints(const Rulebook& rulebook) { return Lints(rulebook).Find(); }

Issues FindUnknownPersonalFacts(const Rulebook& rulebook, const feel::Type& facts) {
  Issues issues;
  std::vector<std::string> known;
  AddFactNames("", facts, known);
  for (const Expression& name : rulebook.conduct.personal) {
    if (std::ranges::find(known, name.text) != known.end()) continue;
    const std::string near = Nearest(name.text, known);
    issues.push_back({ErrorCode::kInvalidInput, PlaceOf(name.origin, "", 0), "'" + name.text + "', which 'personal' names, is no fact",
                      near.empty() ? "'oxpecker rules facts' lists them" : "did you mean '" + near + "'?"});
  }
  return issues;
}

}  // namespace oxpecker::rules
