// rules/rulebook/text_warnings.h - texts and actions that do not go together. Warnings, not errors:
// what nobody proposes does no harm, but it is most likely a slip of the pen. Pure; thread-safe.
#pragma once

#include "base/result.h"
#include "rules/rulebook/rulebook.h"

namespace oxpecker::rules {

// A text whose action does not exist; an action without a text; an action that reaches customers
// without the customer's sentence in a language in which others have theirs; texts, and no section
// `conduct` to look them through for, or lists of it that are missing or empty. In order of the book.
Issues FindTextWarnings(const Rulebook& rulebook);

}  // namespace oxpecker::rules
