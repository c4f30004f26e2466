// audit/bundle/verify_bundle.h - proves an evidence bundle from its bytes alone. docs/format/bundle_v1.md,
// "What a verifier demands". Trusts nothing that the bundle says of itself; memory does not grow with the
// number of records, but for the ranges of what is withheld.
//
// The verdicts are those of a log (audit/verify.h), each part of its own; the first break is named. What
// a bundle cannot show is said in `not_shown`, in words for people.
//
// Example:
//   OXP_TRY(BundleVerification v, VerifyBundle("evidence.zip", {.key = keys}));
//   if (!v.ok()) Report(v.first_break->ToString());
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/bundle/manifest.h"
#include "audit/checkpoint.h"
#include "audit/log_keys.h"
#include "audit/verify.h"
#include "base/digest.h"
#include "base/json/value.h"
#include "base/result.h"

namespace oxpecker::audit {

struct BundleOptions {
  std::optional<LogKeys> key = {};                 // from elsewhere; absent: authenticity is not shown
  std::optional<std::string> held_checkpoint = {};  // a signed head that the verifier keeps: its note
  std::function<void(std::uint64_t done, std::uint64_t of)> progress = {};
};

struct BundleVerification {
  Digest sha256;  // of the file
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  Manifest manifest;  // empty where it could not be read
  Coverage coverage;  // likewise
  std::optional<Checkpoint> held;  // where it was compared
  bool fork = false;               // the held head and the bundle's cannot be of one log
  Verdict integrity = Verdict::kNotShown;
  Verdict completeness = Verdict::kNotShown;
  Verdict authenticity = Verdict::kNotShown;
  std::optional<Break> first_break;
  std::vector<std::string> not_shown;

  bool ok() const { return !first_break && !fork; }
  json::Object ToJson() const;
};

// Errors are of reading, or of what was given beside the bundle (kInvalidInput: a held checkpoint that none of
// the keys signed). A broken bundle is a BundleVerification with a first_break.
Result<BundleVerification> VerifyBundle(const std::filesystem::path& file, const BundleOptions& options);

}  // namespace oxpecker::audit
