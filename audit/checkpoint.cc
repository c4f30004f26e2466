#include "audit/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t kNoteBytesMax = 1U << 20U;
constexpr std::size_t kSignaturesMax = 100;

std::unexpected<Error> Malformed(const char* place, std::string message) {
  return Fail(ErrorCode::kIntegrity, place, std::move(message));
}

std::uint32_t BigEndian(std::string_view four) {
  std::uint32_t value = 0;
  for (const char c : four) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}
std::string BigEndian(std::uint32_t value) {
  std::string bytes;
  for (unsigned shift = 24; shift < 32; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

// The text up to the next newline, taken off `rest` with it. False where there is no newline.
bool TakeLine(std::string_view& rest, std::string_view& line) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return false;
  line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

Result<NoteSignature> ParseSignatureLine(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix))
    return Malformed("signed note", "a signature line does not begin with a dash and a space");
  line.remove_prefix(kSignaturePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || space == 0)
    return Malformed("signed note", "a signature line has no key name");
  const auto payload = Base64Decode(line.substr(space + 1));
  if (!payload || payload->size() < 5)
    return Malformed("signed note", "a signature is not base64 of a key id and a signature");
  return NoteSignature{std::string(line.substr(0, space)),
                       BigEndian(std::string_view(*payload).substr(0, 4)), payload->substr(4)};
}

}  // namespace

std::string Checkpoint::ToBody() const {
  return origin + "\n" + std::to_string(size) + "\n" + Base64Encode(root.view()) + "\n";
}

Result<Checkpoint> Checkpoint::FromBody(std::string_view body) {
  std::string_view origin;
  std::string_view size;
  std::string_view root;
  if (!TakeLine(body, origin) || !TakeLine(body, size) || !TakeLine(body, root) || !body.empty())
    return Malformed("checkpoint", "expected three lines: origin, size and root");
  Checkpoint checkpoint;
  OXP_TRY(CheckKeyName(origin));
  checkpoint.origin = origin;
  const char* end = size.data() + size.size();
  const auto read = std::from_chars(size.data(), end, checkpoint.size);
  if (read.ec != std::errc() || read.ptr != end || (size.size() > 1 && size[0] == '0'))
    return Malformed("checkpoint", "the size is no decimal number without leading zeros");
  const auto bytes = Base64Decode(root);
  if (!bytes || bytes->size() != 32)
    return Malformed("checkpoint", "the root is not base64 of 32 bytes");
  std::copy(bytes->begin(), bytes->end(), checkpoint.root.bytes.begin());
  return checkpoint;
}

Result<Note> Note::Parse(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) return Malformed("signed note", "larger than 1 MiB");
  if (!IsUtf8(bytes)) return Malformed("signed note", "not UTF-8");
  if (std::ranges::any_of(bytes, [](char c) { return c >= '\0' && c < ' ' && c != '\n'; }))
    return Malformed("signed note", "holds a control character");
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos || !bytes.ends_with('\n'))
    return Malformed("signed note", "has no empty line before its signatures");
  Note note;
  note.text = bytes.substr(0, split + 1);
  std::string_view rest = bytes.substr(split + 2);
  std::string_view line;
  while (TakeLine(rest, line)) {
    if (note.signatures.size() == kSignaturesMax)
      return Malformed("signed note", "has more than 100 signatures");
    OXP_TRY(NoteSignature signature, ParseSignatureLine(line));
    note.signatures.push_back(std::move(signature));
  }
  if (note.signatures.empty()) return Malformed("signed note", "has no signature");
  return note;
}

std::string SignatureLine(const VerifierKey& key, std::string_view signature) {
  const std::string payload = BigEndian(key.key_id()) + std::string(signature);
  return std::string(kSignaturePrefix) + key.name() + " " + Base64Encode(payload) + "\n";
}

std::string SignNote(std::string text, const SigningKey& key) {
  const std::string line = SignatureLine(key.verifier(), key.Sign(text));
  return std::move(text) + "\n" + line;
}

SignedCheckpoint Sign(const Checkpoint& checkpoint, const SigningKey& key) {
  return {checkpoint, SignNote(checkpoint.ToBody(), key)};
}

SignedCheckpoint AddSignature(SignedCheckpoint head, const SigningKey& key) {
  head.note += SignatureLine(key.verifier(), key.Sign(head.checkpoint.ToBody()));
  return head;
}

bool IsSignedBy(std::string_view note, const VerifierKey& key) {
  const auto parsed = Note::Parse(note);
  return parsed && std::ranges::any_of(parsed->signatures, [&](const NoteSignature& signature) {
           return signature.name == key.name() && signature.key_id == key.key_id() &&
                  key.Verify(parsed->text, signature.signature);
         });
}

Result<Checkpoint> ReadCheckpoint(std::string_view note) {
  OXP_TRY(const Note parsed, Note::Parse(note));
  return Checkpoint::FromBody(parsed.text);
}

namespace {

std::string Named(const VerifierKey& key) { return key.name() + " with key id " + HexEncode(BigEndian(key.key_id())); }

// Why a signature that holds does not count at this size.
std::string OutOfTerm(const KeyTerm& term, std::uint64_t size) {
  const std::string head = "the head over " + std::to_string(size) + " records is signed by " + Named(term.key);
  if (term.last_size && size > *term.last_size)
    return head + ", a key that was retired at " + std::to_string(*term.last_size) + " records";
  return head + ", a key that signs from " + std::to_string(term.first_size) + " records on";
}

std::string NotSigned(const LogKeys& keys) {
  std::string message = "no signature by ";
  for (const KeyTerm& term : keys.terms()) {
    if (&term != &keys.terms().front()) message += " or ";
    message += Named(term.key);
  }
  return message;
}

}  // namespace

Result<Checkpoint> OpenCheckpoint(std::string_view note, const LogKeys& keys) {
  OXP_TRY(const Note parsed, Note::Parse(note));
  std::vector<const KeyTerm*> signers;
  for (const NoteSignature& signature : parsed.signatures) {
    const KeyTerm* term = keys.Find(signature.name, signature.key_id);
    if (term == nullptr) continue;
    if (!term->key.Verify(parsed.text, signature.signature))
      return Malformed("checkpoint", "the signature by " + Named(term->key) + " does not hold");
    signers.push_back(term);
  }
  if (signers.empty()) return Malformed("checkpoint", NotSigned(keys));
  OXP_TRY(Checkpoint checkpoint, Checkpoint::FromBody(parsed.text));
  if (checkpoint.origin != keys.name())
    return Malformed("checkpoint", "its origin is not the name of the key, " + keys.name());
  const bool in_term = std::ranges::any_of(signers, [&](const KeyTerm* term) {
    return checkpoint.size >= term->first_size && (!term->last_size || checkpoint.size <= *term->last_size);
  });
  if (!in_term) return Malformed("checkpoint", OutOfTerm(*signers.front(), checkpoint.size));
  return checkpoint;
}

}  // namespace oxpecker::audit
