// bench/measure.h - what the benchmarks share: time, CPU time, medians. Timings never fail a test.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/result.h"

namespace oxpecker::bench {

using Clock = std::chrono::steady_clock;

inline double Seconds(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

inline double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <class T>
T Must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "bench: %s\n", result.error().ToString().c_str());
  std::exit(1);
}
inline void Must(const Status& status) {
  if (status) return;
  std::fprintf(stderr, "bench: %s\n", status.error().ToString().c_str());
  std::exit(1);
}

inline double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// "  name   median unit  (least to most)"
inline void Print(const char* name, const char* unit, double scale, const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  std::printf("  %-30s %10.1f %s  (%.1f to %.1f)\n", name, Median(values) * scale, unit, *low * scale, *high * scale);
}

}  // namespace oxpecker::bench
