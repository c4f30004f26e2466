#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace oxpecker::internal {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "oxpecker: internal error at %s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace oxpecker::internal
