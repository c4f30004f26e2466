// audit/bundle/zip.h - the one zip file that a list of files makes: stored, fixed times, no extras, no
// zip64. Written and read in a stream; the reader accepts exactly the bytes that the writer writes, so
// there is nothing to hide in: no compression, no second header that says something else, no bytes
// before, between or after. docs/format/bundle_v1.md, "The zip". Not thread-safe.
//
// Example:
//   OXP_TRY(ZipWriter zip, ZipWriter::Create("out.zip.unfinished"));
//   OXP_TRY(zip.Add("README.txt", text));
//   OXP_TRY(Digest digest, zip.Finish());
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/verify.h"
#include "base/digest.h"
#include "base/result.h"

namespace oxpecker::audit {

struct ZipEntry {
  std::string path;
  std::uint64_t header_offset = 0;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
  Digest sha256;
  std::uint64_t data_offset() const { return header_offset + 30 + path.size(); }
};

inline constexpr std::uint64_t kZipBytesMax = 0xFFFF'FFFEU;  // zip64 begins above
inline constexpr std::size_t kZipFilesMax = 65'534;
inline constexpr std::size_t kZipPathBytesMax = 200;

// "log/leaves.jsonl": names of [A-Za-z0-9._-] between slashes, none of them "." or "..".
bool IsZipPath(std::string_view path);

class ZipWriter {
 public:
  // The file must not exist (kRefused); it is made for its owner alone.
  static Result<ZipWriter> Create(const std::filesystem::path& file);
  ZipWriter(ZipWriter&&) noexcept;
  ~ZipWriter();

  // One file: Begin, Write as often as needed, End. kLimit: more than a zip without zip64 holds.
  Status Begin(std::string path);
  Status Write(std::string_view bytes);
  Status End();
  Status Add(std::string path, std::string_view bytes);

  const std::vector<ZipEntry>& entries() const;
  Result<std::string> Read(const ZipEntry& entry);  // one that has ended

  Result<Digest> Finish();  // durable; the SHA-256 of the whole file
  std::uint64_t bytes() const;  // written so far

 private:
  struct State;
  explicit ZipWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Reads the whole file once when opened.
class ZipReader {
 public:
  using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;
  // An error is one of reading. What is wrong with the zip is defect().
  static Result<ZipReader> Open(const std::filesystem::path& file, const Progress& progress = {});
  ZipReader(ZipReader&&) noexcept;
  ~ZipReader();

  // Where it is not a zip of this form; the entries are then those before it.
  const std::optional<Break>& defect() const;
  const std::vector<ZipEntry>& entries() const;
  const ZipEntry* Find(std::string_view path) const;
  Digest sha256() const;  // of the whole file
  std::uint64_t bytes() const;

  Result<std::string> Read(const ZipEntry& entry, std::uint64_t bytes_max) const;  // kLimit
  // `size` bytes of the file, from `offset` on; fewer at its end.
  Result<std::string> ReadAt(std::uint64_t offset, std::size_t size) const;

 private:
  struct State;
  explicit ZipReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The lines of a file in a zip, each without its newline. Keeps one block of it in memory.
class ZipLines {
 public:
  ZipLines(const ZipReader& zip, const ZipEntry& entry) : zip_(&zip), at_(entry.data_offset()), left_(entry.size) {}
  // The next line; nothing at the end. A last line without a newline: kIntegrity; one above
  // `bytes_max`: kLimit. Valid until the next call.
  Result<std::optional<std::string_view>> Next(std::size_t bytes_max);
  std::uint64_t number() const { return number_; }  // of the line given last, from 1

 private:
  const ZipReader* zip_;
  std::uint64_t at_;
  std::uint64_t left_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace oxpecker::audit
