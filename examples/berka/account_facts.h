// examples/berka/account_facts.h - the facts document of one account on one day.
//
// The subject is the account's owner. Nothing dated after the day enters: no later transaction, no
// loan granted or card issued later, no outcome of a loan. docs/berka.md lists every field with its
// source, its rule, or the reason why it is absent.
#pragma once

#include "base/json/value.h"
#include "examples/berka/calendar.h"
#include "examples/berka/extract.h"

namespace oxpecker::berka {

// Schema oxpecker.facts/1. The account must have been opened by `as_of` (CHECKed).
json::Value AccountFacts(const Account& account, Date as_of);

}  // namespace oxpecker::berka
