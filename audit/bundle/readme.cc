#include "audit/bundle/readme.h"

namespace oxpecker::audit {
namespace {

constexpr std::string_view kBefore = R"(EVIDENCE BUNDLE

Records of a decision log, and what proves that they are the log's own, whole and unaltered. Format:
oxpecker.bundle/1 (bundle_v1.md in the documentation of oxpecker). You need nothing of the bank's to verify it
but the log's public key.

1. GET THE KEY FROM ELSEWHERE
   from the bank's publication, from an earlier visit, from whoever keeps it for you. The keys in this
   bundle (keys/log.vkey) say only what the bundle says of itself. They are:

)";

constexpr std::string_view kAfter = R"(
2. VERIFY ALL OF IT
   oxpecker-verify bundle FILE.zip --key KEY
   python3 verify_bundle.py FILE.zip --key KEY    (standard library and openssl; comes with oxpecker under share/)
   KEY is a file with the lines above, or the text itself. With --checkpoint FILE both compare with a signed head
   that you kept: two heads of one size with different roots are a FORK, and the proof of it.

3. OR BY HAND
   Files:    unzip FILE.zip, and compare with what manifest.json lists:
               sha256sum coverage.json disclosures.jsonl log/leaves.jsonl
   Manifest: manifest.note is a C2SP signed note. Its third line is the digest of manifest.json:
               openssl dgst -sha256 -binary manifest.json | base64
             Its signature, with openssl alone (the key is the last 32 bytes of the last part of the vkey):
               V='NAME+ID+BASE64'; N=manifest.note       # V: the key; the base64 may hold + too
               K=${V#*+}; K=${K#*+}
               (printf '\060\052\060\005\006\003\053\145\160\003\041\000'; printf %s "$K" | base64 -d | tail -c 32) > k.der
               sed '/^$/,$d' $N > text; tail -n 1 $N | sed 's/.* //' | base64 -d | tail -c 64 > sig
               openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey k.der -in text -sigfile sig
             The same with N=log/checkpoint verifies the signed head.
   Go:       golang.org/x/mod/sumdb/note opens manifest.note and log/checkpoint with the vkey as it is, and
             golang.org/x/mod/sumdb/tlog verifies proofs/*.tlog-proof and log/consistency.json.
   Leaves:   one a line in log/leaves.jsonl; hash = SHA-256 of a zero byte and the line without its newline.
             Each names the hash of the one before as "prev". proofs/ranges.json leads from them to the root.
   Content:  disclosures.jsonl. A part shown has SHA-256(salt, pointer, zero byte, text) as its commitment; those of a
             section together have the digest that stands as "commit" in the leaf.
   Releases: artefacts/ holds the rules that decided; the SHA-256 of each is its name, and stands in the leaves.

4. WHAT IS NOT HERE
   redactions.jsonl lists everything that is withheld, and why; coverage.json counts it. That what was recorded is
   true, no signature shows. report.html is for reading: it comes from whoever gave you this file.
)";

}  // namespace

std::string ReadmeText(std::string_view origin, const LogKeys& keys) {
  std::string text(kBefore);
  const std::string lines = keys.ToString();
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    text += "     " + lines.substr(at, end - at) + "\n";
    at = end == std::string::npos ? lines.size() : end + 1;
  }
  text += "\n   The log is called " + std::string(origin) + ".\n";
  return text + std::string(kAfter);
}

}  // namespace oxpecker::audit
