// audit/kinds.h - what each kind of record holds: the members of `about`, the sections, whose key
// encrypts them, and who writes it. The table of docs/format/record_v1.md, which a test compares.
//
// `about` is readable to everyone who may see the log, for ever, so it holds words, counts, digests
// and references only. The writer refuses an entry whose `about` is not of its kind; the verifier finds
// a leaf whose `about` is not. Pure functions over constant tables; any thread.
//
// Example:
//   if (auto problem = AboutProblem(RecordKind::kHold, R"({"hold":"anna"})")) Tell(*problem);
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "audit/record.h"

namespace oxpecker::audit {

// How a member of `about` is written.
enum class AboutType : std::uint8_t {
  kText,     // a string; names of packs, versions and events
  kWord,     // a string [a-z][a-z0-9_.-]{0,63}: one of a vocabulary
  kCount,    // an integer from 0 to 2^53 - 1
  kNumber,   // a decimal string without leading zeros, up to 2^63 - 1: a record's number, bytes
  kDigest,   // 64 hex digits
  kId,       // 32 hex digits: random, refers to nothing but itself
  kKeyId,    // 8 hex digits
  kUuid,     // a decision id
  kInstant,  // an instant in UTC
  kRanges,   // numbers of records, ascending: "3-5,9,12-14"
};
std::string_view Name(AboutType type);  // "text", "word", ...

struct AboutMember {
  std::string_view name;
  AboutType type = AboutType::kText;
  bool required = false;
};

// Whose key encrypts the sections of a kind.
enum class SectionKey : std::uint8_t {
  kNone,      // it has no sections
  kLog,       // the log's own, which is never destroyed
  kCustomer,  // that of the customer whom it is about
};
std::string_view Name(SectionKey key);  // "-", "log", "customer"

struct KindDefinition {
  RecordKind kind{};
  std::string_view name;
  std::string_view tells;
  std::string_view writer;  // "-": nothing in this version
  std::span<const AboutMember> about;  // in canonical order
  SectionKey key = SectionKey::kNone;
  // Enforced when written, unless it is a kind of the first six: logs hold those with other names.
  std::span<const std::string_view> sections;
};

std::span<const KindDefinition> KindDefinitions();  // in the order of their numbers
const KindDefinition& DefinitionOf(RecordKind kind);

// Why this canonical JSON object is no `about` of that kind; nothing where it is one. Names the member,
// never its value.
std::optional<std::string> AboutProblem(RecordKind kind, std::string_view about);

// Why a record of that kind has no section of that name; nothing where it may.
std::optional<std::string> SectionProblem(RecordKind kind, std::string_view section);

}  // namespace oxpecker::audit
