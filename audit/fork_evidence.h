// audit/fork_evidence.h - two signed heads that the tree of a log does not lead between: is that a fork, or
// is the stored log damaged?
//
// A fork is two heads that the log's key signed and that cannot be of one log. That no proof was found
// shows none: the log may be an older copy, its tiles or leaves altered. The records themselves tell. Where
// they give the root of one signed head, the records under that head are known (nobody finds others with
// this root), and another signed head over fewer of them with another root contradicts it for ever.
//
// Example:
//   OXP_TRY(const auto fork, FindFork(reader, {kept, newest}));
//   if (fork) Say(fork->older, fork->newer);  // else the stored records or tiles are damaged
#pragma once

#include <optional>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/log_reader.h"
#include "base/result.h"

namespace oxpecker::audit {

struct Fork {
  Checkpoint older;
  Checkpoint newer;
};

// `heads`: signed, of this log (the caller has seen to that), over at most as many records as it holds.
// Hashes the leaves anew up to the largest of them. Nothing: the records show no fork.
Result<std::optional<Fork>> FindFork(LogReader& reader, std::vector<Checkpoint> heads);

}  // namespace oxpecker::audit
