#include "rules/rulebook/text_warnings.h"

#include <gtest/gtest.h>

#include "tests/unit/rulebook/small_rulebook.h"

namespace oxpecker::rules {
namespace {

std::string Warnings(std::string_view yaml) {
  const auto book = ReadText(yaml);
  EXPECT_TRUE(book.has_value()) << (book ? "" : ToString(book.error()));
  return book ? ToString(FindTextWarnings(*book)) : "";
}

constexpr std::string_view kQuiet = R"(  - id: quiet
    title: Only seen inside
    customer_value: none is disturbed
    tier: 3
    class: internal
    kind: flag
    legal_form: information
    basis: contract
    sensitivity: low
    group: fees
    human: none
    channels: [internal]
    value: 0.5
features:
)";

TEST(TextWarnings, ARulebookWithATextForEveryActionHasNone) { EXPECT_EQ(Warnings(SmallRulebook()), ""); }

TEST(TextWarnings, ATextForAnActionThatDoesNotExist) {
  EXPECT_EQ(Warnings(SmallRulebookWith("  - {reason: FEES, officer", "  - {action: tel, title: {en: a, sv: b, zh: c}}\n  - {reason: FEES, officer")),
            "small.yaml:54:5: a text for the action 'tel', which does not exist; did you mean 'tell'?");
}

TEST(TextWarnings, AnActionWithoutAText) {
  EXPECT_EQ(Warnings(SmallRulebookWith("features:\n", kQuiet)),
            "small.yaml:19:5: the action 'quiet' has no text; add it under 'texts', in every language");
}

TEST(TextWarnings, AnActionThatReachesCustomersWithoutTheirSentence) {
  auto book = ReadText(SmallRulebookWith("features:\n", kQuiet));
  ASSERT_TRUE(book.has_value());
  Text text = book->action_texts[0];
  text.id = "quiet";
  text.customer.erase("sv");
  book->action_texts.push_back(text);
  EXPECT_TRUE(FindTextWarnings(*book).empty()) << "a flag is told to nobody";
  book->actions[1].kind = "recommendation";
  EXPECT_TRUE(FindTextWarnings(*book).empty()) << "nor is what stays inside";
  book->actions[1].channels = {"internal", "feed"};
  const Issues warnings = FindTextWarnings(*book);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].message, "the action 'quiet' reaches customers, and its text has no sentence for them in sv");
  book->action_texts[1].title.erase("zh");
  EXPECT_EQ(FindTextWarnings(*book)[0].message, "the text of 'quiet' has no title in zh");
}

}  // namespace
}  // namespace oxpecker::rules
