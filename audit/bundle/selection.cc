#include "audit/bundle/selection.h"

#include <algorithm>
#include <set>

#include "audit/leaf.h"
#include "base/json/document.h"

namespace oxpecker::audit {
namespace {

// A text among the members of `about`; empty where there is none.
std::string AboutText(std::string_view about, std::string_view key) {
  const auto document = json::Document::Parse(about, {});
  if (!document) return "";
  const auto member = document->root().Find(key);
  return member && member->kind() == json::Kind::kString ? std::string(member->text()) : std::string();
}

Status ForEachLeafView(LogReader& reader, std::uint64_t size, const std::function<Status(const LeafView&)>& visit) {
  LeafView leaf;
  return reader.ForEachLeaf(size, [&](std::string_view bytes) -> Status {
    OXP_TRY(DecodeLeaf(bytes, leaf));
    return visit(leaf);
  });
}

Result<SeqRanges> RecordsOf(LogReader& reader, std::uint64_t size, const BundleQuery& query) {
  SeqRanges records;
  std::optional<SeqRanges::Range> range;
  OXP_TRY(ForEachLeafView(reader, size, [&](const LeafView& leaf) -> Status {
    if (!query.decision.empty()) {
      // A cheap look before the careful one: nearly every leaf is of another decision.
      if (leaf.decision_id == query.decision ||
          (leaf.about.find(query.decision) != std::string_view::npos && AboutText(leaf.about, "decision") == query.decision))
        records.Append(leaf.seq);
      return {};
    }
    if ((query.from && leaf.time < *query.from) || (query.to && leaf.time >= *query.to)) return {};
    if (!range) range = {leaf.seq, leaf.seq};
    range->last = leaf.seq;
    return {};
  }));
  if (range) records.Append(*range);
  if (!query.decision.empty() && records.empty())
    return Fail(ErrorCode::kNotFound, reader.origin(), "no record under the signed head bears or names the decision " + query.decision);
  return records;
}

}  // namespace

Result<Selection> Select(LogReader& reader, std::uint64_t size, const BundleQuery& query, bool may_open) {
  Selection selection;
  selection.scope.decision = query.decision;
  selection.scope.from = query.from;
  selection.scope.to = query.to;
  OXP_TRY(selection.scope.records, RecordsOf(reader, size, query));
  std::map<std::string, std::uint64_t> in_force;  // the newest record of each release so far
  std::set<std::string> holds;
  SeqRanges erasures;
  OXP_TRY(ForEachLeafView(reader, size, [&](const LeafView& leaf) -> Status {
    if (leaf.kind == Name(RecordKind::kErasure)) erasures.Append(leaf.seq);
    if (leaf.kind == Name(RecordKind::kHold)) holds.insert(AboutText(leaf.about, "hold"));
    if (leaf.kind == Name(RecordKind::kHoldRelease)) holds.erase(AboutText(leaf.about, "hold"));
    const bool puts_in_force = leaf.kind == Name(RecordKind::kRelease);
    const bool in_scope = selection.scope.records.Contains(leaf.seq);
    if (!puts_in_force && !in_scope) return {};
    const std::string digest = AboutText(leaf.about, "release");
    if (puts_in_force) in_force[digest] = leaf.seq;
    if (!in_scope) return {};
    ++selection.kinds[std::string(leaf.kind)];
    if (digest.empty() || selection.releases.contains(digest)) return {};
    const auto found = in_force.find(digest);
    selection.releases[digest] = found == in_force.end() ? std::nullopt : std::optional(found->second);
    return {};
  }));
  selection.holds = holds.size();
  for (const SeqRanges::Range& range : erasures.ranges())
    for (std::uint64_t seq = range.first; seq <= range.last; ++seq) {
      OXP_TRY(const Record record, reader.Read(seq));
      const auto open = [&](std::string_view section) -> Result<std::string> {
        if (!may_open) return Fail(ErrorCode::kNotFound, "", "nothing is opened");
        return reader.Decrypt(record, section);
      };
      OXP_TRY(ErasureRecord erasure, ReadErasure(record, open));
      selection.erasures.push_back(std::move(erasure));
    }
  return selection;
}

void AddContext(ScopeOfBundle& scope, std::uint64_t size, const std::vector<std::uint64_t>& records) {
  std::set<std::uint64_t> context(records.begin(), records.end());
  if (scope.decision.empty() && !scope.records.empty()) {
    const SeqRanges::Range range = scope.records.ranges().front();
    if (range.first > 0) context.insert(range.first - 1);
    if (range.last + 1 < size) context.insert(range.last + 1);
  }
  for (const std::uint64_t seq : context)
    if (!scope.records.Contains(seq)) scope.context.Append(seq);
}

}  // namespace oxpecker::audit
