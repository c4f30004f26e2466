// The zip of a bundle: tricks of zips have each their word, and no bit of a bundle is free.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "audit/bundle/zip_format.h"
#include "tests/unit/audit/bundle_fixture.h"

namespace oxpecker::audit {
namespace {

class ZipTest : public testing::Test {
 protected:
  // What the reader says of these bytes: "whole", or the word of the defect.
  std::string Read(const std::string& bytes) const {
    const std::filesystem::path file = folder_.path() / "zip";
    std::ofstream(file, std::ios::binary) << bytes;
    const auto zip = ZipReader::Open(file);
    if (!zip) return zip.error().ToString();
    return zip->defect() ? zip->defect()->code : "whole";
  }
  static ZipEntry Entry(std::string path, std::string_view bytes) { return {std::move(path), 0, bytes.size(), UpdateCrc32(0, bytes), {}}; }
  // Files as a program with other habits would write them.
  static std::string Zip(std::vector<std::pair<std::string, std::string>> files) {
    std::string out;
    std::vector<ZipEntry> entries;
    for (const auto& [path, bytes] : files) {
      entries.push_back(Entry(path, bytes));
      entries.back().header_offset = out.size();
      out += LocalHeader(entries.back()) + bytes;
    }
    return out + CentralDirectory(entries, out.size());
  }
  static std::string With(std::string bytes, std::size_t at, std::string_view other) { return bytes.replace(at, other.size(), other); }

  TemporaryFolder folder_;
};

TEST_F(ZipTest, WhatIsWrittenIsRead) {
  auto writer = ZipWriter::Create(folder_.path() / "out.zip");
  ASSERT_HOLDS(writer);
  const std::string large(3U << 20U, 'x');
  ASSERT_HOLDS(writer->Add("a", ""));
  ASSERT_HOLDS(writer->Add("folder/b.txt", large));
  ASSERT_HOLDS(writer->Add("c", "lines\nof text\n"));
  const auto digest = writer->Finish();
  ASSERT_HOLDS(digest);
  const std::string bytes = ReadText(folder_.path() / "out.zip");
  EXPECT_EQ(bytes, Zip({{"a", ""}, {"folder/b.txt", large}, {"c", "lines\nof text\n"}}));
  EXPECT_EQ(Sha256(bytes), *digest);
  auto reader = ZipReader::Open(folder_.path() / "out.zip");
  ASSERT_HOLDS(reader);
  ASSERT_FALSE(reader->defect());
  EXPECT_EQ(reader->sha256(), *digest);
  EXPECT_EQ(*reader->Read(*reader->Find("folder/b.txt"), kZipBytesMax), large);
  EXPECT_EQ(reader->Find("folder/b.txt")->sha256, Sha256(large));
  EXPECT_FALSE(reader->Read(*reader->Find("folder/b.txt"), 10));
  ZipLines lines(*reader, *reader->Find("c"));
  EXPECT_EQ(**lines.Next(100), "lines");
  EXPECT_EQ(**lines.Next(100), "of text");
  EXPECT_FALSE(lines.Next(100)->has_value());
  EXPECT_FALSE(ZipWriter::Create(folder_.path() / "out.zip"));
}

TEST_F(ZipTest, CrcOfKnownText) {
  EXPECT_EQ(UpdateCrc32(0, "123456789"), 0xCBF43926U);
  EXPECT_EQ(UpdateCrc32(UpdateCrc32(0, "1234"), "56789"), 0xCBF43926U);
}

TEST_F(ZipTest, EachTrickHasItsWord) {
  const std::string good = Zip({{"a", "hello"}, {"b", "world"}});
  ASSERT_EQ(Read(good), "whole");
  EXPECT_EQ(Read(Zip({{"../a", ""}})), "zip_path");
  EXPECT_EQ(Read(Zip({{"/etc/passwd", ""}})), "zip_path");
  EXPECT_EQ(Read(Zip({{"a//b", ""}})), "zip_path");
  EXPECT_EQ(Read(Zip({{"a/./b", ""}})), "zip_path");
  EXPECT_EQ(Read(Zip({{"c:a", ""}})), "zip_path");
  EXPECT_EQ(Read(Zip({{"a\\b", ""}})), "zip_path");
  EXPECT_EQ(Read(Zip({{"a b", ""}})), "zip_path");
  EXPECT_EQ(Read(Zip({{"", ""}})), "zip_path");
  EXPECT_EQ(Read(Zip({{"a", "1"}, {"a", "2"}})), "zip_duplicate");
  EXPECT_EQ(Read(With(good, 8, std::string("\x08\x00", 2))), "zip_compressed");
  EXPECT_EQ(Read(With(good, 6, std::string("\x01\x00", 2))), "zip_encrypted");
  EXPECT_EQ(Read(With(good, 6, std::string("\x08\x00", 2))), "zip_data_descriptor");
  EXPECT_EQ(Read(With(good, 6, std::string("\x00\x08", 2))), "zip_header");
  EXPECT_EQ(Read(With(good, 4, std::string("\x2d\x00", 2))), "zip_zip64");
  EXPECT_EQ(Read(With(good, 10, "\x01")), "zip_time");
  EXPECT_EQ(Read(With(good, 18, "\x04")), "zip_size");
  EXPECT_EQ(Read(With(good, 28, "\x04")), "zip_extra");
  EXPECT_EQ(Read(With(good, 31, "H")), "zip_crc");
  EXPECT_EQ(Read("x" + good), "zip_header");
  EXPECT_EQ(Read(""), "zip_truncated");
  EXPECT_EQ(Read("no zip at all, but long enough for a header"), "zip_header");
  EXPECT_EQ(Read(good + "x"), "zip_trailing");
  EXPECT_EQ(Read(good.substr(0, good.size() - 1)), "zip_truncated");
  EXPECT_EQ(Read(With(good, good.size() - 2, "\x01") + "c"), "zip_comment");
  const std::size_t directory = good.find("PK\1\2");
  EXPECT_EQ(Read(With(good, directory + 42, "\x01")), "zip_directory");   // another offset
  EXPECT_EQ(Read(With(good, directory + 46, "z")), "zip_directory");      // another name
  EXPECT_EQ(Read(With(good, directory + 24, "\x04")), "zip_directory");   // another size
  EXPECT_EQ(Read(good.substr(0, directory)), "zip_truncated");
}

// How many bits of a file are tried: all with OXPECKER_EVERY_BIT, else as many as take seconds.
std::size_t Step(std::size_t bits, std::size_t tries) {
  if (std::getenv("OXPECKER_EVERY_BIT") != nullptr) return 1;
  return std::max<std::size_t>(1, bits / tries) | 1U;
}

// The bundle's file, in which one bit after the other is turned and turned back.
class TurnedBits {
 public:
  explicit TurnedBits(const std::filesystem::path& file)
      : good_(ReadText(file)), file_(file, std::ios::binary | std::ios::in | std::ios::out) {}
  std::size_t bits() const { return good_.size() * 8; }
  void Turn(std::size_t bit) { Put(bit / 8, static_cast<char>(good_[bit / 8] ^ static_cast<char>(1U << bit % 8))); }
  void Restore(std::size_t bit) { Put(bit / 8, good_[bit / 8]); }

