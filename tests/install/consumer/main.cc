// A program of somebody else's, built against an installed Oxpecker.
#include "base/decimal.h"
#include "base/digest.h"
#include "engine/decide/decider.h"

int main() {
  const auto sum = oxpecker::Decimal::Parse("0.1");
  return sum.has_value() && (*sum + *sum).ToString() == "0.2" ? 0 : 1;
}
