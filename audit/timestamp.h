// audit/timestamp.h - RFC 3161 timestamps over signed heads: a request for a timestamp authority (TSA), and
// the check of its response, online or years later. By OpenSSL's TS functions.
//
// What is stamped is the SHA-256 of the note's bytes, all of them. The response proves that these bytes
// existed at its time (genTime), by a certificate that was good at that time: the chain is verified as
// of genTime, so that a certificate that expired since is fine, and one that was not issued yet is not.
// Revocation is not asked for. Pure functions over bytes; any thread.
//
// Example:
//   const std::string request = MakeTimestampRequest(Sha256(note), nonce);         // to the TSA
//   OXP_TRY(Timestamp stamp, VerifyTimestamp(response, {.imprint = Sha256(note), .nonce = nonce}, ca, chain));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/instant.h"
#include "base/result.h"

namespace oxpecker::audit {

// DER of a TimeStampReq, version 1: SHA-256, the nonce, and the wish for the TSA's certificate (certReq).
// `nonce`: 1 to 16 bytes, big-endian, not all zero.
std::string MakeTimestampRequest(const Digest& imprint, std::string_view nonce);

// What a request asks for, or a response must answer.
struct TimestampRequest {
  Digest imprint;
  std::optional<std::string> nonce = {};  // minimal big-endian bytes; none: not compared

  // kInvalidInput: no request, or one of another digest than SHA-256.
  static Result<TimestampRequest> Parse(std::string_view der);
  friend bool operator==(const TimestampRequest&, const TimestampRequest&) = default;
};

// What a response says. Nothing of it is verified by reading it.
struct Timestamp {
  Digest imprint;
  std::optional<std::string> nonce;
  Instant time;          // genTime
  std::string policy;    // OID in dots
  std::string serial;    // hex
  std::string signer;    // subject of the TSA's certificate, RFC 2253; empty where it did not come with it

  // A TimeStampResp that grants a token, or a token itself. kRefused: the TSA granted none, with its
  // reason. kInvalidInput: it is neither, or of another digest than SHA-256.
  static Result<Timestamp> Parse(std::string_view der);
};

// Verifies the token of a response against `expected` and the certificates in `ca_pem`, which are trusted,
// as of its genTime. `chain_pem`: certificates that are not, between them and the TSA's; may be empty.
// Each failure has a message of its own (kIntegrity): other bytes were stamped; another nonce; the
// signature does not hold; nobody trusted vouches for the TSA; a certificate was not valid at genTime; the
// certificate is not one of a TSA. kInvalidInput: the certificates cannot be read.
Result<Timestamp> VerifyTimestamp(std::string_view response, const TimestampRequest& expected, std::string_view ca_pem,
                                  std::string_view chain_pem = {});

// The certificates that came in the response, as PEM; empty where none did.
Result<std::string> CertificatesOf(std::string_view response);

}  // namespace oxpecker::audit
