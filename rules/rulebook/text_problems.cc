#include "rules/rulebook/text_problems.h"

#include <algorithm>
#include <set>

#include "rules/rulebook/form.h"
#include "rules/rulebook/text_template.h"

namespace oxpecker::rules {
namespace {

template <class Part>
const Part* FindById(const std::vector<Part>& parts, const std::string& id) {
  const auto at = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.id == id; });
  return at == parts.end() ? nullptr : &*at;
}

class TextProblems {
 public:
  explicit TextProblems(const Rulebook& book) : book_(book) {}

  Issues Find() {
    CheckRefusals();
    for (const Rule& rule : book_.rules)
      for (const Proposal& p : rule.proposals) CheckProposal(p);
    for (const Table& table : book_.tables)
      for (const TableRow& row : table.rows)
        for (const Proposal& p : row.proposals) CheckProposal(p);
    for (const Guard& guard : book_.guards) NeedReasonText(guard.reason, guard.reason_origin);
    for (const char* code : kEngineReasons) NeedReasonText(code, SourceOrigin{"pack.yaml", 1, 1});
    const InputChecks& checks = book_.input_checks;
    if (!checks.skew_seconds.empty()) {
      NeedReasonText(checks.duplicate_reason, checks.skew_seconds.origin);
      NeedReasonText(checks.future_reason, checks.skew_seconds.origin);
    }
    return std::move(issues_);
  }

 private:
  void Report(const SourceOrigin& at, std::string message, std::string hint) {
    issues_.push_back({ErrorCode::kInvalidInput, PlaceOf(at, "", 0), std::move(message), std::move(hint)});
  }

  void CheckRefusals() {
    for (const FailSafe& safe : book_.refusals.fail_safe) {
      NeedReasonText(safe.reason, safe.origin);
      if (FindById(book_.actions, safe.action) == nullptr) continue;  // reported by the compiler
      const Text* text = FindById(book_.action_texts, safe.action);
      if (text != nullptr) NeedPlainText(*text, safe.origin);
      else Report(safe.origin, "the action '" + safe.action + "' has no text", "add it under 'texts', in every language");
    }
  }

  void CheckProposal(const Proposal& p) {
    for (const ReasonUse& reason : p.reasons) NeedReasonText(reason.code, reason.origin);
    if (!p.each_action.empty()) CheckEveryAction(p);
    if (p.action.empty() || FindById(book_.actions, p.action) == nullptr) return;
    const Text* text = FindById(book_.action_texts, p.action);
    if (text == nullptr) {
      if (textless_.insert(p.action).second)
        Report(p.origin, "the action '" + p.action + "' has no text", "add it under 'texts', in every language");
      return;
    }
    std::vector<std::string> given;
    for (const Evidence& e : p.evidence) given.push_back(e.name);
    for (const auto* by_language : {&text->title, &text->customer, &text->officer})
      for (const auto& [language, sentence] : *by_language) CheckQuotes(p, *text, language, sentence, given);
  }

  // Whatever the catalogue has may be in the list.
  void CheckEveryAction(const Proposal& p) {
    for (const Action& action : book_.actions) {
      const Text* text = FindById(book_.action_texts, action.id);
      if (text != nullptr) NeedPlainText(*text, p.origin);
      else if (plain_missing_.insert(action.id).second)
        Report(p.origin, "the action '" + action.id + "', which this may propose, has no text",
               "add it under 'texts', in every language");
    }
  }

  // Where an action may come without evidence, its sentence quotes none, or has a plain twin.
  void NeedPlainText(const Text& text, const SourceOrigin& at) {
    for (const auto& [language, sentence] : text.plain)
      if (!QuotedNames(sentence).empty() && plain_missing_.insert(text.id + language + " plain").second)
        Report(text.authorship.origin, "the plain " + language + " text of '" + text.id + "' quotes evidence",
               "leave the braces out");
    for (const auto& [language, sentence] : text.title)
      if (!QuotedNames(sentence).empty() && plain_missing_.insert(text.id + language + " title").second)
        Report(text.authorship.origin,
               "the " + language + " title of '" + text.id + "' quotes evidence, which is not always at hand",
               "leave the braces out");
    for (const auto& [language, sentence] : text.customer)
      if (!QuotedNames(sentence).empty() && !text.plain.contains(language) &&
          plain_missing_.insert(text.id + language).second)
        Report(at, "the " + language + " text of '" + text.id + "' quotes evidence, which is not at hand here",
               "add a sentence without quotes as 'plain' to the text");
  }

  void NeedReasonText(const std::string& code, const SourceOrigin& at) {
    const bool is_code = ReasonCodeTag::Check(code).has_value();  // else reported by the reader
    if (is_code && FindById(book_.reason_texts, code) == nullptr && reasons_.insert(code).second)
      Report(at, "the reason " + code + " has no text", "add it under 'texts', in every language");
  }

  void CheckQuotes(const Proposal& p, const Text& text, const std::string& language, const std::string& sentence,
                   const std::vector<std::string>& given) {
    for (const std::string& name : QuotedNames(sentence)) {
      if (std::find(given.begin(), given.end(), name) != given.end()) continue;
      const std::string near = Nearest(name, given);
      Report(p.origin, "the " + language + " text of '" + text.id + "' quotes {" + name +
                           "}, which this proposal does not give as evidence",
             near.empty() ? "add it under 'evidence'" : "did you mean '" + near + "'?");
    }
  }

  const Rulebook& book_;
  Issues issues_;
  std::set<std::string> textless_;       // actions reported once
  std::set<std::string> reasons_;        // codes reported once
  std::set<std::string> plain_missing_;  // sentences reported once
};

}  // namespace

Issues FindTextProblems(const Rulebook& rulebook) { return TextProblems(rulebook).Find(); }

}  // namespace oxpecker::rules
