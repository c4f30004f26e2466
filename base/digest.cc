#include "base/digest.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"

namespace oxpecker {

struct Sha256Stream::State {
  EVP_MD* md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() {
    // Only a broken OpenSSL installation or exhausted memory ends here.
    OXP_CHECK(md != nullptr && context != nullptr);
    Start();
  }
  ~State() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(md);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void Start() { OXP_CHECK(EVP_DigestInit_ex2(context, md, nullptr) == 1); }
  void Update(std::string_view bytes) {
    OXP_CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
  }
  Digest Finish() {
    Digest digest;
    OXP_CHECK(EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr) == 1);
    Start();
    return digest;
  }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
void Sha256Stream::Update(std::string_view bytes) { state_->Update(bytes); }
Digest Sha256Stream::Finish() { return state_->Finish(); }

namespace {
Sha256Stream& ThreadStream() {
  thread_local Sha256Stream stream;
  return stream;
}
}  // namespace

Digest Sha256(std::string_view bytes) { return Sha256(bytes, {}, {}); }
Digest Sha256(std::string_view a, std::string_view b) { return Sha256(a, b, {}); }
Digest Sha256(std::string_view a, std::string_view b, std::string_view c) {
  Sha256Stream& stream = ThreadStream();
  stream.Update(a);
  if (!b.empty()) stream.Update(b);
  if (!c.empty()) stream.Update(c);
  return stream.Finish();
}

std::string Digest::ToHex() const { return HexEncode(view()); }

std::optional<Digest> Digest::FromHex(std::string_view text) {
  const auto decoded = HexDecode(text);
  if (!decoded || decoded->size() != 32) return std::nullopt;
  Digest digest;
  std::copy(decoded->begin(), decoded->end(), digest.bytes.begin());
  return digest;
}

}  // namespace oxpecker
