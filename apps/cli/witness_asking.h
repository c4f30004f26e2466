// apps/cli/witness_asking.h - gets a cosignature from a witness, at a URL or through a folder. Private to
// the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/anchors.h"
#include "audit/log_reader.h"
#include "audit/policy.h"
#include "base/result.h"

namespace oxpecker::cli {

// What came of asking one witness.
struct Asked {
  std::string where;  // URL or folder
  std::optional<audit::SignedCheckpoint> head;       // that was cosigned; through a folder it may be an older one
  std::vector<audit::CosignatureLineSeen> seen;      // by witnesses of the policy, checked
  bool waiting = false;                              // a request lies in the folder, unanswered
  bool fork = false;                                 // `error` says so
  std::optional<Error> error;
};

// `known_size`: the head that this witness signed last, as far as the log knows; a witness that knows
// another size says so, and is asked again.
Asked AskWitness(const std::string& where, audit::LogReader& reader, const audit::SignedCheckpoint& head,
                 const audit::Policy& policy, std::uint64_t known_size);

}  // namespace oxpecker::cli
