#include "audit/bundle/strict_json.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"

namespace oxpecker::audit {

std::uint64_t NumberOf(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

Digest DigestOfBase64(std::string_view text) {
  Digest digest;
  const auto bytes = Base64Decode(text);
  if (bytes && bytes->size() == digest.bytes.size()) std::copy(bytes->begin(), bytes->end(), digest.bytes.begin());
  return digest;
}

Digest DigestOfHex(std::string_view text) { return Digest::FromHex(text).value_or(Digest()); }

std::string TextOf(json::View object, std::string_view key) {
  const auto member = object.Find(key);
  return member && member->kind() == json::Kind::kString ? std::string(member->text()) : std::string();
}

Result<StrictJson> StrictJson::Parse(std::string_view place, std::string_view text) {
  auto document = json::Document::Parse(text, {.bytes_max = std::size_t{1} << 30U, .depth_max = 64, .nodes_max = 20'000'000});
  if (!document || document->root().kind() != json::Kind::kObject)
    return Fail(ErrorCode::kIntegrity, std::string(place), "it is no JSON object");
  return StrictJson(std::string(place), text, *std::move(document));
}

SeqRanges StrictJson::Numbers(std::string_view key) const { return SeqRanges::Parse(Text(key)).value_or(SeqRanges()); }

std::vector<json::View> StrictJson::List(std::string_view key) const {
  const auto member = root().Find(key);
  if (!member || member->kind() != json::Kind::kArray) return {};
  return {member->begin(), member->end()};
}

std::optional<json::View> StrictJson::Object(std::string_view key) const {
  const auto member = root().Find(key);
  return member && member->kind() == json::Kind::kObject ? member : std::nullopt;
}

Status StrictJson::MustBe(std::string_view bytes) const {
  if (bytes == text_) return {};
  return Fail(ErrorCode::kIntegrity, place_, "it is not in canonical form, or has members that it must not have, or lacks some");
}

}  // namespace oxpecker::audit
