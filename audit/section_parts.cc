#include "audit/section_parts.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/encoding.h"
#include "base/json/plain_text.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::size_t kBlock = 64;

// Where a block of 64 bytes has what matters to the structure of JSON, a bit for each byte.
struct Marks {
  std::uint64_t quote = 0;
  std::uint64_t backslash = 0;
  std::uint64_t open = 0;   // { and [
  std::uint64_t close = 0;  // } and ]
};

#if defined(__SSE2__)
Marks MarksOf(const char* block) {
  Marks marks;
  for (unsigned i = 0; i < kBlock; i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));  // [ as {, ] as }
    const auto bits = [i](__m128i equal) {
      return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(equal))) << i;
    };
    marks.quote |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    marks.backslash |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    marks.open |= bits(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')));
    marks.close |= bits(_mm_cmpeq_epi8(folded, _mm_set1_epi8('}')));
  }
  return marks;
}
#else
Marks MarksOf(const char* block) {
  Marks marks;
  for (unsigned i = 0; i < kBlock; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    const char byte = block[i];
    if (byte == '"') marks.quote |= bit;
    if (byte == '\\') marks.backslash |= bit;
    if (byte == '{' || byte == '[') marks.open |= bit;
    if (byte == '}' || byte == ']') marks.close |= bit;
  }
  return marks;
}
#endif

