// audit/seq_ranges.h - a set of record numbers, written "3-5,9,12-14". Value type.
//
// Example:
//   SeqRanges ranges;
//   for (const std::uint64_t seq : {3, 4, 5, 9}) ranges.Append(seq);
//   ranges.ToString();    // "3-5,9"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oxpecker::audit {

class SeqRanges {
 public:
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // belongs to it
    friend bool operator==(const Range&, const Range&) = default;
  };

  // Only what ToString writes: ascending, apart, numbers without leading zeros. Nothing for others.
  static std::optional<SeqRanges> Parse(std::string_view text);

  void Append(std::uint64_t seq);  // CHECKs that it is above all that are in it
  void Append(Range range);        // likewise
  // All that are in any of these; nothing where two of them share a number.
  static std::optional<SeqRanges> Joined(const std::vector<SeqRanges>& sets);
  bool Contains(std::uint64_t seq) const;
  std::uint64_t count() const;
  bool empty() const { return ranges_.empty(); }
  const std::vector<Range>& ranges() const { return ranges_; }
  std::string ToString() const;
  friend bool operator==(const SeqRanges&, const SeqRanges&) = default;

 private:
  std::vector<Range> ranges_;
};

}  // namespace oxpecker::audit
