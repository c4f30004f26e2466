#include "audit/erasure_certificate.h"

#include <array>
#include <utility>

#include "audit/checkpoint.h"
#include "audit/erasure.h"
#include "base/encoding.h"
#include "base/json/document.h"

namespace oxpecker::audit {
namespace {

constexpr const char* kFormat = "oxpecker.erasure_certificate/1";
constexpr std::string_view kTitle = "Certificate of erasure\n";

// The same in every certificate: what is left, and why.
constexpr auto kRemains = std::to_array<const char*>({
    "The headers of the records: time, kind, outcome, counts, digests. They hold no personal data, and they prove "
    "that nothing else was removed.",
    "The encrypted parts, which nobody can open since their key is destroyed. Their digests stand in the headers, so that "
    "a part that is missing for another reason is still found.",
    "Copies of the vault in backups made before, until they expire. Restoring one brings the key back.",
    "What other systems than this log hold.",
});

std::string TextAt(const json::Object& object, std::string_view name) {
  const json::Value* value = object.Find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

// All of it follows from the JSON, so that a reader may compare.
std::string TextOf(const json::Object& certificate) {
  std::string text(kTitle);
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(name) + value + "\n";
  };
  line("Log:          ", TextAt(certificate, "origin"));
  line("Erasure:      ", TextAt(certificate, "erasure"));
  line("Recorded as:  record ", TextAt(certificate, "record"));
  line("At:           ", TextAt(certificate, "time"));
  line("By:           ", TextAt(certificate, "by"));
  line("Legal ground: ", TextAt(certificate, "basis"));
  line("Cause:        ", TextAt(certificate, "cause"));
  line("Erased:       what was recorded of one customer in records ", TextAt(certificate, "ranges"));
  line("Their number: ", TextAt(certificate, "records"));
  text += "How:          the only key that opens them was destroyed; no copy of it is in the vault or its journal.\n"
          "What remains, and why:\n";
  for (const char* remaining : kRemains) text += std::string("- ") + remaining + "\n";
  return text + json::Canonical(json::Value(certificate)) + "\n";
}

}  // namespace

Result<json::Object> DescribeErasure(LogReader& reader, const Record& record) {
  const auto open = [&](std::string_view section) { return reader.Decrypt(record, section); };
  OXP_TRY(const ErasureRecord told, ReadErasure(record, open));
  OXP_TRY(const std::string bytes, open("statement"));
  OXP_TRY(const json::Document document, json::Document::Parse(bytes, {}));
  OXP_TRY(json::Value statement, json::Value::FromDocument(document.root()));
  if (statement.object() == nullptr)
    return Fail(ErrorCode::kIntegrity, "record " + std::to_string(record.seq), "its statement is no object");
  json::Object certificate;
  certificate.Set("basis", TextAt(*statement.object(), "basis"));
  certificate.Set("by", TextAt(*statement.object(), "by"));
  certificate.Set("cause", told.cause);
  certificate.Set("erasure", told.id);
  if (const json::Value* kinds = statement.object()->Find("kinds")) certificate.Set("kinds", *kinds);
  certificate.Set("leaf_hash", record.leaf_hash.ToHex());
  certificate.Set("origin", record.origin);
  certificate.Set("ranges", told.ranges.ToString());
  certificate.Set("record", std::to_string(record.seq));
  certificate.Set("records", std::to_string(told.records));
  json::Array remains;
  for (const char* remaining : kRemains) remains.emplace_back(remaining);
  certificate.Set("remains", std::move(remains));
  certificate.Set("time", told.time.ToString());
  certificate.Set("v", kFormat);
  return certificate;
}

namespace {

Status CheckSigner(const LogReader& reader, const Signer& key, const LogKeys& keys) {
  const auto wrong = [](const char* message) {
    return Fail(ErrorCode::kIntegrity, "signing key", message,
                "put back the keys that belong to this log: log.key and log.vkey of one time. Nothing was signed");
  };
  if (key.verifier().name() != reader.origin() || keys.name() != reader.origin()) return wrong("it is the key of another log");
  if (key.verifier() == keys.current()) return {};
  const bool known = keys.Find(key.verifier().name(), key.verifier().key_id()) != nullptr;
  return wrong(known ? "it was retired: another key is in use" : "it is not the one of the log's verifier keys");
}

// The record as it was read is the one that was signed.
Status ProveSigned(LogReader& reader, const Record& record, const LogKeys& keys) {
  OXP_TRY(const SignedCheckpoint newest, reader.NewestCheckpoint());
  OXP_TRY(const Checkpoint head, OpenCheckpoint(newest.note, keys));
  OXP_TRY(const HashPath path, reader.ProveInclusion(record.seq, head));
  return VerifyInclusion(record.leaf_hash, record.seq, head.size, path, head.root);
}

}  // namespace

Result<std::string> CertifyErasure(LogReader& reader, const Record& record, const Signer& key, const LogKeys& keys) {
  OXP_TRY(CheckSigner(reader, key, keys));
  OXP_TRY(ProveSigned(reader, record, keys));
  OXP_TRY(const json::Object certificate, DescribeErasure(reader, record));
  return SignNoteBy(TextOf(certificate), key);
}

Result<json::Object> OpenCertificate(std::string_view bytes, const VerifierKey& key) {
  const auto wrong = [](const char* message) { return Fail(ErrorCode::kIntegrity, "certificate", message); };
  OXP_TRY(const Note note, Note::Parse(bytes));
  bool is_signed = false;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name() || signature.key_id != key.key_id()) continue;
    if (!key.Verify(note.text, signature.signature)) return wrong("its signature does not hold");
    is_signed = true;
  }
  if (!is_signed) return wrong("it is not signed with this key");
  const std::size_t json_at = note.text.rfind('\n', note.text.size() - 2);
  if (json_at == std::string::npos) return wrong("it has no line of JSON");
  OXP_TRY(const json::Document document, json::Document::Parse(note.text.substr(json_at + 1), {}));
  OXP_TRY(const json::Value value, json::Value::FromDocument(document.root()));
  if (value.object() == nullptr || TextAt(*value.object(), "v") != kFormat) return wrong("it is no certificate of format 1");
  if (TextOf(*value.object()) != note.text) return wrong("its text and its JSON do not say the same");
  return *value.object();
}

}  // namespace oxpecker::audit
