#include "audit/fork_evidence.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "audit/merkle.h"

namespace oxpecker::audit {
namespace {

// The root of the first leaves, for each head: nothing where the log holds fewer.
Result<std::vector<Digest>> RootsOf(LogReader& reader, const std::vector<Checkpoint>& heads) {
  std::vector<Digest> roots;
  CompactRange range;
  const auto take = [&] {
    while (roots.size() < heads.size() && heads[roots.size()].size == range.size()) roots.push_back(range.Root());
  };
  take();
  const Status walked = reader.ForEachLeaf(heads.back().size, [&](std::string_view leaf) -> Status {
    range.Append(LeafHash(leaf));
    take();
    return {};
  });
  // A record that is missing: what was found before it still counts.
  if (!walked && walked.error().code != ErrorCode::kIntegrity) return std::unexpected(walked.error());
  return roots;
}

}  // namespace

Result<std::optional<Fork>> FindFork(LogReader& reader, std::vector<Checkpoint> heads) {
  std::optional<Fork> fork;
  if (heads.empty()) return fork;
  std::ranges::stable_sort(heads, {}, &Checkpoint::size);
  for (std::size_t i = 1; i < heads.size(); ++i)
    if (heads[i].size == heads[i - 1].size && heads[i].root != heads[i - 1].root) return std::optional<Fork>(Fork{heads[i - 1], heads[i]});
  OXP_TRY(const std::vector<Digest> roots, RootsOf(reader, heads));
  // The largest head that the records give; below it, one that they do not.
  for (std::size_t proven = roots.size(); proven-- > 0;) {
    if (roots[proven] != heads[proven].root) continue;
    for (std::size_t i = 0; i < proven; ++i)
      if (roots[i] != heads[i].root) return std::optional<Fork>(Fork{heads[i], heads[proven]});
    return fork;
  }
  return fork;
}

}  // namespace oxpecker::audit
