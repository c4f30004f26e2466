#include "audit/seq_ranges.h"

#include <algorithm>
#include <charconv>

#include "audit/leaf.h"
#include "base/check.h"

namespace oxpecker::audit {
namespace {

bool TakeNumber(std::string_view& text, std::uint64_t& number) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(read.ptr - text.data());
  if (read.ec != std::errc() || number > kSeqMax || (text[0] == '0' && digits > 1)) return false;
  text.remove_prefix(digits);
  return true;
}

bool TakeRange(std::string_view& text, SeqRanges::Range& range) {
  if (!TakeNumber(text, range.first)) return false;
  range.last = range.first;
  if (!text.starts_with('-')) return true;
  text.remove_prefix(1);
  return TakeNumber(text, range.last) && range.last > range.first;
}

}  // namespace

std::optional<SeqRanges> SeqRanges::Parse(std::string_view text) {
  SeqRanges parsed;
  while (true) {
    Range range;
    if (!TakeRange(text, range)) return std::nullopt;
    const bool apart = parsed.empty() || range.first > parsed.ranges_.back().last + 1;
    if (!apart) return std::nullopt;
    parsed.ranges_.push_back(range);
    if (text.empty()) return parsed;
    if (!text.starts_with(',')) return std::nullopt;
    text.remove_prefix(1);
  }
}

void SeqRanges::Append(std::uint64_t seq) { Append(Range{seq, seq}); }

void SeqRanges::Append(Range range) {
  OXP_CHECK(range.first <= range.last && (ranges_.empty() || range.first > ranges_.back().last));
  if (!ranges_.empty() && ranges_.back().last + 1 == range.first)
    ranges_.back().last = range.last;
  else
    ranges_.push_back(range);
}

std::optional<SeqRanges> SeqRanges::Joined(const std::vector<SeqRanges>& sets) {
  std::vector<Range> all;
  for (const SeqRanges& set : sets) all.insert(all.end(), set.ranges_.begin(), set.ranges_.end());
  std::sort(all.begin(), all.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  SeqRanges joined;
  for (const Range& range : all) {
    if (!joined.empty() && range.first <= joined.ranges_.back().last) return std::nullopt;
    joined.Append(range);
  }
  return joined;
}

bool SeqRanges::Contains(std::uint64_t seq) const {
  const auto after = std::ranges::upper_bound(ranges_, seq, {}, &Range::first);
  return after != ranges_.begin() && seq <= std::prev(after)->last;
}

std::uint64_t SeqRanges::count() const {
  std::uint64_t count = 0;
  for (const Range& range : ranges_) count += range.last - range.first + 1;
  return count;
}

std::string SeqRanges::ToString() const {
  std::string text;
  for (const Range& range : ranges_) {
    if (!text.empty()) text += ',';
    text += std::to_string(range.first);
    if (range.last != range.first) text += '-' + std::to_string(range.last);
  }
  return text;
}

}  // namespace oxpecker::audit
