#include "audit/leaf.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "audit/canonical_scan.h"
#include "base/encoding.h"
#include "base/identifier.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kAboutDepthMax = 8;

// Eight lower-case hex digits as four bytes; false where one is no such digit. Byte by byte in one
// word: a digit's value is its low four bits, plus 9 for a letter, and what it encodes back to must
// be the digit itself.
bool FourBytes(const char* digits, unsigned char* bytes) {
  static_assert(std::endian::native == std::endian::little, "the first digit is the lowest byte");
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
  std::uint64_t text = 0;
  std::memcpy(&text, digits, sizeof text);
  if ((text & ones * 0x80U) != 0) return false;
  const std::uint64_t value = (text & ones * 0x0FU) + ((text >> 6U) & ones) * 9U;  // 24 at most
  const std::uint64_t letters = ((value + ones * 0x76U) >> 7U) & ones;             // 10 and more
  if ((value & ones * 0xF0U) != 0 || value + ones * '0' + letters * 0x27U != text) return false;
  std::uint64_t packed = (value << 4U | value >> 8U) & 0x00FF'00FF'00FF'00FFU;
  packed = (packed | packed >> 8U) & 0x0000'FFFF'0000'FFFFU;
  packed |= packed >> 16U;
  std::memcpy(bytes, &packed, 4);
  return true;
}

// Lower-case hex of exactly the array's size.
template <std::size_t N>
bool FromHex(std::string_view text, std::array<unsigned char, N>& bytes) {
  static_assert(N % 4 == 0);
  if (text.size() != 2 * N) return false;
  bool good = true;
  for (std::size_t i = 0; i < N; i += 4) good = FourBytes(text.data() + 2 * i, bytes.data() + i) && good;
  return good;
}

void AppendHex(std::string& out, const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::size_t begin = out.size();
  out.resize(begin + 2 * size);
  char* to = out.data() + begin;
  for (std::size_t i = 0; i < size; ++i) {
    *to++ = digits[bytes[i] >> 4U];
    *to++ = digits[bytes[i] & 15U];
  }
}

void AppendNumber(std::string& out, std::uint64_t value) {
  std::array<char, 20> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

bool ReadSeq(std::string_view text, std::uint64_t& seq) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  return error == std::errc() && end == text.data() + text.size() && seq <= kSeqMax;
}

// Only the form that Instant::ToString writes: whole seconds, or six digits that are not all zero.
bool ReadTime(std::string_view text, Instant& time) {
  if (text.size() != 20 && (text.size() != 27 || text.substr(20, 6) == "000000")) return false;
  const auto parsed = Instant::Parse(text);
  if (!parsed) return false;
  time = *parsed;
  return true;
}

// Reads a leaf from front to back; Wrong() says what stands where it stopped.
class LeafDecoder {
 public:
  LeafDecoder(std::string_view bytes, LeafView& leaf) : scan_(bytes), leaf_(leaf) {}
  Status Run();

 private:
  Status Wrong(const char* expected) const {
    return Fail(ErrorCode::kInvalidInput, "byte " + std::to_string(scan_.at()),
                std::string("expected ") + expected);
  }
  // ,"name":"text" with the comma where `literal` has it.
  bool Member(std::string_view literal, std::string_view& text) {
    return scan_.Literal(literal) && scan_.String(text);
  }
  // The same for hex digits, whose number is known; `literal` ends in the opening quote.
  template <std::size_t N>
  bool HexMember(std::string_view literal, std::array<unsigned char, N>& bytes) {
    std::string_view text;
    return scan_.Literal(literal) && scan_.Take(2 * N, text) && FromHex(text, bytes) &&
           scan_.Literal("\"");
  }
  Status Sections();
  bool OneSection(SectionReference& section);
  Status Head();

  CanonicalScan scan_;
  LeafView& leaf_;
};

Status LeafDecoder::Head() {
  if (!scan_.Literal("{\"about\":")) return Wrong("{\"about\": at the beginning");
  const std::size_t begin = scan_.at();
  if (!scan_.Object(kAboutDepthMax)) return Wrong("a canonical JSON object for about");
  leaf_.about = scan_.Since(begin);
  leaf_.decision_id = {};
  if (scan_.Literal(",\"decision_id\":")) {
    if (!scan_.String(leaf_.decision_id) || !DecisionIdTag::Check(leaf_.decision_id))
      return Wrong("a UUID of version 7 for decision_id");
  }
  leaf_.key.reset();
  Digest key;
  if (scan_.Literal(",\"key\"")) {
    if (!HexMember(":\"", key.bytes)) return Wrong("64 hex digits for key");
    leaf_.key = key;
  }
  return {};
}

bool LeafDecoder::OneSection(SectionReference& section) {
  return scan_.Literal("{\"bytes\":") && scan_.Unsigned(section.bytes) &&
         HexMember(",\"commit\":\"", section.commit.bytes) &&
         HexMember(",\"ct_sha256\":\"", section.ct_sha256.bytes) &&
         Member(",\"name\":", section.name) && scan_.Literal("}");
}

