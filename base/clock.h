// base/clock.h - where time enters. Nothing below apps/ reads the system's clock: whoever needs
// "now" is handed a Clock, and the pure core is handed an Instant.
#pragma once

#include "base/instant.h"

namespace oxpecker {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() = 0;
};

// For tests and replays: says what it was told. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant now) : now_(now) {}
  Instant Now() override { return now_; }
  void Set(Instant now) { now_ = now; }

 private:
  Instant now_;
};

}  // namespace oxpecker
