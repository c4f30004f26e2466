// base/digest.h - SHA-256, the only hash of the house. OpenSSL does the work, inside digest.cc.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace oxpecker {

// A SHA-256 value. Regular value type.
struct Digest {
  std::array<unsigned char, 32> bytes{};

  std::string ToHex() const;                                // 64 lower-case characters
  static std::optional<Digest> FromHex(std::string_view text);
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

// One-shot. Thread-safe: each thread keeps one prefetched context (an implicit fetch per call costs
// 2.7 times as much).
Digest Sha256(std::string_view bytes);
Digest Sha256(std::string_view a, std::string_view b);                      // of a || b
Digest Sha256(std::string_view a, std::string_view b, std::string_view c);  // of a || b || c

// Streaming. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  void Update(std::string_view bytes);
  Digest Finish();  // then starts anew

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oxpecker