Status LeafDecoder::Sections() {
  if (!scan_.Literal(",\"sections\":[")) return Wrong("a list of sections");
  leaf_.sections.clear();
  if (!scan_.Literal("]")) {
    do {
      SectionReference section;
      if (leaf_.sections.size() == kSectionsMax) return Wrong("at most 16 sections");
      if (!OneSection(section) || !IsSectionName(section.name)) return Wrong("a section");
      for (const SectionReference& other : leaf_.sections)
        if (other.name == section.name) return Wrong("section names that differ");
      leaf_.sections.push_back(section);
    } while (scan_.Literal(","));
    if (!scan_.Literal("]")) return Wrong("] after the sections");
  }
  if (leaf_.key.has_value() != !leaf_.sections.empty())
    return Wrong("a key exactly where there are sections");
  return {};
}

Status LeafDecoder::Run() {
  OXP_TRY(Head());
  if (!Member(",\"kind\":", leaf_.kind) || !IsKindName(leaf_.kind)) return Wrong("a record kind");
  if (!Member(",\"origin\":", leaf_.origin) || !IsOrigin(leaf_.origin)) return Wrong("an origin");
  if (!HexMember(",\"prev\":\"", leaf_.prev.bytes)) return Wrong("64 hex digits for prev");
  if (!HexMember(",\"rid\":\"", leaf_.record_id)) return Wrong("32 hex digits for rid");
  OXP_TRY(Sections());
  std::string_view text;
  if (!Member(",\"seq\":", text) || !ReadSeq(text, leaf_.seq)) return Wrong("a number for seq");
  if (!Member(",\"time\":", text) || !ReadTime(text, leaf_.time)) return Wrong("a UTC time");
  if (!scan_.Literal(",\"v\":\"oxpecker.record/1\"}")) return Wrong("v oxpecker.record/1");
  if (!scan_.AtEnd()) return Wrong("the end");
  return {};
}

bool IsName(std::string_view name, std::size_t size_max, bool dots) {
  if (name.empty() || name.size() > size_max || name[0] < 'a' || name[0] > 'z') return false;
  return std::ranges::all_of(name, [dots](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (dots && c == '.');
  });
}

}  // namespace

Status DecodeLeaf(std::string_view bytes, LeafView& leaf) {
  if (bytes.size() > kLeafBytesMax)
    return Fail(ErrorCode::kInvalidInput, "byte 65535",
                "a leaf of " + std::to_string(bytes.size()) + " bytes; at most 65535 are allowed");
  return LeafDecoder(bytes, leaf).Run();
}

LeafTemplate EncodeTemplate(const LeafView& leaf) {
  LeafTemplate result;
  std::string& head = result.before_prev;
  head.reserve(leaf.about.size() + leaf.origin.size() + 256);
  head.append("{\"about\":").append(leaf.about);
  if (!leaf.decision_id.empty()) {
    head.append(",\"decision_id\":\"").append(leaf.decision_id).append("\"");
  }
  if (leaf.key) {
    head += ",\"key\":\"";
    AppendHex(head, leaf.key->bytes.data(), leaf.key->bytes.size());
    head += '"';
  }
  head.append(",\"kind\":\"").append(leaf.kind);
  head.append("\",\"origin\":\"").append(leaf.origin).append("\",\"prev\":\"");

  std::string& middle = result.between;
  middle.reserve(80 + leaf.sections.size() * 224);
  middle += "\",\"rid\":\"";
  AppendHex(middle, leaf.record_id.data(), leaf.record_id.size());
  middle += "\",\"sections\":[";
  bool first = true;
  for (const SectionReference& section : leaf.sections) {
    middle += first ? "{\"bytes\":" : ",{\"bytes\":";
    first = false;
    AppendNumber(middle, section.bytes);
    middle += ",\"commit\":\"";
    AppendHex(middle, section.commit.bytes.data(), section.commit.bytes.size());
    middle += "\",\"ct_sha256\":\"";
    AppendHex(middle, section.ct_sha256.bytes.data(), section.ct_sha256.bytes.size());
    middle.append("\",\"name\":\"").append(section.name).append("\"}");
  }
  middle += "],\"seq\":\"";
  result.after_seq = "\",\"time\":\"" + leaf.time.ToString() + "\",\"v\":\"oxpecker.record/1\"}";
  return result;
}

std::string Complete(const LeafTemplate& leaf, std::uint64_t seq, const Digest& prev) {
  std::string bytes;
  bytes.reserve(leaf.bytes_max());
  bytes += leaf.before_prev;
  AppendHex(bytes, prev.bytes.data(), prev.bytes.size());
  bytes += leaf.between;
  AppendNumber(bytes, seq);
  bytes += leaf.after_seq;
  return bytes;
}

std::string EncodeLeaf(const LeafView& leaf) {
  return Complete(EncodeTemplate(leaf), leaf.seq, leaf.prev);
}

bool IsSectionName(std::string_view name) { return IsName(name, 32, false); }
bool IsKindName(std::string_view name) { return IsName(name, 64, true); }

bool IsOrigin(std::string_view origin) {
  return !origin.empty() && origin.size() <= 200 && std::ranges::all_of(origin, [](char c) {
    return c > ' ' && c < '\x7f' && c != '+' && c != '"' && c != '\\';
  });
}

bool IsCanonicalAbout(std::string_view about) {
  CanonicalScan scan(about);
  return scan.Object(kAboutDepthMax) && scan.AtEnd();
}

}  // namespace oxpecker::audit
