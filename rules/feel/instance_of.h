// rules/feel/instance_of.h - `value instance of type` (DMN 1.5, 10.3.2.9.2 and table 61). Pure.
#pragma once

#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace oxpecker::feel {

// Null is an instance of Null only.
bool IsInstanceOf(const Value& value, const Type& type);

}  // namespace oxpecker::feel
