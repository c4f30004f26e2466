// audit/bundle/strict_json.h - reads the small JSON files of a bundle, strictly and in few words: members
// are taken as they come, whatever is missing or of another type counts as empty, and then the bytes
// must be those that what was read is written as. So only one text is accepted for each value, and no
// member is overlooked. Private to this module.
//
// Example:
//   OXP_TRY(const StrictJson json, StrictJson::Parse("coverage.json", text));
//   coverage.holds = json.Number("holds");
//   OXP_TRY(json.MustBe(coverage.ToString()));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/seq_ranges.h"
#include "base/digest.h"
#include "base/json/document.h"
#include "base/result.h"

namespace oxpecker::audit {

std::uint64_t NumberOf(std::string_view text);         // 0 where it is no decimal number
Digest DigestOfBase64(std::string_view text);          // zeros where it is none
Digest DigestOfHex(std::string_view text);
std::string TextOf(json::View object, std::string_view key);  // empty where there is none

class StrictJson {
 public:
  // `text` must outlive it. kIntegrity, with `place`, where it is no JSON object.
  static Result<StrictJson> Parse(std::string_view place, std::string_view text);

  json::View root() const { return document_.root(); }
  std::string Text(std::string_view key) const { return TextOf(root(), key); }
  std::uint64_t Number(std::string_view key) const { return NumberOf(Text(key)); }
  SeqRanges Numbers(std::string_view key) const;
  Digest Base64Digest(std::string_view key) const { return DigestOfBase64(Text(key)); }
  std::vector<json::View> List(std::string_view key) const;
  std::optional<json::View> Object(std::string_view key) const;

  // kIntegrity where these are not the bytes that were read.
  Status MustBe(std::string_view bytes) const;

 private:
  StrictJson(std::string place, std::string_view text, json::Document document)
      : place_(std::move(place)), text_(text), document_(std::move(document)) {}
  std::string place_;
  std::string_view text_;
  json::Document document_;
};

}  // namespace oxpecker::audit
