// rules/rulebook/text_problems.h - sentences that are missing, or that quote what is not at hand.
//
// Errors, unlike text_warnings.h: somebody would be told nothing, or a sentence with a hole in it.
// Pure; thread-safe. Private to this folder.
#pragma once

#include "base/result.h"
#include "rules/rulebook/rulebook.h"

namespace oxpecker::rules {

// A proposed action without a text; a reason code without one; a sentence that quotes evidence which
// its proposal does not give; a sentence without a plain twin where no evidence is at hand (campaigns,
// documents that cannot be used). In order of the book.
Issues FindTextProblems(const Rulebook& rulebook);

}  // namespace oxpecker::rules