 private:
  void Put(std::size_t at, char byte) {
    file_.seekp(static_cast<std::streamoff>(at));
    file_.put(byte);
    file_.flush();
  }
  std::string good_;
  std::fstream file_;
};

TEST_F(BundleTest, NoBitOfTheFileIsFree) {
  Fill(200);
  EraseCustomer("customer-3");
  ASSERT_HOLDS(Export(zip(), "personal-withheld"));
  ASSERT_EQ(Verified(zip()), "holds");
  TurnedBits file(zip());
  for (std::size_t bit = 0; bit < file.bits(); bit += Step(file.bits(), 2'000)) {
    file.Turn(bit);
    ASSERT_NE(Verified(zip()), "holds") << "bit " << bit;
    file.Restore(bit);
  }
  EXPECT_EQ(Verified(zip()), "holds");
}

// Of what lies between the files every bit is tried, always.
TEST_F(BundleTest, NoBitOfAHeaderIsFree) {
  Fill(2);
  ASSERT_HOLDS(Export(zip(), "headers"));
  const auto whole = ZipReader::Open(zip());
  ASSERT_HOLDS(whole);
  TurnedBits file(zip());
  std::size_t tried = 0;
  const auto try_bytes = [&](std::uint64_t begin, std::uint64_t end) {
    for (std::size_t bit = begin * 8; bit < end * 8; ++bit, ++tried) {
      file.Turn(bit);
      const auto turned = ZipReader::Open(zip());
      ASSERT_TRUE(turned && turned->defect()) << "bit " << bit;
      file.Restore(bit);
    }
  };
  std::uint64_t end = 0;
  for (const ZipEntry& entry : whole->entries()) {
    try_bytes(entry.header_offset, entry.data_offset());
    end = entry.data_offset() + entry.size;
  }
  try_bytes(end, whole->bytes());
  EXPECT_GT(tried, 10'000U);
}

// The same with CRCs that fit: what the CRC does not find, the manifest or its signature does.
TEST_F(BundleTest, NoBitOfAnyFileIsFree) {
  Fill(200);
  EraseCustomer("customer-3");
  ASSERT_HOLDS(Export(zip(), "personal-withheld"));
  Files files = TakeApart(zip());
  for (BundleOf& file : files)
    for (std::size_t bit = 0; bit < file.bytes.size() * 8; bit += Step(file.bytes.size() * 8, 40)) {
      char& byte = file.bytes[bit / 8];
      byte = static_cast<char>(byte ^ static_cast<char>(1U << bit % 8));
      ASSERT_NE(Verified(files), "holds") << file.path << ", bit " << bit;
      byte = static_cast<char>(byte ^ static_cast<char>(1U << bit % 8));
    }
  EXPECT_EQ(Verified(files), "holds");
}

// And where the holder of the log's key signs what was altered: nothing that tells of records is free.
TEST_F(BundleTest, NoBitThatTellsOfRecordsCanBeSignedAnew) {
  Fill(12);
  EraseCustomer("customer-3");
  ASSERT_HOLDS(Export(zip(), "personal-withheld", {.from = kNow.PlusSeconds(2)}));
  const Files files = TakeApart(zip());
  const std::string holds = R"("holds":"0")";
  for (const char* path : {"disclosures.jsonl", "keys/log.vkey", "log/checkpoint", "log/leaves.jsonl", "proofs/ranges.json", "redactions.jsonl", "coverage.json"}) {
    Files altered = files;
    std::string& bytes = FileIn(altered, path);
    const std::size_t own_word = bytes.find(holds) + holds.size() - 2;  // the digit of `holds`: the exporter's word
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += Step(bytes.size() * 8, 60)) {
      if (std::string_view(path) == "coverage.json" && bit / 8 == own_word) continue;
      const char before = bytes[bit / 8];
      bytes[bit / 8] = static_cast<char>(before ^ static_cast<char>(1U << bit % 8));
      ASSERT_NE(VerifiedSignedAnew(altered), "holds") << path << ", bit " << bit;
      bytes[bit / 8] = before;
    }
  }
}

}  // namespace
}  // namespace oxpecker::audit
