#include "rules/rulebook/text_warnings.h"

#include <algorithm>
#include <set>

#include "rules/rulebook/form.h"

namespace oxpecker::rules {
namespace {

using Languages = std::set<std::string>;

Languages LanguagesOf(const std::map<std::string, std::string>& sentences) {
  Languages languages;
  for (const auto& [language, sentence] : sentences)
    if (!sentence.empty()) languages.insert(language);
  return languages;
}

// Those of `wanted` that are not in `found`: "en, sv".
std::string Lacking(const Languages& wanted, const Languages& found) {
  std::string list;
  for (const std::string& language : wanted)
    if (!found.contains(language)) list += (list.empty() ? "" : ", ") + language;
  return list;
}

bool ReachesCustomers(const Action& action) {
  return action.kind != "flag" && std::any_of(action.channels.begin(), action.channels.end(),
                                              [](const std::string& channel) { return channel != "internal"; });
}

template <class Part>
const Part* FindById(const std::vector<Part>& parts, const std::string& id) {
  const auto at = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.id == id; });
  return at == parts.end() ? nullptr : &*at;
}

Error Warning(const Authorship& at, std::string message, std::string hint) {
  return {ErrorCode::kInvalidInput, PlaceOf(at.origin, "", 0), std::move(message), std::move(hint)};
}

// Lists of `conduct` that look for nothing, where the section is there.
void WarnOfEmptyConduct(const Conduct& conduct, const Languages& languages, Issues& warnings) {
  const auto warn = [&](const std::string& list, const char* what) {
    warnings.push_back({ErrorCode::kInvalidInput, PlaceOf(conduct.origin, "", 0),
                        "'conduct' lists nothing under '" + list + "': " + what,
                        "add it (docs/rulebook.md, Conduct)"});
  };
  const auto look = [&](const char* list, const Conduct::Phrases& phrases, const char* what) {
    Languages found;
    for (const auto& [language, words] : phrases)
      if (!words.empty()) found.insert(language);
    for (const std::string& language : languages)
      if (!found.contains(language)) warn(std::string(list) + "." + language, what);
  };
  look("watching", conduct.watching, "no text in this language is looked through for it");
  look("promoting", conduct.promoting, "no text in this language is looked through for it");
  if (conduct.bank_gain.empty()) warn("bank_gain", "anything may rest on the bank's gain");
  if (conduct.personal.empty()) warn("personal", "a rule may rest on facts of the person alone");
}

}  // namespace

Issues FindTextWarnings(const Rulebook& rulebook) {
  Issues warnings;
  std::vector<std::string> known;
  for (const Action& action : rulebook.actions) known.push_back(action.id);
  if (!rulebook.action_texts.empty() && rulebook.conduct.origin.file.empty())
    warnings.push_back({ErrorCode::kInvalidInput, "pack.yaml", "no file has a 'conduct' section: texts and grounds are not looked through",
                        "list what this pack must not say or rest on (docs/rulebook.md, Conduct)"});
  Languages titles;
  Languages sentences;
  for (const Text& text : rulebook.action_texts) {
    titles.merge(LanguagesOf(text.title));
    sentences.merge(LanguagesOf(text.customer));
    if (FindById(rulebook.actions, text.id) != nullptr) continue;
    const std::string near = Nearest(text.id, known);
    warnings.push_back(Warning(text.authorship, "a text for the action '" + text.id + "', which does not exist",
                               near.empty() ? "remove it, or add the action" : "did you mean '" + near + "'?"));
  }
  if (!rulebook.conduct.origin.file.empty()) {
    Languages languages = titles;
    languages.insert(sentences.begin(), sentences.end());
    WarnOfEmptyConduct(rulebook.conduct, languages, warnings);
  }
  for (const Action& action : rulebook.actions) {
    const Text* text = FindById(rulebook.action_texts, action.id);
    if (text == nullptr) {
      warnings.push_back(Warning(action.authorship, "the action '" + action.id + "' has no text",
                                 "add it under 'texts', in every language"));
      continue;
    }
    if (const std::string lacking = Lacking(titles, LanguagesOf(text->title)); !lacking.empty())
      warnings.push_back(Warning(text->authorship, "the text of '" + action.id + "' has no title in " + lacking, "add it"));
    const std::string lacking = Lacking(sentences, LanguagesOf(text->customer));
    if (!lacking.empty() && ReachesCustomers(action))
      warnings.push_back(Warning(text->authorship,
                                 "the action '" + action.id + "' reaches customers, and its text has no sentence for them in " + lacking,
                                 "add it under 'customer', as other actions have it"));
  }
  return warnings;
}

}  // namespace oxpecker::rules
