// apps/cli/workspace.h - a folder with oxpecker.yaml: keys, log, vault, rules, releases.
//
//   oxpecker.yaml          name of the entity, origin of the log, where its keys are, how often silence is recorded, how long records are kept
//   keys/                  log.key, log.vkey, vault.key (0700; private files 0600)
//   log/ vault/            the records; the keys that open their sections
//   rules/                 the rulebook as its authors edit it
//   releases/DIGEST.json   what decisions were made under; releases/active names the one in force
//   schemas/               what a facts document and an event may hold, to read; the program has its own
//   customers.jsonl        example customers
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "apps/cli/key_settings.h"
#include "audit/log.h"
#include "audit/log_reader.h"
#include "audit/verify.h"
#include "base/result.h"
#include "engine/release/release.h"

namespace oxpecker::cli {

class Workspace {
 public:
  // `folder` as given by --workspace, or empty: this folder or the nearest above it.
  static Result<Workspace> Find(const std::string& folder);
  // Makes all of the above in `folder`, which must be empty or missing. Keys that `keys` says are elsewhere
  // must be there; the log has the name of a signing key that brings one.
  static Result<Workspace> Create(const std::filesystem::path& folder, const std::string& entity, Clock& clock,
                                  const KeySettings& keys = {});

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path settings() const { return root_ / "oxpecker.yaml"; }
  std::filesystem::path rules() const { return root_ / "rules"; }
  std::filesystem::path releases() const { return root_ / "releases"; }
  const std::string& entity() const { return entity_; }
  const audit::LogPaths& log_paths() const { return log_paths_; }

  // From here on: log, vault and releases missing, empty or something else are kIntegrity, damage to
  // what the workspace keeps and no mistake of the caller. A missing key is kNotFound.
  Result<std::string> ActiveDigest() const;
  Checked<std::shared_ptr<const engine::Release>> LoadRelease(const std::string& digest_or_prefix) const;
  Checked<std::shared_ptr<const engine::Release>> ActiveRelease() const;
  // What decides is what the log says is in force, not what a file says: kIntegrity where they differ.
  Status CheckInForce(const engine::Release& release) const;
  // May a report or an export be written there? kRefused for what the workspace keeps itself.
  Status CheckOutput(const std::filesystem::path& file) const;
  Status StoreRelease(const engine::Release& release) const;
  Status Activate(const engine::Release& release) const;  // writes releases/active; recording is the caller's

  using Counting = std::function<void(std::uint64_t done, std::uint64_t of)>;
  Result<std::unique_ptr<audit::Log>> OpenLog(Clock& clock) const;
  // The same, once the whole log was proven while nobody else could write.
  Result<std::unique_ptr<audit::Log>> OpenProvenLog(Clock& clock, Counting progress) const;
  Result<audit::LogReader> OpenReader(audit::WithVault with_vault = audit::WithVault::kYes) const;
  // The whole log, checked against the key and the published checkpoint of the workspace.
  Result<audit::LogVerification> Verify(std::function<void(std::uint64_t, std::uint64_t)> progress) const;

 private:
  std::filesystem::path root_;
  std::string entity_;
  audit::CheckpointCadence cadence_;
  audit::LogPaths log_paths_;
};

// On stderr: an answer is given from a record that is intact, out of a log that is not.
void WarnOfDamage(const Error& first_damage);

// The customer's id, from the section of the facts; empty where it was erased or never readable.
Result<std::string> CustomerOf(audit::LogReader& reader, const audit::Record& record);

// The number of a record: as "17" or "#17", by its decision's id, or by the first characters of that.
Result<std::uint64_t> FindDecision(audit::LogReader& reader, const std::string& id_or_prefix);

}  // namespace oxpecker::cli
