#include "audit/timestamp.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <climits>
#include <cstring>
#include <ctime>
#include <memory>
#include <utility>

#include "base/check.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kBytesMax = 1U << 20U;

template <auto Free>
struct FreeBy {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using RequestPointer = std::unique_ptr<TS_REQ, FreeBy<&TS_REQ_free>>;
using ResponsePointer = std::unique_ptr<TS_RESP, FreeBy<&TS_RESP_free>>;
using TokenPointer = std::unique_ptr<PKCS7, FreeBy<&PKCS7_free>>;
using InfoPointer = std::unique_ptr<TS_TST_INFO, FreeBy<&TS_TST_INFO_free>>;
using ImprintPointer = std::unique_ptr<TS_MSG_IMPRINT, FreeBy<&TS_MSG_IMPRINT_free>>;
using AlgorithmPointer = std::unique_ptr<X509_ALGOR, FreeBy<&X509_ALGOR_free>>;
using IntegerPointer = std::unique_ptr<ASN1_INTEGER, FreeBy<&ASN1_INTEGER_free>>;
using NumberPointer = std::unique_ptr<BIGNUM, FreeBy<&BN_free>>;
using BioPointer = std::unique_ptr<BIO, FreeBy<&BIO_free_all>>;
using StorePointer = std::unique_ptr<X509_STORE, FreeBy<&X509_STORE_free>>;
using StoreContextPointer = std::unique_ptr<X509_STORE_CTX, FreeBy<&X509_STORE_CTX_free>>;
using CertificatePointer = std::unique_ptr<X509, FreeBy<&X509_free>>;
using VerifierPointer = std::unique_ptr<TS_VERIFY_CTX, FreeBy<&TS_VERIFY_CTX_free>>;
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using StackPointer = std::unique_ptr<STACK_OF(X509), FreeStack>;

constexpr const char* kPlace = "timestamp";

std::unexpected<Error> NoTimestamp(std::string message) {
  return Fail(ErrorCode::kInvalidInput, kPlace, std::move(message), "expected the response of a timestamp authority (RFC 3161), in DER");
}
std::unexpected<Error> Broken(std::string message, std::string hint = {}) {
  return Fail(ErrorCode::kIntegrity, kPlace, std::move(message), std::move(hint));
}

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string NumberBytes(const ASN1_INTEGER* integer) {
  const NumberPointer number(ASN1_INTEGER_to_BN(integer, nullptr));
  if (number == nullptr) return {};
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

std::optional<std::string> NonceBytes(const ASN1_INTEGER* nonce) {
  return nonce == nullptr ? std::nullopt : std::optional(NumberBytes(nonce));
}

// The digest, where it is SHA-256.
std::optional<Digest> ImprintOf(TS_MSG_IMPRINT* imprint) {
  if (imprint == nullptr) return std::nullopt;
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  const ASN1_OCTET_STRING* message = TS_MSG_IMPRINT_get_msg(imprint);
  Digest digest;
  if (OBJ_obj2nid(algorithm) != NID_sha256 || ASN1_STRING_length(message) != static_cast<int>(digest.bytes.size())) return std::nullopt;
  std::memcpy(digest.bytes.data(), ASN1_STRING_get0_data(message), digest.bytes.size());
  return digest;
}

// genTime, to the second: a fraction is cut off.
std::optional<Instant> TimeOf(const ASN1_GENERALIZEDTIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const CivilDate date{parts.tm_year + 1900, static_cast<unsigned>(parts.tm_mon + 1), static_cast<unsigned>(parts.tm_mday)};
  return Instant::FromUnixSeconds(DaysFromCivil(date) * kSecondsPerDay + parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec);
}

std::string ObjectText(const ASN1_OBJECT* object) {
  std::array<char, 128> text{};
  const int size = object == nullptr ? 0 : OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return size > 0 && size < static_cast<int>(text.size()) ? std::string(text.data()) : std::string();
}

std::string BioText(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string SubjectOf(const X509* certificate) {
  const BioPointer bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) return {};
  return BioText(bio.get());
}

// A token and what it says.
struct Token {
  TokenPointer signed_data;
  InfoPointer info;
};

std::string RefusalOf(TS_STATUS_INFO* status) {
  std::string text;
  const STACK_OF(ASN1_UTF8STRING)* lines = status == nullptr ? nullptr : TS_STATUS_INFO_get0_text(status);
  for (int i = 0; lines != nullptr && i < sk_ASN1_UTF8STRING_num(lines); ++i) {
    const ASN1_UTF8STRING* line = sk_ASN1_UTF8STRING_value(lines, i);
    text += std::string(text.empty() ? ": " : "; ") +
            std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(line)), static_cast<std::size_t>(ASN1_STRING_length(line)));
  }
  return text;
}

