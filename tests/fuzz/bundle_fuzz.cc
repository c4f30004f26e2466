// The readers of an evidence bundle: its zip, the small files in it, and the cutting of sections into parts.
// None may crash on any bytes; what is accepted must come back as the same bytes.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/bundle/disclosure.h"
#include "audit/bundle/manifest.h"
#include "audit/bundle/record_proof.h"
#include "audit/bundle/verify_bundle.h"
#include "audit/bundle/zip.h"
#include "audit/section_parts.h"
#include "base/check.h"

namespace {

using namespace oxpecker;

// Whatever lies in the zip, it is no bundle that a log's key signed.
void ReadZip(std::string_view bytes) {
  static const int file = ::memfd_create("bundle", 0);
  OXP_CHECK(file >= 0 && ::ftruncate(file, 0) == 0);
  OXP_CHECK(::pwrite(file, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  const auto zip = audit::ZipReader::Open(path);
  OXP_CHECK(zip.has_value());
  if (zip->defect()) return;
  for (const audit::ZipEntry& entry : zip->entries()) {
    OXP_CHECK(Sha256(*zip->Read(entry, bytes.size())) == entry.sha256);
    audit::ZipLines lines(*zip, entry);
    for (auto line = lines.Next(1'000); line && *line; line = lines.Next(1'000)) continue;
  }
  [[maybe_unused]] const auto verified = audit::VerifyBundle(path, {});
}

void ReadSmallFiles(std::string_view bytes) {
  if (const auto disclosure = audit::Disclosure::Parse(bytes)) {
    OXP_CHECK(disclosure->ToLine() == bytes);
    [[maybe_unused]] const auto problem = disclosure->ShapeProblem();
  }
  if (const auto redaction = audit::Redaction::Parse(bytes)) OXP_CHECK(redaction->ToLine() == bytes);
  if (const auto manifest = audit::Manifest::Parse(bytes)) OXP_CHECK(manifest->ToString() == bytes);
  if (const auto coverage = audit::Coverage::Parse(bytes)) OXP_CHECK(coverage->ToString() == bytes);
  if (const auto proof = audit::RecordProof::Parse(bytes)) {
    OXP_CHECK(proof->ToString() == bytes);
    const auto leaf = [](std::uint64_t) -> Result<Digest> { return Digest(); };
    const bool fits = proof->records.empty() || proof->records.ranges().back().last < proof->size;
    if (fits && proof->records.count() < 10'000)
      [[maybe_unused]] const auto root = audit::RootOfRecords(proof->records, proof->size, proof->hashes, leaf);
  }
}

// A text that is cut comes back from its parts, and its skeleton tells their pointers.
void Cut(std::string_view bytes) {
  for (const char* section : {"facts", "event"}) {
    audit::SectionParts parts;
    parts.Cut(section, bytes);
    if (!parts.is_cut()) continue;
    const auto holes = audit::HolesOf(parts.bytes(0));
    OXP_CHECK(holes && holes->size() == parts.size() - 1);
    std::string text;
    std::size_t next = 1;
    for (const char byte : parts.bytes(0)) {
      if (byte != '\0') {
        text += byte;
        continue;
      }
      OXP_CHECK((*holes)[next - 1] == parts.pointer(next));
      text += parts.bytes(next++);
    }
    OXP_CHECK(text == bytes);
  }
  [[maybe_unused]] const auto holes = audit::HolesOf(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ReadZip(bytes);
  ReadSmallFiles(bytes);
  Cut(bytes);
  return 0;
}
