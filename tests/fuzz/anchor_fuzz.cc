// The readers of what witnesses and timestamp authorities hand over: policies, requests, cosigned heads,
// tokens, and the settings that say where a key is. None may crash on any bytes; what is accepted
// comes back the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/cosignature.h"
#include "audit/key_source.h"
#include "audit/policy.h"
#include "audit/timestamp.h"
#include "audit/witness.h"
#include "base/check.h"

namespace {

using namespace oxpecker;

void ReadPolicy(std::string_view bytes) {
  const auto policy = audit::Policy::Parse(bytes);
  if (!policy) return;
  OXP_CHECK(!policy->Needed().empty());
  // A note without a cosignature meets none but the policy that needs none.
  const auto verdict = policy->Judge("x\n\n\xE2\x80\x94 x AAAAAAA=\n");
  OXP_CHECK(verdict && verdict->seen.empty());
}

void ReadRequest(std::string_view bytes) {
  const auto request = audit::AddCheckpointRequest::Parse(bytes);
  if (request) OXP_CHECK(request->ToString() == bytes);
}

void ReadCosigned(std::string_view bytes) {
  const auto note = audit::Note::Parse(bytes);
  if (!note) return;
  for (const audit::NoteSignature& line : note->signatures) {
    const auto key = audit::VerifierKey::Parse(line.name, audit::KeyType::kCosignature);
    if (key) OXP_CHECK(!audit::CosignedAt("no body", line.signature, *key));
  }
}

void ReadTimestamp(std::string_view bytes) {
  const auto stamp = audit::Timestamp::Parse(bytes);
  // Nothing is trusted, so nothing may be verified.
  if (stamp) OXP_CHECK(!audit::VerifyTimestamp(bytes, {stamp->imprint, stamp->nonce}, {}));
  const auto request = audit::TimestampRequest::Parse(bytes);
  if (request && request->nonce && !request->nonce->empty() && request->nonce->size() <= 16 && request->nonce->front() != '\0')
    OXP_CHECK(audit::TimestampRequest::Parse(audit::MakeTimestampRequest(request->imprint, *request->nonce)).value() == *request);
}

void ReadKeySource(std::string_view bytes) {
  const auto source = audit::KeySource::Parse(bytes, "/", {});
  if (source) OXP_CHECK(!source->Secret());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ReadPolicy(bytes);
  ReadRequest(bytes);
  ReadCosigned(bytes);
  ReadTimestamp(bytes);
  ReadKeySource(bytes);
  return 0;
}