// Bit i is the parity of bits 0 to i.
std::uint64_t Parities(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// The bytes that have an odd number of backslashes before them. `carry`: the block's first byte does.
std::uint64_t Escaped(std::uint64_t backslash, bool& carry) {
  std::uint64_t escaped = carry ? 1 : 0;
  carry = false;
  for (; backslash != 0; backslash &= backslash - 1) {
    const int at = std::countr_zero(backslash);
    if ((escaped >> at & 1U) != 0) continue;
    if (at == 63) carry = true;
    else escaped |= std::uint64_t{2} << at;
  }
  return escaped;
}

// Behind the bracket that closes the one at `begin`, brackets of both kinds being counted outside of
// strings. This is where nearly all bytes of a text of facts lie, so it goes 64 of them at a time.
std::size_t EndOfContainer(std::string_view text, std::size_t begin) {
  std::array<char, kBlock> last{};
  std::uint64_t in_string = 0;  // all bits, or none
  bool carry = false;
  std::int64_t depth = 0;
  for (std::size_t at = begin; at < text.size(); at += kBlock) {
    const char* block = text.data() + at;
    if (text.size() - at < kBlock) {
      last.fill(' ');
      std::memcpy(last.data(), block, text.size() - at);
      block = last.data();
    }
    Marks marks = MarksOf(block);
    if (marks.backslash != 0 || carry) marks.quote &= ~Escaped(marks.backslash, carry);
    const std::uint64_t inside = Parities(marks.quote) ^ in_string;
    in_string = std::uint64_t{0} - (inside >> 63U);
    for (std::uint64_t brackets = (marks.open | marks.close) & ~inside; brackets != 0; brackets &= brackets - 1) {
      const int place = std::countr_zero(brackets);
      depth += (marks.open >> place & 1U) != 0 ? 1 : -1;
      if (depth == 0) return at + static_cast<std::size_t>(place) + 1;
    }
  }
  return kNowhere;
}

// Behind the quote that ends the string at `begin`.
std::size_t EndOfString(std::string_view text, std::size_t begin) {
  std::size_t at = begin + 1;
  while (at < text.size()) {
    if (text.size() - at >= 8) {
      at += json::PlainBytes(text.data() + at);
      if (at >= text.size()) return kNowhere;
    }
    if (text[at] == '"') return at + 1;
    at += text[at] == '\\' ? 2U : 1U;
  }
  return kNowhere;
}

bool IsSpace(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }
bool IsWordByte(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '-' || byte == '+' || byte == '.';
}

// Behind the value at `begin`.
std::size_t EndOfValue(std::string_view text, std::size_t begin) {
  if (begin >= text.size()) return kNowhere;
  if (text[begin] == '"') return EndOfString(text, begin);
  if (text[begin] == '{' || text[begin] == '[') return EndOfContainer(text, begin);
  std::size_t at = begin;
  while (at < text.size() && IsWordByte(text[at])) ++at;
  return at == begin ? kNowhere : at;
}

// Sections that nobody would show in part, or that hold nothing about a person.
bool IsWhole(std::string_view section) {
  return section == "trace" || section == "manifest" || section == "release" || section == "ranges";
}

void AppendToken(std::string& pointer, std::string_view key) {
  pointer += '/';
  if (std::memchr(key.data(), '~', key.size()) == nullptr && std::memchr(key.data(), '/', key.size()) == nullptr) {
    pointer += key;
    return;
  }
  for (const char byte : key) {
    if (byte == '~') pointer += "~0";
    else if (byte == '/') pointer += "~1";
    else pointer += byte;
  }
}

// Tells that two pointers differ, nearly always at first sight.
class SeenPointers {
 public:
  // False: it may have been there before.
  bool IsNew(std::string_view pointer) {
    std::uint32_t hash = static_cast<std::uint32_t>(pointer.size());
    for (const char byte : pointer) hash = hash * 31 + static_cast<unsigned char>(byte);
    std::uint64_t& word = bits_[hash >> 6U & 31U];
    const std::uint64_t bit = std::uint64_t{1} << (hash & 63U);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

 private:
  std::array<std::uint64_t, 32> bits_{};
};

}  // namespace

Digest CommitToPart(std::string_view salt, std::string_view pointer, std::string_view bytes) {
  constexpr std::string_view kZero("\0", 1);
  std::array<char, 256> together;  // most parts are short, and one call costs less than four
  const std::size_t size = salt.size() + pointer.size() + 1 + bytes.size();
  if (size <= together.size()) {
    char* end = std::copy(salt.begin(), salt.end(), together.data());
    end = std::copy(pointer.begin(), pointer.end(), end);
    *end++ = '\0';
    std::copy(bytes.begin(), bytes.end(), end);
    return Sha256({together.data(), size});
  }
  thread_local Sha256Stream stream;
  stream.Update(salt);
  stream.Update(pointer);
  stream.Update(kZero);
  stream.Update(bytes);
  return stream.Finish();
}

Digest CommitToParts(std::string_view section, std::span<const Digest> parts) {
  std::string label("oxpecker/commit/v2");
  label += '\0';
  label += section;
  label += '\0';
  static_assert(sizeof(Digest) == 32);
  return Sha256(label, {reinterpret_cast<const char*>(parts.data()), parts.size() * sizeof(Digest)});
}

// One pass over a text that may be an object. False: it is not cut.
class SectionParts::Scan {
 public:
  Scan(SectionParts& out, std::string_view section, std::string_view text)
      : out_(out), text_(text), deep_(section == "facts" ? "customer" : "") {}

  bool Run() {
    if (!text_.empty() && std::memchr(text_.data(), '\0', text_.size()) != nullptr) return false;
    SkipSpace();
    if (!Members({})) return false;
    SkipSpace();
    if (at_ != text_.size()) return false;
    out_.skeleton_ += text_.substr(copied_);
    return !HasRepeats();
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  bool Take(char byte) {
    if (at_ >= text_.size() || text_[at_] != byte) return false;
    ++at_;
    return true;
  }

  // An object from here on. `outer`: the key that leads to it, empty for the outermost.
  bool Members(std::string_view outer) {
    if (!Take('{')) return false;
    SkipSpace();
    if (Take('}')) return true;
    while (true) {
      std::string_view key;
      if (!Key(key) || !MemberValue(outer, key)) return false;
      SkipSpace();
      if (Take('}')) return true;
      if (!Take(',')) return false;
      SkipSpace();
    }
  }

  // A key as it stands, and the colon. One with an escape would have two ways to be written.
  bool Key(std::string_view& key) {
    if (at_ >= text_.size() || text_[at_] != '"') return false;
    const std::size_t end = EndOfString(text_, at_);
    if (end == kNowhere) return false;
    key = text_.substr(at_ + 1, end - at_ - 2);
    at_ = end;
    if (!json::IsPlainAscii(key) && (key.find('\\') != kNowhere || !IsUtf8(key))) return false;
    SkipSpace();
    if (!Take(':')) return false;
    SkipSpace();
    return true;
  }

  bool MemberValue(std::string_view outer, std::string_view key) {
    const bool is_deep = outer.empty() && !deep_.empty() && key == deep_;
    if (is_deep && IsObjectWithMembers()) return Members(key);
    const std::size_t end = EndOfValue(text_, at_);
    if (end == kNowhere || out_.parts_.size() >= kPartsMax) return false;
    const std::size_t offset = out_.pointers_.size();
    if (!outer.empty()) AppendToken(out_.pointers_, outer);
    AppendToken(out_.pointers_, key);
    out_.parts_.push_back({offset, out_.pointers_.size() - offset, text_.substr(at_, end - at_)});
    out_.skeleton_ += text_.substr(copied_, at_ - copied_);
    out_.skeleton_ += '\0';
    at_ = copied_ = end;
    return true;
  }

  bool IsObjectWithMembers() const {
    if (at_ >= text_.size() || text_[at_] != '{') return false;
    std::size_t next = at_ + 1;
    while (next < text_.size() && IsSpace(text_[next])) ++next;
    return next < text_.size() && text_[next] != '}';
  }

  bool HasRepeats() const {
    SeenPointers seen;
    for (std::size_t i = 1; i < out_.parts_.size(); ++i) {
      const std::string_view pointer = out_.pointer(i);
      if (seen.IsNew(pointer)) continue;
      for (std::size_t j = 1; j < i; ++j)
        if (out_.pointer(j) == pointer) return true;
    }
    return false;
  }

  SectionParts& out_;
  std::string_view text_;
  std::string_view deep_;   // of this member the members are cut out too
  std::size_t at_ = 0;
  std::size_t copied_ = 0;  // up to here the skeleton is written
};

void SectionParts::Cut(std::string_view section, std::string_view text) {
  parts_.clear();
  pointers_.clear();
  skeleton_.clear();
  parts_.emplace_back();
  if (!IsWhole(section) && Scan(*this, section, text).Run() && parts_.size() > 1) {
    parts_.front().bytes = skeleton_;
    return;
  }
  parts_.resize(1);
  parts_.front() = {0, 0, text};
}

// Keys and skeletons are what people sent, and this memory lives as long as its thread.
void SectionParts::Forget() {
  std::fill(pointers_.begin(), pointers_.end(), '\0');
  std::fill(skeleton_.begin(), skeleton_.end(), '\0');
  parts_.clear();
  pointers_.clear();
  skeleton_.clear();
}

std::string_view SectionParts::pointer(std::size_t part) const {
  return std::string_view(pointers_).substr(parts_[part].pointer_offset, parts_[part].pointer_size);
}
std::string_view SectionParts::bytes(std::size_t part) const { return parts_[part].bytes; }

namespace {

// A skeleton read as JSON in which 0x00 stands for a value: the pointers to those. Objects in it are
// those that were cut, so there is nothing else but keys.
class SkeletonScan {
 public:
  explicit SkeletonScan(std::string_view text) : text_(text) {}
  std::optional<std::vector<std::string>> Run() {
    SkipSpace();
    if (!Object("", 0)) return std::nullopt;
    SkipSpace();
    if (at_ != text_.size()) return std::nullopt;
    return std::move(holes_);
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  bool Take(char byte) {
    if (at_ >= text_.size() || text_[at_] != byte) return false;
    ++at_;
    return true;
  }
  bool Object(const std::string& pointer, int depth) {
    if (depth > 1 || !Take('{')) return false;
    while (true) {
      SkipSpace();
      if (at_ >= text_.size() || text_[at_] != '"') return false;
      const std::size_t end = EndOfString(text_, at_);
      if (end == kNowhere) return false;
      std::string member = pointer;
      AppendToken(member, text_.substr(at_ + 1, end - at_ - 2));
      at_ = end;
      SkipSpace();
      if (!Take(':')) return false;
      SkipSpace();
      if (Take('\0')) holes_.push_back(std::move(member));
      else if (!Object(member, depth + 1)) return false;
      SkipSpace();
      if (Take('}')) return true;
      if (!Take(',')) return false;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> holes_;
};

}  // namespace

std::optional<std::vector<std::string>> HolesOf(std::string_view skeleton) { return SkeletonScan(skeleton).Run(); }

}  // namespace oxpecker::audit
