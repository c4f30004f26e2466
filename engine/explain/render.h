// engine/explain/render.h - an explanation as text for a terminal, as HTML and as JSON.
//
// Every renderer says the same words. Texts may stem from a customer's facts: control characters
// and marks that turn the direction of writing are shown as "\u202e" in text and HTML, markup is escaped.
// Pure functions; the bytes depend on the arguments alone.
//
// Example:
//   std::string shown = ToText(explanation, {.columns = 100, .colour = true});
#pragma once

#include <cstddef>
#include <string>

#include "base/json/value.h"
#include "engine/explain/explanation.h"

namespace oxpecker::engine {

struct TextStyle {
  std::size_t columns = 80;  // columns; East Asian characters take two. At least 20 are used.
  bool colour = false;       // ANSI escapes
};

// Lines end in "\n"; none is wider than the style says.
std::string ToText(const Explanation& explanation, const TextStyle& style = {});

// <article lang="..."> with everything in it, for a page that has its own style.
std::string ToHtmlFragment(const Explanation& explanation);

// One self-contained file: no script, nothing from the network; prints.
std::string ToHtmlPage(const Explanation& explanation);

// {"schema": "oxpecker.explanation/1", "audience", "language", "customer"?, "title", "sections": [{"id",
// "heading", "level", "paragraphs": [{"text", "mark"?, "source"?}], "columns": [...], "rows":
// [{"cells": [...], "mark"?, "source"?}]}]}; mark is holds, fails, unknown or not_reached.
json::Object ToJson(const Explanation& explanation);

}  // namespace oxpecker::engine
