// audit/erasure_certificate.h - says what an erasure did, for the person concerned or an authority, and
// is signed with the log's key. Format: docs/format/erasure_certificate_v1.md.
//
// A C2SP signed note: a text to read whose last line is the same as JSON, then the signature. It is made
// from the erasure's record, so it can be made again at any time. It does not name the customer.
//
// Example:
//   OXP_TRY(std::string note, CertifyErasure(reader, record, key, keys));
#pragma once

#include <string>

#include "audit/keys.h"
#include "audit/log_keys.h"
#include "audit/log_reader.h"
#include "audit/signer.h"
#include "base/json/value.h"
#include "base/result.h"

namespace oxpecker::audit {

// What the certificate says, as JSON: members of docs/format/erasure_certificate_v1.md. kInvalidInput where
// the record is no erasure; kRefused where the reader has no vault, so that nobody knows who and why.
Result<json::Object> DescribeErasure(LogReader& reader, const Record& record);

// Signed with the key in use, over a record that is proven to lie under the newest signed head of the log.
// kIntegrity where it does not, or where `key` is not the one in use of `keys` (retired, of another log). That
// the rest of the log holds, and that nobody took over since, is the verifier's to say (verify.h): ask it
// before.
Result<std::string> CertifyErasure(LogReader& reader, const Record& record, const Signer& key, const LogKeys& keys);

// The JSON of a certificate that `key` signed. kIntegrity where it did not, or where text and JSON
// differ.
Result<json::Object> OpenCertificate(std::string_view note, const VerifierKey& key);

}  // namespace oxpecker::audit