// Of a response that grants one, or of a token alone; whole, with nothing behind it.
Result<Token> ReadToken(std::string_view der) {
  if (der.size() > kBytesMax) return NoTimestamp("larger than 1 MiB");
  ERR_clear_error();
  Token token;
  const unsigned char* at = Bytes(der);
  ResponsePointer response(d2i_TS_RESP(nullptr, &at, static_cast<long>(der.size())));
  if (response != nullptr && at == Bytes(der) + der.size()) {
    TS_STATUS_INFO* status = TS_RESP_get_status_info(response.get());
    const long code = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status));
    if (code != TS_STATUS_GRANTED && code != TS_STATUS_GRANTED_WITH_MODS)
      return Fail(ErrorCode::kRefused, kPlace, "the authority granted no timestamp (status " + std::to_string(code) + ")" + RefusalOf(status),
                  "ask again, or ask another authority");
    if (PKCS7* signed_data = TS_RESP_get_token(response.get())) token.signed_data.reset(PKCS7_dup(signed_data));
  } else {
    at = Bytes(der);
    token.signed_data.reset(d2i_PKCS7(nullptr, &at, static_cast<long>(der.size())));
    if (at != Bytes(der) + der.size()) token.signed_data.reset();
  }
  if (token.signed_data == nullptr) return NoTimestamp("this is no response of a timestamp authority");
  if (PKCS7_type_is_signed(token.signed_data.get()) != 1) return NoTimestamp("the token is not signed data");
  token.info.reset(PKCS7_to_TS_TST_INFO(token.signed_data.get()));
  if (token.info == nullptr) return NoTimestamp("the signed data holds no timestamp");
  return token;
}

Result<Timestamp> Describe(const Token& token) {
  TS_TST_INFO* info = token.info.get();
  const auto imprint = ImprintOf(TS_TST_INFO_get_msg_imprint(info));
  if (!imprint) return NoTimestamp("the timestamp is over no SHA-256 digest");
  const auto time = TimeOf(TS_TST_INFO_get_time(info));
  if (!time) return NoTimestamp("the timestamp has no time");
  Timestamp stamp{*imprint, NonceBytes(TS_TST_INFO_get_nonce(info)), *time, ObjectText(TS_TST_INFO_get_policy_id(info)),
                  HexEncode(NumberBytes(TS_TST_INFO_get_serial(info))), {}};
  STACK_OF(X509)* signers = PKCS7_get0_signers(token.signed_data.get(), nullptr, 0);
  if (signers != nullptr && sk_X509_num(signers) == 1) stamp.signer = SubjectOf(sk_X509_value(signers, 0));
  sk_X509_free(signers);
  return stamp;
}

Result<StackPointer> ReadCertificates(std::string_view pem, const char* what) {
  StackPointer certificates(sk_X509_new_null());
  const BioPointer bio(BIO_new_mem_buf(pem.empty() ? "" : pem.data(), static_cast<int>(pem.size())));
  OXP_CHECK(bio != nullptr && certificates != nullptr);
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) sk_X509_push(certificates.get(), certificate);
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (at_end && (sk_X509_num(certificates.get()) > 0 || pem.empty())) return certificates;
  return Fail(ErrorCode::kInvalidInput, what, "holds no certificate, or a broken one", "expected one or more certificates in PEM");
}

