// rules/feel/conformance.h - evaluates the cases of a conformance suite, a line at a time.
//
// Request and answer are one JSON object each. A request has "id", "results" (names) and, where the
// case is one expression, "feel" (a text for each result); "inputs" ([{name, value}]) are variables of
// the expression. The answer has "id" and "results" ([{name, value, diagnostics}]), or "unsupported"
// with the reason. Values: null, booleans, texts and lists as in JSON; else {"@": kind, "v": text},
// and {"@": "context", "v": [[name, value], ...]}. A null that stems from an error carries a
// diagnostic.
#pragma once

#include <string>
#include <string_view>

#include "base/json/document.h"
#include "base/json/value.h"
#include "base/result.h"
#include "rules/feel/evaluator.h"

namespace oxpecker::feel {

// The answer, without a line end. Fails where the line is no request: not JSON, or without an id.
Result<std::string> AnswerConformanceCase(std::string_view line, Evaluator& evaluator,
                                          const Environment& environment);

// The values of requests and answers, as above; what cannot be read is null.
Value ReadConformanceValue(json::View view, Arena& arena);
json::Value WriteConformanceValue(const Value& value);
// Whether a null with this cause carries a diagnostic.
bool IsDiagnosed(const Value& value);

}  // namespace oxpecker::feel
