// engine/facts/facts.h - what is known of one customer (or the event that made us look): a JSON
// document that was checked against its schema and typed for the expression language.
//
// Reading validates and converts in one walk and reports every issue at once, each with its JSON
// pointer, what was found and what was expected. Messages name keys, kinds, sizes and allowed
// values, never what a person's data says. What a document leaves out stays out: the slot of an
// absent optional field holds a *missing* value, which is not null and carries its cause.
//
// Numbers keep their exact decimal text ("1.50" stays 1.50); more than 34 digits are refused rather
// than rounded. Instants become UTC date and time values, dates become dates.
//
// Facts own everything that their values point at. Movable, immutable, safe to read from any
// thread; reading different documents with one schema may run on many threads.
//
// Example:
//   OXP_TRY(facts::Facts facts, facts::ReadFacts(schema, bytes, {}));
//   const feel::Value* accounts = feel::FindEntry(facts.root(), "accounts");
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json/document.h"
#include "base/result.h"
#include "engine/facts/schema.h"
#include "rules/feel/arena.h"
#include "rules/feel/value.h"

namespace oxpecker::facts {

// How large a document may be. Part of a release; over a limit: ErrorCode::kLimit.
struct FactsLimits {
  std::size_t bytes_max = 16U << 20U;  // what one section of a record may hold
  std::size_t depth_max = 32;
  std::size_t values_max = 4'000'000;     // of all kinds, arrays and objects included
  std::size_t list_length_max = 200'000;  // items of one array or entries of one map
  std::size_t string_bytes_max = 64U << 10U;
  std::size_t issues_max = 1'000;         // then one more says that others may follow
};

class Facts {
 public:
  const feel::Value& root() const { return root_; }        // a context of schema().type()
  std::string_view source() const { return source_; }      // the bytes that were read
  const Schema& schema() const { return schema_; }

  Facts(Facts&&) noexcept = default;
  Facts& operator=(Facts&&) noexcept = default;

 private:
  friend Checked<Facts> ReadFacts(const Schema&, std::string_view, const FactsLimits&);
  Facts(Schema schema, std::string source, json::Document document)
      : schema_(std::move(schema)), source_(std::move(source)), document_(std::move(document)) {}
  Schema schema_;            // shapes and the causes of missing values
  std::string source_;
  json::Document document_;  // the text of strings
  feel::Arena arena_;        // lists, contexts
  feel::Value root_;
};

Checked<Facts> ReadFacts(const Schema& schema, std::string_view json, const FactsLimits& limits);

}  // namespace oxpecker::facts