// The chain of the one who signed, as of genTime. Its errors are told apart by OpenSSL.
Status VerifyChain(const Token& token, const StackPointer& trusted, STACK_OF(X509) * between, Instant time) {
  STACK_OF(X509)* found = PKCS7_get0_signers(token.signed_data.get(), between, 0);
  CertificatePointer signer;
  if (found != nullptr && sk_X509_num(found) == 1 && X509_up_ref(sk_X509_value(found, 0)) == 1) signer.reset(sk_X509_value(found, 0));
  sk_X509_free(found);
  if (signer == nullptr) return Broken("the certificate of the authority is missing", "give it: --chain FILE");
  const StorePointer store(X509_STORE_new());
  const StoreContextPointer context(X509_STORE_CTX_new());
  OXP_CHECK(store != nullptr && context != nullptr);
  for (int i = 0; i < sk_X509_num(trusted.get()); ++i) X509_STORE_add_cert(store.get(), sk_X509_value(trusted.get(), i));
  if (X509_STORE_CTX_init(context.get(), store.get(), signer.get(), between) != 1) return Broken("the certificates cannot be put together");
  X509_VERIFY_PARAM* terms = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(terms, static_cast<std::time_t>(time.unix_seconds()));
  X509_VERIFY_PARAM_set_purpose(terms, X509_PURPOSE_TIMESTAMP_SIGN);
  if (X509_verify_cert(context.get()) == 1) return {};
  const int error = X509_STORE_CTX_get_error(context.get());
  const X509* at = X509_STORE_CTX_get_current_cert(context.get());
  const std::string whose = at == nullptr ? "" : " (" + SubjectOf(at) + ")";
  const std::string when = time.ToString();
  if (error == X509_V_ERR_CERT_HAS_EXPIRED) return Broken("a certificate had expired at the time of the stamp, " + when + whose);
  if (error == X509_V_ERR_CERT_NOT_YET_VALID) return Broken("a certificate was not valid yet at the time of the stamp, " + when + whose);
  if (error == X509_V_ERR_INVALID_PURPOSE) return Broken("the certificate is not one of a timestamp authority" + whose);
  return Broken(std::string("nobody who is trusted vouches for the authority: ") + X509_verify_cert_error_string(error) + whose,
                "give the certificate of its root (--ca), and those between (--chain)");
}

// That the signer signed this token: what OpenSSL's own verifier looks at besides the chain, among it the
// signer's certificate being named in the signed attributes.
Status VerifySignature(const Token& token, const StackPointer& trusted, STACK_OF(X509) * between, Instant time) {
  const VerifierPointer verifier(TS_VERIFY_CTX_new());
  StorePointer store(X509_STORE_new());
  OXP_CHECK(verifier != nullptr && store != nullptr);
  for (int i = 0; i < sk_X509_num(trusted.get()); ++i) X509_STORE_add_cert(store.get(), sk_X509_value(trusted.get(), i));
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), static_cast<std::time_t>(time.unix_seconds()));
  TS_VERIFY_CTX_set_flags(verifier.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(verifier.get(), store.release());        // owned by the verifier from here on
  TS_VERIFY_CTX_set_certs(verifier.get(), X509_chain_up_ref(between));
  ERR_clear_error();
  if (TS_RESP_verify_token(verifier.get(), token.signed_data.get()) == 1) return {};
  ERR_clear_error();
  return Broken("the signature of the authority does not hold: the timestamp was altered");
}

// What the token brought, and what came beside it.
StackPointer Between(const Token& token, const StackPointer& chain) {
  StackPointer between(X509_chain_up_ref(chain.get()));
  const STACK_OF(X509)* own = token.signed_data->d.sign->cert;
  for (int i = 0; i < sk_X509_num(own); ++i) {
    X509* certificate = sk_X509_value(own, i);
    if (X509_up_ref(certificate) == 1) sk_X509_push(between.get(), certificate);
  }
  return between;
}

}  // namespace

