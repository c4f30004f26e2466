// audit/bundle/export.h - writes an evidence bundle: records of a log with what of their content may be
// shown, in one zip file that a stranger verifies alone. docs/format/bundle_v1.md.
//
// The same log at the same head, asked for the same, gives the same bytes. Memory does not grow with the
// number of records, but for the ranges of what is withheld; report.html holds the files up to 32 MiB.
// The log should have been proven just before (VerifyLog): what is copied is checked record by record,
// and the root at the end, but not the rest of the log. Not thread-safe.
//
// Example:
//   OXP_TRY(ExportedBundle bundle, ExportBundle(reader, "out.zip.unfinished", {.keys = keys, .signer = key.get(),
//           .profile = *RedactionProfile::BuiltIn("full"), .tool = "oxpecker 0.1.0"}));
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "audit/bundle/manifest.h"
#include "audit/bundle/profile.h"
#include "audit/log_keys.h"
#include "audit/log_reader.h"
#include "audit/retention.h"
#include "base/digest.h"
#include "base/result.h"

namespace oxpecker::audit {

// Which records. With none of them: the whole log under its newest signed head.
struct BundleQuery {
  std::optional<Instant> from = {};  // of the time of records, half-open
  std::optional<Instant> to = {};
  std::string decision = {};  // an id in full: its record, and those that refer to it
};

struct BundleOrder {
  BundleQuery query = {};
  LogKeys keys;
  const Signer* signer = nullptr;  // not owned. REQUIRED
  RedactionProfile profile;
  RetentionPolicy retention = {};
  std::string tool;         // "oxpecker 0.1.0"
  std::string policy = {};  // C2SP tlog-policy; default: the log's keys, no witness
  std::map<std::string, std::string> anchors = {};  // "tsa/NAME" and "witness/NAME": bytes
  std::string_view viewer = {};  // the page with an empty data block; default: that of this build
  std::function<void(std::uint64_t done, std::uint64_t of)> progress = {};
};

struct ExportedBundle {
  Digest sha256;  // of the file
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  Manifest manifest;
  Coverage coverage;
};

// Makes `file`, which must not exist; it is incomplete where an error is returned. kNotFound: no such
// decision. kRefused: a profile that opens sections, and a reader without the vault. kLimit: more than a
// zip of this form holds. kIntegrity: the log contradicts itself.
Result<ExportedBundle> ExportBundle(LogReader& reader, const std::filesystem::path& file, const BundleOrder& order);

}  // namespace oxpecker::audit
