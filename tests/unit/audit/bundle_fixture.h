// A log with all that a bundle tells of, bundles of it, and bundles taken apart and put together again.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/bundle/export.h"
#include "audit/bundle/verify_bundle.h"
#include "audit/bundle/viewer.h"
#include "audit/bundle/zip.h"
#include "audit/erasure.h"
#include "audit/keys.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {

struct BundleOf {
  std::string path;
  std::string bytes;
};
using Files = std::vector<BundleOf>;

inline std::string& FileIn(Files& files, std::string_view path) {
  for (BundleOf& file : files)
    if (file.path == path) return file.bytes;
  ADD_FAILURE() << "no " << path;
  return files.front().bytes;
}

inline Files TakeApart(const std::filesystem::path& zip) {
  Files files;
  auto reader = ZipReader::Open(zip);
  EXPECT_TRUE(reader && !reader->defect());
  for (const ZipEntry& entry : reader->entries()) files.push_back({entry.path, *reader->Read(entry, kZipBytesMax)});
  return files;
}

inline void PutTogether(const Files& files, const std::filesystem::path& zip) {
  std::filesystem::remove(zip);
  auto writer = ZipWriter::Create(zip);
  ASSERT_HOLDS(writer);
  for (const BundleOf& file : files) ASSERT_HOLDS(writer->Add(file.path, file.bytes));
  ASSERT_HOLDS(writer->Finish());
}

// As the holder of the log's key could: the manifest, its note and the page say what the files are now.
inline void SignAnew(Files& files, const SigningKey& key) {
  auto manifest = Manifest::Parse(FileIn(files, "manifest.json"));
  ASSERT_HOLDS(manifest);
  manifest->files.clear();
  for (const BundleOf& file : files)
    if (file.path != "manifest.json" && file.path != "manifest.note" && file.path != "report.html")
      manifest->files.push_back({file.path, Sha256(file.bytes), file.bytes.size()});
  std::ranges::sort(manifest->files, {}, &BundleFile::path);
  FileIn(files, "manifest.json") = manifest->ToString();
  FileIn(files, "manifest.note") = SignNote(ManifestNoteText(manifest->origin, manifest->ToString()), key);
  std::vector<ZipEntry> entries;
  for (const BundleOf& file : files)
    if (file.path != "report.html") entries.push_back({file.path, 0, 0, 0, {}});
  const auto page = SplitViewer(DefaultViewer());
  std::string report(page->before);
  ASSERT_HOLDS(WriteData(
      entries, [&](const ZipEntry& entry) -> Result<std::string> { return FileIn(files, entry.path); },
      [&](std::string_view bytes) -> Status {
        report += bytes;
        return {};
      }));
  FileIn(files, "report.html") = report + std::string(page->after);
}

class BundleTest : public testing::Test {
 protected:
  // Record 0 is a release, 1 to `decisions` are decisions, two of whose customers are erased after.
  void Fill(std::uint64_t decisions) {
    ASSERT_HOLDS(CreateLog(paths_, kOrigin, clock_));
    auto log = Log::Open({.paths = paths_, .clock = &clock_});
    ASSERT_HOLDS(log);
    Entry release{.kind = RecordKind::kRelease, .time = kNow};
    release.about.Set("release", Sha256(kReleaseText).ToHex());
    release.sections.push_back({"manifest", R"({"pack":"retail"})"});
    release.sections.push_back({"release", kReleaseText});
    ASSERT_HOLDS((*log)->Append(std::move(release)));
    for (std::uint64_t n = 1; n <= decisions; ++n) {
      ASSERT_HOLDS((*log)->Append(Decision(n)));
      if (n == decisions / 2) ASSERT_HOLDS((*log)->WriteCheckpoint());
    }
    ASSERT_HOLDS((*log)->Close());
  }

  static Entry Decision(std::uint64_t n) {
    Entry entry{.kind = n % 10 == 9 ? RecordKind::kRefusal : RecordKind::kDecision,
                .time = kNow.PlusSeconds(static_cast<std::int64_t>(n)),
                .decision_id = DecisionNumber(n),
                .subject = "customer-" + std::to_string(n % 7)};
    entry.about.Set("outcome", n % 3 == 0 ? "action" : "silent");
    entry.about.Set("release", Sha256(kReleaseText).ToHex());
    const std::string number = std::to_string(n);
    entry.sections.push_back({"facts", "{\"as_of\":\"2026\",\"customer\":{\"id\":\"customer-" + std::to_string(n % 7) + "\",\"birth_year\":19" +
                                           std::to_string(10 + n % 90) + "},\"secret\":\"\u00e5 <" + number + ">\"}"});
    entry.sections.push_back({"decision", "{\"schema\":\"oxpecker.decision/1\",\"features\":[" + number + "],\"reasons\":[\"R\"]}"});
    entry.sections.push_back({"trace", n % 5 == 0 ? "\xff\xfe not UTF-8" : "{\"rules\":[]}"});
    return entry;
  }

  // A customer's key is destroyed; two records more.
  void EraseCustomer(const std::string& customer) {
    auto log = Log::Open({.paths = paths_, .clock = &clock_});
    ASSERT_HOLDS(log);
    ASSERT_HOLDS(Erase(**log, {.subject = customer, .basis = "asked for", .by = "K. Lind", .now = kNow.PlusSeconds(9'000)}, {}));
    ASSERT_HOLDS((*log)->Close());
  }

  LogKeys Keys() const { return *LogKeys::FromFileOrText(paths_.verifier_key.string()); }
  SigningKey Key() const { return *SigningKey::Load(paths_.signing_key); }

  Result<ExportedBundle> Export(const std::filesystem::path& file, std::string_view profile, BundleQuery query = {}) {
    std::filesystem::remove(file);
    OXP_TRY(LogReader reader, LogReader::Open(paths_, profile == "headers" ? WithVault::kNo : WithVault::kYes));
    const std::unique_ptr<Signer> key = SignerOf(Key());
    return ExportBundle(reader, file, {.query = std::move(query), .keys = Keys(), .signer = key.get(),
                                       .profile = *RedactionProfile::BuiltIn(profile), .tool = "test"});
  }

  // The code of the first break, "holds", or the error.
  std::string Verified(const std::filesystem::path& file, std::optional<std::string> held = {}) const {
    const auto verified = VerifyBundle(file, {.key = Keys(), .held_checkpoint = std::move(held)});
    if (!verified) return "error: " + verified.error().ToString();
    return verified->first_break ? verified->first_break->code : "holds";
  }
  // Of these files in a zip; and of these files, if the holder of the log's key stood behind them.
  std::string Verified(const Files& files) const {
    PutTogether(files, altered());
    return Verified(altered());
  }
  std::string VerifiedSignedAnew(Files files) const {
    SignAnew(files, Key());
    return Verified(files);
  }

  std::filesystem::path zip() const { return folder_.path() / "bundle.zip"; }
  std::filesystem::path altered() const { return folder_.path() / "altered.zip"; }

  static constexpr const char* kReleaseText = R"({"files":[],"schema":"oxpecker.release/1"})";
  TemporaryFolder folder_;
  LogPaths paths_ = LogPaths::Under(folder_.path());
  ManualClock clock_{kNow};
};

}  // namespace oxpecker::audit
