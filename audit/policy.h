// audit/policy.h - which logs and witnesses somebody trusts, and how many witnesses must have signed a
// head: a C2SP tlog-policy file (https://c2sp.org/tlog-policy).
//
//   log <vkey> [<url>]
//   witness <name> <vkey> [<url>]
//   group <name> <k|any|all> <name>...      members stand on lines before, each in one group only
//   quorum <name|none>                      exactly one
//
// Names mean something inside the file only. Immutable; regular value type.
//
// Example:
//   OXP_TRY(const audit::Policy policy, audit::Policy::FromFile("witnesses.policy"));
//   OXP_TRY(const audit::PolicyVerdict verdict, policy.Judge(note));
//   if (!verdict.quorum) Tell(policy.Needed());
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "audit/keys.h"
#include "base/result.h"

namespace oxpecker::audit {

struct PolicyWitness {
  std::string name;  // in the policy; the key has one of its own
  VerifierKey key;
  std::string url;  // empty: none is given
  friend bool operator==(const PolicyWitness&, const PolicyWitness&) = default;
};

// A witness of the policy that signed the head, and when first.
struct WitnessSeen {
  std::string name;
  std::string key_name;
  std::int64_t unix_seconds = 0;
  friend bool operator==(const WitnessSeen&, const WitnessSeen&) = default;
};

struct PolicyVerdict {
  bool quorum = false;
  std::vector<WitnessSeen> seen;  // in the order of the policy
};

class Policy {
 public:
  // kInvalidInput with the line. At most 64 KiB.
  static Result<Policy> Parse(std::string_view text);
  static Result<Policy> FromFile(const std::filesystem::path& file);

  const std::vector<VerifierKey>& logs() const { return logs_; }  // none: known from elsewhere
  const std::vector<PolicyWitness>& witnesses() const { return witnesses_; }

  // Who of the witnesses signed the head of this note, and whether that is enough. The log's own
  // signature is another's to check (OpenCheckpoint). kIntegrity: the note is none, or the line of a
  // known witness does not hold.
  Result<PolicyVerdict> Judge(std::string_view note) const;

  // "2 of (a, b, c)", "a", "no witness".
  std::string Needed() const;

  friend bool operator==(const Policy&, const Policy&) = default;

 private:
  friend class PolicyReader;
  struct Group {
    std::string name;
    std::size_t threshold = 0;
    std::vector<std::string> members;
    friend bool operator==(const Group&, const Group&) = default;
  };
  const Group* FindGroup(std::string_view name) const;
  bool Witnessed(std::string_view name, const std::vector<WitnessSeen>& seen) const;
  std::string Describe(std::string_view name) const;

  std::vector<VerifierKey> logs_;
  std::vector<PolicyWitness> witnesses_;
  std::vector<Group> groups_;
  std::string quorum_;  // empty: none is needed
};

}  // namespace oxpecker::audit