std::string MakeTimestampRequest(const Digest& imprint, std::string_view nonce) {
  OXP_CHECK(!nonce.empty() && nonce.size() <= 16 && nonce.find_first_not_of('\0') != std::string_view::npos);
  const RequestPointer request(TS_REQ_new());
  const ImprintPointer stamped(TS_MSG_IMPRINT_new());
  const AlgorithmPointer algorithm(X509_ALGOR_new());
  const NumberPointer number(BN_bin2bn(Bytes(nonce), static_cast<int>(nonce.size()), nullptr));
  const IntegerPointer integer(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  // Only exhausted memory ends here.
  OXP_CHECK(request != nullptr && stamped != nullptr && algorithm != nullptr && integer != nullptr);
  X509_ALGOR_set_md(algorithm.get(), EVP_sha256());
  std::string digest(imprint.view());
  const bool made = TS_REQ_set_version(request.get(), 1) == 1 && TS_MSG_IMPRINT_set_algo(stamped.get(), algorithm.get()) == 1 &&
                    TS_MSG_IMPRINT_set_msg(stamped.get(), reinterpret_cast<unsigned char*>(digest.data()), static_cast<int>(digest.size())) == 1 &&
                    TS_REQ_set_msg_imprint(request.get(), stamped.get()) == 1 && TS_REQ_set_nonce(request.get(), integer.get()) == 1 &&
                    TS_REQ_set_cert_req(request.get(), 1) == 1;
  OXP_CHECK(made);
  unsigned char* der = nullptr;
  const int size = i2d_TS_REQ(request.get(), &der);
  OXP_CHECK(size > 0);
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

Result<TimestampRequest> TimestampRequest::Parse(std::string_view der) {
  const auto refuse = [] {
    return Fail(ErrorCode::kInvalidInput, "timestamp request", "this is no request for a timestamp over a SHA-256 digest",
                "'oxpecker log timestamp request' writes one");
  };
  if (der.size() > kBytesMax) return refuse();
  ERR_clear_error();
  const unsigned char* at = Bytes(der);
  const RequestPointer request(d2i_TS_REQ(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (request == nullptr || at != Bytes(der) + der.size()) return refuse();
  const auto imprint = ImprintOf(TS_REQ_get_msg_imprint(request.get()));
  if (!imprint) return refuse();
  return TimestampRequest{*imprint, NonceBytes(TS_REQ_get_nonce(request.get()))};
}

Result<Timestamp> Timestamp::Parse(std::string_view der) {
  OXP_TRY(const Token token, ReadToken(der));
  return Describe(token);
}

Result<Timestamp> VerifyTimestamp(std::string_view response, const TimestampRequest& expected, std::string_view ca_pem,
                                  std::string_view chain_pem) {
  OXP_TRY(const Token token, ReadToken(response));
  OXP_TRY(Timestamp stamp, Describe(token));
  if (stamp.imprint != expected.imprint)
    return Broken("it is over other bytes: it stamps " + stamp.imprint.ToHex() + ", expected " + expected.imprint.ToHex());
  if (expected.nonce && stamp.nonce != expected.nonce) return Broken("it answers another request: its nonce is not that of this one");
  OXP_TRY(const StackPointer trusted, ReadCertificates(ca_pem, "--ca"));
  if (sk_X509_num(trusted.get()) == 0) return Fail(ErrorCode::kInvalidInput, "--ca", "holds no certificate", "expected one or more certificates in PEM");
  OXP_TRY(const StackPointer chain, ReadCertificates(chain_pem, "--chain"));
  const StackPointer between = Between(token, chain);
  OXP_TRY(VerifyChain(token, trusted, between.get(), stamp.time));
  OXP_TRY(VerifySignature(token, trusted, between.get(), stamp.time));
  return stamp;
}

Result<std::string> CertificatesOf(std::string_view response) {
  OXP_TRY(const Token token, ReadToken(response));
  const BioPointer bio(BIO_new(BIO_s_mem()));
  OXP_CHECK(bio != nullptr);
  const STACK_OF(X509)* own = token.signed_data->d.sign->cert;
  for (int i = 0; i < sk_X509_num(own); ++i) PEM_write_bio_X509(bio.get(), sk_X509_value(own, i));
  return BioText(bio.get());
}

}  // namespace oxpecker::audit
