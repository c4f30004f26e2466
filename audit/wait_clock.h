// audit/wait_clock.h - how long something has waited: time that only goes on, and waiting for it.
// No time of this clock is recorded, hashed or decided on; those come from base/clock.h.
//
// Thread-safe. Example: a test hands over a clock of its own, on which a second passes at once
// (tests/unit/audit/manual_wait_clock.h).
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace oxpecker::audit {

class WaitClock {
 public:
  using Time = std::chrono::nanoseconds;  // since a moment of the clock's own
  static constexpr Time kNever = Time::max();

  virtual ~WaitClock() = default;
  virtual Time Now() = 0;
  // Gives `lock` back meanwhile. Returns once `condition` was notified or the clock has reached `until`;
  // also earlier for no reason, so callers look again.
  virtual void WaitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                         Time until) = 0;
};

// The machine's steady clock.
class SteadyWaitClock final : public WaitClock {
 public:
  Time Now() override { return std::chrono::steady_clock::now().time_since_epoch(); }
  void WaitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock, Time until) override {
    if (until == kNever) return condition.wait(lock);
    const auto left = until - Now();
    if (left > Time::zero()) condition.wait_for(lock, left);
  }
};

}  // namespace oxpecker::audit
