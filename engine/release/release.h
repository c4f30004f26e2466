// engine/release/release.h - the immutable, digested set that a decision is made under: the pack's
// files, the schemas, the limits and the time zone database's version. docs/format/release_v1.md.
//
// A release is one document in canonical JSON; its digest is the SHA-256 of those bytes. Loading
// compiles the rulebook; a release that does not compile does not exist. Immutable, thread-safe.
//
// Example:
//   OXP_TRY(std::shared_ptr<const Release> release, Release::Build(files));
//   Decider decider(release);
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/json/value.h"
#include "base/result.h"
#include "engine/facts/facts.h"
#include "engine/facts/schema.h"
#include "rules/rulebook/compiled_rulebook.h"

namespace oxpecker::engine {

class Release {
 public:
  // From the files of a pack (paths relative to it). The schemas that this build embeds and the
  // limits in force become part of it. All problems at once.
  static Checked<std::shared_ptr<const Release>> Build(const std::vector<rules::PackFile>& pack_files);

  // From a release document. The digest is that of the bytes given.
  static Checked<std::shared_ptr<const Release>> Load(std::string_view document);

  const Digest& digest() const { return digest_; }
  const std::string& document() const { return document_; }
  const rules::CompiledRulebook& rulebook() const { return rulebook_; }
  const facts::Schema& facts_schema() const { return facts_schema_; }
  const facts::Schema& event_schema() const { return event_schema_; }
  const feel::Limits& feel_limits() const { return feel_limits_; }
  const facts::FactsLimits& facts_limits() const { return facts_limits_; }
  const std::vector<rules::PackFile>& pack_files() const { return pack_files_; }

  // The tz database that the release was built with, and whether this machine has the same one.
  const std::string& tzdata_version() const { return tzdata_; }
  bool tzdata_matches() const;

  // What reports list: section `manifest` of a release record (docs/format/decision_v1.md).
  json::Object Manifest() const;

 private:
  Release(rules::CompiledRulebook rulebook, facts::Schema facts, facts::Schema event)
      : rulebook_(std::move(rulebook)), facts_schema_(std::move(facts)), event_schema_(std::move(event)) {}
  Digest digest_;
  std::string document_;
  std::string tzdata_;
  std::vector<rules::PackFile> pack_files_;
  rules::CompiledRulebook rulebook_;
  facts::Schema facts_schema_;
  facts::Schema event_schema_;
  feel::Limits feel_limits_;
  facts::FactsLimits facts_limits_;
};

// Reads the .yaml files below a folder, sorted by path. Links that lead outside are refused.
Result<std::vector<rules::PackFile>> ReadPackFolder(const std::string& folder);

// The facts and event schemas that this build embeds: {"facts.v1.schema.json", bytes} ...
std::vector<rules::PackFile> EmbeddedSchemas();

}  // namespace oxpecker::engine
