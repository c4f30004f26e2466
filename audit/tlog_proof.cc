#include "audit/tlog_proof.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>

#include "base/encoding.h"
#include "base/json/document.h"
#include "base/json/value.h"

namespace oxpecker::audit {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kHashesMax = 63;
constexpr std::size_t kBytesMax = 1U << 20U;
constexpr std::uint64_t kJsonIntegerMax = (std::uint64_t{1} << 53U) - 1;

std::unexpected<Error> Malformed(const char* place, std::string message) {
  return Fail(ErrorCode::kIntegrity, place, std::move(message));
}
constexpr const char* kProof = "tlog-proof";
constexpr const char* kConsistency = "consistency proof";

std::optional<std::uint64_t> Decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return value;
}

std::optional<Digest> HashOf(std::string_view base64) {
  const auto bytes = Base64Decode(base64);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  Digest digest;
  std::ranges::copy(*bytes, digest.bytes.begin());
  return digest;
}

// The text before the next newline, taken off with it.
std::optional<std::string_view> TakeLine(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string TlogProof::ToString() const {
  std::string text = std::string(kFirstLine) + "\n";
  if (extra) text += "extra " + Base64Encode(*extra) + "\n";
  text += "index " + std::to_string(index) + "\n";
  for (const Digest& hash : hashes) text += Base64Encode(hash.view()) + "\n";
  return text + "\n" + checkpoint;
}

Result<TlogProof> TlogProof::Parse(std::string_view text) {
  if (text.size() > kBytesMax) return Malformed(kProof, "larger than 1 MiB");
  TlogProof proof;
  auto line = TakeLine(text);
  if (line != kFirstLine) return Malformed(kProof, "does not begin with c2sp.org/tlog-proof@v1");
  line = TakeLine(text);
  if (line && line->starts_with("extra ")) {
    proof.extra = Base64Decode(line->substr(6));
    if (!proof.extra) return Malformed(kProof, "the extra data is not base64");
    line = TakeLine(text);
  }
  if (!line || !line->starts_with("index ")) return Malformed(kProof, "has no line 'index'");
  const auto index = Decimal(line->substr(6));
  if (!index) return Malformed(kProof, "the index is no decimal number without leading zeros");
  proof.index = *index;
  for (line = TakeLine(text); line && !line->empty(); line = TakeLine(text)) {
    const auto hash = HashOf(*line);
    if (!hash) return Malformed(kProof, "hash " + std::to_string(proof.hashes.size()) + " is not base64 of 32 bytes");
    if (proof.hashes.size() == kHashesMax) return Malformed(kProof, "has more than 63 hashes");
    proof.hashes.push_back(*hash);
  }
  if (!line) return Malformed(kProof, "has no empty line before its checkpoint");
  proof.checkpoint = text;
  return proof;
}

Result<Checkpoint> VerifyProof(const TlogProof& proof, const Digest& leaf_hash, const LogKeys& keys) {
  OXP_TRY(Checkpoint head, OpenCheckpoint(proof.checkpoint, keys));
  OXP_TRY(VerifyInclusion(leaf_hash, proof.index, head.size, proof.hashes, head.root));
  return head;
}

std::string ConsistencyProof::ToString() const {
  json::Array list;
  for (const Digest& hash : hashes) list.push_back(Base64Encode(hash.view()));
  json::Object out;
  out.Set("hashes", std::move(list));
  out.Set("new_root", Base64Encode(newer.root.view()));
  out.Set("new_size", newer.size);
  out.Set("old_root", Base64Encode(older.root.view()));
  out.Set("old_size", older.size);
  out.Set("origin", newer.origin);
  return json::Canonical(std::move(out)) + "\n";
}

Result<ConsistencyProof> ConsistencyProof::Parse(std::string_view text) {
  if (text.size() > kBytesMax) return Malformed(kConsistency, "larger than 1 MiB");
  const auto document = json::Document::Parse(text, {});
  if (!document || document->root().kind() != json::Kind::kObject)
    return Malformed(kConsistency, "is no JSON object");
  const json::View root = document->root();
  // Of a number or a text; empty for anything else, which is neither.
  const auto text_of = [&](const char* name) {
    const auto member = root.Find(name);
    return member ? member->text() : std::string_view();
  };
  ConsistencyProof proof;
  for (auto [head, size_name, root_name] : {std::tuple(&proof.older, "old_size", "old_root"),
                                            std::tuple(&proof.newer, "new_size", "new_root")}) {
    const auto size = Decimal(text_of(size_name));
    const auto hash = HashOf(text_of(root_name));
    if (size.value_or(kJsonIntegerMax + 1) > kJsonIntegerMax || !hash)
      return Malformed(kConsistency, std::string("expected ") + size_name + " as a number and " + root_name + " as base64 of 32 bytes");
    head->size = *size;
    head->root = *hash;
    head->origin = std::string(text_of("origin"));
  }
  const auto hashes = root.Find("hashes");
  if (!hashes || hashes->kind() != json::Kind::kArray) return Malformed(kConsistency, "has no list of hashes");
  for (const json::View member : *hashes) {
    const auto hash = member.kind() == json::Kind::kString ? HashOf(member.text()) : std::nullopt;
    if (!hash || proof.hashes.size() == 2 * kHashesMax)
      return Malformed(kConsistency, "hash " + std::to_string(proof.hashes.size()) + " is not base64 of 32 bytes");
    proof.hashes.push_back(*hash);
  }
  return proof;
}

}  // namespace oxpecker::audit
