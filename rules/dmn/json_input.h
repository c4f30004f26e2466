// rules/dmn/json_input.h - the values of a model's inputs from JSON. Thread-safe.
//
// null, booleans, texts, lists and objects (as contexts) are what they are; numbers keep every digit.
// A text is a date, time, date and time, or duration where the type of the input asks for one.
#pragma once

#include "base/json/document.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace oxpecker::dmn {

// Texts are copied into the arena. A text or number that its type cannot have stays what it is: the
// model says that it does not conform.
feel::Value ReadJsonInput(json::View view, const feel::Type& type, feel::Arena& arena);

}  // namespace oxpecker::dmn
