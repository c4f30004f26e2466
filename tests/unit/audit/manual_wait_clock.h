// A clock on which time passes only when a test says so.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "audit/wait_clock.h"

namespace oxpecker::audit {

// For one waiting thread, which must go on waiting on this clock until the test is over or wakes it
// by other means. Advance returns when that thread has done all that was due by then.
class ManualWaitClock final : public WaitClock {
 public:
  Time Now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  void WaitUntil(std::condition_variable& condition, std::unique_lock<std::mutex>& lock, Time until) override {
    {
      const std::lock_guard own(mutex_);
      if (now_ >= until) return;
      condition_ = &condition;
      waiters_mutex_ = lock.mutex();
    }
    settled_.notify_all();
    condition.wait(lock);
    const std::lock_guard own(mutex_);
    condition_ = nullptr;
  }

  // Blocks until the thread waits for something that is still to come.
  void AwaitWaiter() {
    std::unique_lock lock(mutex_);
    settled_.wait(lock, [this] { return condition_ != nullptr; });
  }

  void Advance(Time by) {
    std::condition_variable* condition = nullptr;
    std::mutex* waiters_mutex = nullptr;
    {
      std::unique_lock lock(mutex_);
      settled_.wait(lock, [this] { return condition_ != nullptr; });
      now_ += by;
      condition = std::exchange(condition_, nullptr);  // it looks at the time before it counts as waiting
      waiters_mutex = waiters_mutex_;
    }
    {
      const std::lock_guard asleep(*waiters_mutex);  // not between its registration and its sleep
    }
    condition->notify_all();
    AwaitWaiter();
  }

 private:
  std::mutex mutex_;
  std::condition_variable settled_;
  Time now_{0};
  std::condition_variable* condition_ = nullptr;
  std::mutex* waiters_mutex_ = nullptr;
};

}  // namespace oxpecker::audit
