// reports/count_table.h - counters by name, in a stable order, with a bound on what input can grow.
//
// Value type. Names beyond kRowsMax distinct keys are counted together under kOther, so that the
// totals stay right; folded() says how many additions that concerned.
//
// Example:
//   CountTable<2> by_event;
//   by_event.Add({"customer.review", "silent"});
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace oxpecker::reports {

template <std::size_t N>
class CountTable {
 public:
  using Key = std::array<std::string, N>;
  struct Row {
    Key key;
    std::uint64_t n = 0;
  };
  static constexpr std::size_t kRowsMax = 2'000;
  static constexpr const char* kOther = "(other)";

  void Add(Key key, std::uint64_t n = 1) {
    total_ += n;
    const auto found = counts_.find(key);
    if (found != counts_.end()) {
      found->second += n;
      return;
    }
    if (counts_.size() >= kRowsMax) {
      key.fill(kOther);
      folded_ += n;
    }
    counts_[std::move(key)] += n;
  }

  std::uint64_t Of(const Key& key) const {
    const auto found = counts_.find(key);
    return found == counts_.end() ? 0 : found->second;
  }
  // Sum over the rows whose part `position` is `name`.
  std::uint64_t Sum(std::size_t position, const std::string& name) const {
    std::uint64_t sum = 0;
    for (const auto& [key, n] : counts_) {
      if (key[position] == name) sum += n;
    }
    return sum;
  }
  // The distinct names at `position`, the most counted first, then by name.
  std::vector<std::string> Names(std::size_t position) const {
    CountTable<1> sums;
    for (const auto& [key, n] : counts_) sums.Add({key[position]}, n);
    std::vector<std::string> names;
    for (auto& row : sums.RowsByCount()) names.push_back(std::move(row.key[0]));
    return names;
  }
  std::vector<Row> RowsByKey() const {
    std::vector<Row> rows;
    for (const auto& [key, n] : counts_) rows.push_back({key, n});
    return rows;
  }
  std::vector<Row> RowsByCount() const {
    std::vector<Row> rows = RowsByKey();
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      return a.n != b.n ? a.n > b.n : a.key < b.key;
    });
    return rows;
  }
  std::uint64_t total() const { return total_; }
  std::uint64_t folded() const { return folded_; }
  bool empty() const { return counts_.empty(); }

 private:
  std::map<Key, std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  std::uint64_t folded_ = 0;
};

}  // namespace oxpecker::reports
