#include "audit/timestamp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include "audit/timestamp_files.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kYear = 365 * kSecondsPerDay;

// A root, and an authority under it whose clock is the test's.
class Authority {
 public:
  // Validity of both certificates, seconds since 1970.
  Authority(std::int64_t from, std::int64_t to)
      : root_key_(EVP_EC_gen("P-256")), key_(EVP_EC_gen("P-256")),
        root_(Certify("Test root", root_key_, "critical,CA:TRUE", nullptr, from, to)),
        certificate_(Certify("Test authority", key_, "CA:FALSE", "critical,timeStamping", from, to)) {}
  ~Authority() {
    X509_free(certificate_);
    X509_free(root_);
    EVP_PKEY_free(key_);
    EVP_PKEY_free(root_key_);
  }
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  std::string root_pem() const { return Pem(root_); }
  std::string Answer(const std::string& request, std::int64_t time) {
    time_ = time;
    TS_RESP_CTX* context = TS_RESP_CTX_new();
    ASN1_OBJECT* policy = OBJ_txt2obj("1.2.3.4.1", 1);
    EXPECT_EQ(TS_RESP_CTX_set_signer_cert(context, certificate_), 1);
    TS_RESP_CTX_set_signer_key(context, key_);
    TS_RESP_CTX_set_signer_digest(context, EVP_sha256());
    TS_RESP_CTX_set_def_policy(context, policy);
    TS_RESP_CTX_add_md(context, EVP_sha256());
    TS_RESP_CTX_set_serial_cb(context, NextSerial, nullptr);
    TS_RESP_CTX_set_time_cb(context, Now, this);
    BIO* query = BIO_new_mem_buf(request.data(), static_cast<int>(request.size()));
    TS_RESP* response = TS_RESP_create_response(context, query);
    unsigned char* der = nullptr;
    const int size = i2d_TS_RESP(response, &der);
    std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    TS_RESP_free(response);
    BIO_free(query);
    ASN1_OBJECT_free(policy);
    TS_RESP_CTX_free(context);
    return bytes;
  }

 private:
  static ASN1_INTEGER* NextSerial(TS_RESP_CTX* /*context*/, void* /*data*/) {
    ASN1_INTEGER* serial = ASN1_INTEGER_new();
    ASN1_INTEGER_set(serial, 17);
    return serial;
  }
  static int Now(TS_RESP_CTX* /*context*/, void* data, long* seconds, long* micros) {
    *seconds = static_cast<long>(static_cast<Authority*>(data)->time_);
    *micros = 0;
    return 1;
  }
  static std::string Pem(X509* certificate) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
  }
  X509* Certify(const char* name, EVP_PKEY* key, const char* constraints, const char* usage, std::int64_t from, std::int64_t to) {
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), usage == nullptr ? 1 : 2);
    ASN1_TIME_set(X509_getm_notBefore(certificate), static_cast<time_t>(from));
    ASN1_TIME_set(X509_getm_notAfter(certificate), static_cast<time_t>(to));
    X509_set_pubkey(certificate, key);
    const auto common_name = [](X509_NAME* subject, const char* text) {
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text), -1, -1, 0);
    };
    common_name(X509_get_subject_name(certificate), name);
    common_name(X509_get_issuer_name(certificate), "Test root");
    for (const auto& [id, value] : {std::pair{NID_basic_constraints, constraints}, std::pair{NID_ext_key_usage, usage}}) {
      if (value == nullptr) continue;
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
      X509_add_ext(certificate, extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(certificate, root_key_, EVP_sha256());
    return certificate;
  }

  EVP_PKEY* root_key_;
  EVP_PKEY* key_;
  X509* root_;
  X509* certificate_;
  std::int64_t time_ = 0;
};

class TimestampTest : public testing::Test {
 protected:
  std::string Refusal(const std::string& response, const TimestampRequest& expected, const std::string& ca) const {
    const auto stamp = VerifyTimestamp(response, expected, ca);
    return stamp ? std::string("it holds") : stamp.error().message;
  }
  // Long past: all of these certificates have expired by now.
  static constexpr std::int64_t kFrom = 1'000'000'000;
  Authority authority_{kFrom, kFrom + kYear};
  const std::string ca_ = authority_.root_pem();
  const std::string nonce_ = "\x41 nonce!";
  const Digest imprint_ = Sha256("note");
  const TimestampRequest expected_{imprint_, nonce_};
  const std::string request_ = MakeTimestampRequest(imprint_, nonce_);
};

TEST_F(TimestampTest, ARequestAsksForWhatItSays) {
  EXPECT_EQ(*TimestampRequest::Parse(request_), expected_);
  EXPECT_EQ(TimestampRequest::Parse(MakeTimestampRequest(imprint_, std::string("\0\x01", 2)))->nonce, "\x01") << "without leading zeros";
  EXPECT_FALSE(TimestampRequest::Parse(request_ + "x"));
  EXPECT_FALSE(TimestampRequest::Parse(request_.substr(0, 20)));
  EXPECT_FALSE(TimestampRequest::Parse(""));
}

TEST_F(TimestampTest, HoldsYearsAfterTheCertificatesExpired) {
  const auto stamp = VerifyTimestamp(authority_.Answer(request_, kFrom + 1000), expected_, ca_);
  ASSERT_HOLDS(stamp);
  EXPECT_EQ(stamp->time, Instant::FromUnixSeconds(kFrom + 1000));
  EXPECT_EQ(stamp->signer, "CN=Test authority");
  EXPECT_EQ(stamp->policy, "1.2.3.4.1");
  EXPECT_EQ(stamp->serial, "11");
  EXPECT_EQ(stamp->nonce, nonce_);
}

TEST_F(TimestampTest, AtTheBoundsOfTheCertificate) {
  EXPECT_EQ(Refusal(authority_.Answer(request_, kFrom), expected_, ca_), "it holds");
  EXPECT_EQ(Refusal(authority_.Answer(request_, kFrom + kYear - 1), expected_, ca_), "it holds");
  EXPECT_THAT(Refusal(authority_.Answer(request_, kFrom - 1), expected_, ca_), HasSubstr("not valid yet at the time of the stamp"));
  EXPECT_THAT(Refusal(authority_.Answer(request_, kFrom + kYear + 1), expected_, ca_), HasSubstr("had expired at the time of the stamp"));
}

TEST_F(TimestampTest, EachFailureHasItsMessage) {
  const std::string response = authority_.Answer(request_, kFrom + 1000);
  EXPECT_THAT(Refusal(response, {Sha256("other note"), nonce_}, ca_), HasSubstr("over other bytes"));
  EXPECT_THAT(Refusal(response, {imprint_, "another"}, ca_), HasSubstr("its nonce"));
  EXPECT_EQ(Refusal(response, {imprint_, std::nullopt}, ca_), "it holds") << "the nonce is compared where it is known";
  Authority stranger(kFrom, kFrom + kYear);
  EXPECT_THAT(Refusal(response, expected_, stranger.root_pem()), HasSubstr("nobody who is trusted"));
  EXPECT_THAT(Refusal(response, expected_, ""), HasSubstr("no certificate"));
  EXPECT_THAT(Refusal(response, expected_, "x" + ca_.substr(0, 200)), HasSubstr("no certificate"));
  EXPECT_THAT(Refusal("no response", expected_, ca_), HasSubstr("no response of a timestamp authority"));
  EXPECT_THAT(Refusal(response + "x", expected_, ca_), HasSubstr("no response of a timestamp authority"));
  std::string signature = response;
  signature.back() = static_cast<char>(signature.back() ^ 1);
  EXPECT_THAT(Refusal(signature, expected_, ca_), HasSubstr("does not hold"));
  // The time is what it is about: within the certificate's validity, and still no other.
  std::string later = response;
  const std::size_t time = later.find("2001");
  ASSERT_NE(time, std::string::npos);
  later[time + 13] = static_cast<char>(later[time + 13] ^ 1);  // a digit of its seconds
  EXPECT_THAT(Refusal(later, expected_, ca_), HasSubstr("does not hold"));
}

TEST_F(TimestampTest, NothingThatIsReadCanBeFlipped) {
  const std::string response = authority_.Answer(request_, kFrom + 1000);
  const auto stamp = VerifyTimestamp(response, expected_, ca_);
  ASSERT_HOLDS(stamp);
  for (std::size_t bit = 0; bit < response.size() * 8; bit += 5) {  // every byte, every place in one
    std::string flipped = response;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto other = VerifyTimestamp(flipped, expected_, ca_);
    if (!other) continue;
    // Around the signed part there are bits that mean nothing; none of them changes what is said.
    EXPECT_EQ(other->time, stamp->time) << bit;
    EXPECT_EQ(other->imprint, stamp->imprint) << bit;
    EXPECT_EQ(other->signer, stamp->signer) << bit;
  }
}

TEST_F(TimestampTest, ARefusalOfTheAuthorityIsTold) {
  Authority other_digest(kFrom, kFrom + kYear);
  // SHA-512 is not among what this authority accepts, so it refuses.
  std::string request = request_;
  const std::size_t algorithm = request.find(std::string("\x60\x86\x48\x01\x65\x03\x04\x02\x01", 9));
  ASSERT_NE(algorithm, std::string::npos);
  request[algorithm + 8] = 3;
  const auto stamp = VerifyTimestamp(authority_.Answer(request, kFrom + 1), expected_, ca_);
  ASSERT_FALSE(stamp);
  EXPECT_EQ(stamp.error().code, ErrorCode::kRefused) << stamp.error().ToString();
}

TEST_F(TimestampTest, FilesFindTheRequestOfAResponse) {
  const TemporaryFolder folder;
  const SigningKey key = *SigningKey::Generate(kOrigin);
  const std::string note = Sign({kOrigin, 7, Sha256("r")}, key).note;
  const std::string request = MakeTimestampRequest(Sha256(note), nonce_);
  const auto id = KeepTimestampRequest(folder.path(), note, request);
  ASSERT_HOLDS(id);
  const std::string response = authority_.Answer(request, kFrom + 5);
  const auto found = FindRequestOf(folder.path(), *Timestamp::Parse(response));
  ASSERT_HOLDS(found);
  EXPECT_EQ(found->id, *id);
  EXPECT_EQ(found->head.checkpoint.size, 7U);
  ASSERT_HOLDS(KeepTimestampResponse(folder.path(), *id, response, *CertificatesOf(response)));
  const auto all = ReadTimestamps(folder.path());
  ASSERT_HOLDS(all);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ((*all)[0].response, response);
  const auto wrong_nonce = FindRequestOf(folder.path(), *Timestamp::Parse(authority_.Answer(MakeTimestampRequest(Sha256(note), "x"), kFrom + 5)));
  EXPECT_THAT(wrong_nonce.error().message, HasSubstr("nonce"));
  EXPECT_THAT(FindRequestOf(folder.path(), *Timestamp::Parse(authority_.Answer(request_, kFrom + 5))).error().message, HasSubstr("other bytes"));
  std::ofstream(folder.path() / ("timestamp-" + *id + ".note")) << note << "x";
  EXPECT_EQ(ReadTimestamps(folder.path()).error().code, ErrorCode::kIntegrity);
}

}  // namespace
}  // namespace oxpecker::audit
