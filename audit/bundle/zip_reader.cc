#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "audit/bundle/zip.h"
#include "audit/bundle/zip_format.h"
#include "base/printable.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kBlockBytes = 1U << 20U;

Break Defect(const char* code, std::string place, std::string expected, std::string found) {
  return {Aspect::kIntegrity, code, {}, std::move(place), std::move(expected), std::move(found)};
}
std::string At(std::uint64_t offset) { return "byte " + std::to_string(offset); }

// What is wrong with a local header, but for its path. Each trick has its own word.
std::optional<Break> HeaderDefect(std::string_view header, std::uint64_t offset) {
  const std::uint32_t version = Little16(header, 4);
  const std::uint32_t flags = Little16(header, 6);
  const std::uint32_t method = Little16(header, 8);
  const std::uint32_t compressed = Little32(header, 18);
  const std::uint32_t size = Little32(header, 22);
  const std::string place = At(offset);
  if (version >= 45 || size == 0xFFFF'FFFFU || compressed == 0xFFFF'FFFFU)
    return Defect("zip_zip64", place, "a zip without zip64", "a header of zip64");
  if ((flags & 1U) != 0) return Defect("zip_encrypted", place, "files in the clear", "an encrypted file");
  if ((flags & 8U) != 0) return Defect("zip_data_descriptor", place, "size and CRC in the header", "size and CRC behind the file");
  if (method != 0) return Defect("zip_compressed", place, "stored files", "compression method " + std::to_string(method));
  if (version != kZipVersion || flags != 0)
    return Defect("zip_header", place, "version 10, flags 0", "version " + std::to_string(version) + ", flags " + std::to_string(flags));
  if (Little16(header, 10) != 0 || Little16(header, 12) != kZipDate)
    return Defect("zip_time", place, "1980-01-01 00:00", "another time");
  if (compressed != size) return Defect("zip_size", place, std::to_string(size) + " bytes stored", std::to_string(compressed));
  if (Little16(header, 28) != 0) return Defect("zip_extra", place, "no extra field", std::to_string(Little16(header, 28)) + " bytes");
  return std::nullopt;
}

// Which part of what follows the files differs from what they ask for.
Break DirectoryDefect(std::span<const ZipEntry> entries, std::uint64_t offset, std::string_view expected, std::string_view found) {
  std::size_t at = 0;
  for (const ZipEntry& entry : entries) {
    const std::size_t size = 46 + entry.path.size();
    if (found.size() < at + size) return Defect("zip_truncated", At(offset + at), "the central directory", "the end of the file");
    if (found.substr(at, size) != expected.substr(at, size))
      return Defect("zip_directory", "central directory, " + entry.path, "what the file's own header says", "something else");
    at += size;
  }
  const std::string_view end = expected.substr(at);
  const std::string_view rest = found.substr(at);
  if (rest.size() < end.size()) return Defect("zip_truncated", At(offset + at), "the end record", "the end of the file");
  if (Little32(rest, 0) == kCentralSignature)
    return Defect("zip_directory", At(offset + at), "as many entries as files", "one more");
  if (rest.substr(0, 20) != end.substr(0, 20))
    return Defect("zip_directory", At(offset + at), "the end record of these files", "something else");
  if (Little16(rest, 20) != 0) return Defect("zip_comment", At(offset + at + 20), "no comment", "a comment");
  return Defect("zip_trailing", At(offset + expected.size()), "the end of the file", std::to_string(rest.size() - end.size()) + " more bytes");
}

}  // namespace

bool IsZipPath(std::string_view path) {
  if (path.empty() || path.size() > kZipPathBytesMax) return false;
  std::string_view rest = path;
  while (true) {
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (name.empty() || name == "." || name == "..") return false;
    for (const char byte : name)
      if (!((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '.' ||
            byte == '_' || byte == '-'))
        return false;
    if (name.size() == rest.size()) return true;
    rest.remove_prefix(name.size() + 1);
  }
}

struct ZipReader::State {
  std::string name;
  int descriptor = -1;
  std::uint64_t size = 0;
  std::vector<ZipEntry> entries;
  std::set<std::string> paths;
  std::optional<Break> defect;
  Sha256Stream whole;
  Digest digest;

  ~State() {
    if (descriptor >= 0) ::close(descriptor);
  }

  Result<std::string> ReadAt(std::uint64_t offset, std::size_t count) const {
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(count, size - std::min(size, offset))), '\0');
    std::size_t got = 0;
    while (got < bytes.size()) {
      const ssize_t read = ::pread(descriptor, bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
      if (read < 0 && errno == EINTR) continue;
      if (read <= 0) return Fail(ErrorCode::kUnavailable, name, "cannot be read to its end");
      got += static_cast<std::size_t>(read);
    }
    return bytes;
  }

  // The file after file at `offset`. False: the central directory begins there, or a defect was found.
  Result<bool> ReadEntry(std::uint64_t offset, const Progress& progress);
  Status ReadDirectory(std::uint64_t offset);
  Status ReadAll(const Progress& progress);
};

Result<bool> ZipReader::State::ReadEntry(std::uint64_t offset, const Progress& progress) {
  OXP_TRY(const std::string header, ReadAt(offset, kLocalHeaderBytes));
  if (header.size() >= 4 && !entries.empty() && Little32(header, 0) == kCentralSignature) return false;
  if (header.size() < kLocalHeaderBytes) {
    defect = Defect("zip_truncated", At(offset), "a file's header", "the end of the file");
    return false;
  }
  if (Little32(header, 0) != kLocalSignature) {
    defect = Defect("zip_header", At(offset), "a file's header", offset == 0 ? "no zip, or bytes before it" : "other bytes");
    return false;
  }
  defect = HeaderDefect(header, offset);
  if (defect) return false;
  OXP_TRY(std::string path, ReadAt(offset + kLocalHeaderBytes, Little16(header, 26)));
  if (!IsZipPath(path)) defect = Defect("zip_path", At(offset), "a path of plain names", "'" + Printable(path) + "'");
  else if (!paths.insert(path).second) defect = Defect("zip_duplicate", path, "each path once", "a second file of this path");
  if (entries.size() >= kZipFilesMax) defect = Defect("zip_zip64", At(offset), "fewer than 65,535 files", "more");
  if (defect) return false;
  ZipEntry entry{std::move(path), offset, Little32(header, 22), 0, {}};
  whole.Update(header);
  whole.Update(entry.path);
  Sha256Stream sha256;
  for (std::uint64_t done = 0; done < entry.size;) {
    OXP_TRY(const std::string block, ReadAt(entry.data_offset() + done, static_cast<std::size_t>(std::min<std::uint64_t>(kBlockBytes, entry.size - done))));
    if (block.empty()) {
      defect = Defect("zip_truncated", entry.path, std::to_string(entry.size) + " bytes", std::to_string(done));
      return false;
    }
    entry.crc = UpdateCrc32(entry.crc, block);
    sha256.Update(block);
    whole.Update(block);
    done += block.size();
    if (progress) progress(entry.data_offset() + done, size);
  }
  entry.sha256 = sha256.Finish();
  if (entry.crc != Little32(header, 14)) {
    defect = Defect("zip_crc", entry.path, "the CRC-32 of its bytes", "another");
    return false;
  }
  entries.push_back(std::move(entry));
  return true;
}

Status ZipReader::State::ReadDirectory(std::uint64_t offset) {
  const std::string expected = CentralDirectory(entries, offset);
  OXP_TRY(const std::string found, ReadAt(offset, expected.size() + 65'536));
  whole.Update(found);
  if (found != expected) defect = DirectoryDefect(entries, offset, expected, found);
  return {};
}

Status ZipReader::State::ReadAll(const Progress& progress) {
  std::uint64_t offset = 0;
  while (true) {
    OXP_TRY(const bool more, ReadEntry(offset, progress));
    if (defect) return {};
    if (!more) return ReadDirectory(offset);
    offset = entries.back().data_offset() + entries.back().size;
  }
}

ZipReader::ZipReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

Result<ZipReader> ZipReader::Open(const std::filesystem::path& file, const Progress& progress) {
  auto state = std::make_unique<State>();
  state->name = file.string();
  state->descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (state->descriptor < 0)
    return Fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable, state->name, std::string("cannot be read: ") + std::strerror(errno));
  struct stat status {};
  if (::fstat(state->descriptor, &status) != 0 || !S_ISREG(status.st_mode))
    return Fail(ErrorCode::kInvalidInput, state->name, "is no file");
  state->size = static_cast<std::uint64_t>(status.st_size);
  if (state->size > kZipBytesMax) state->defect = Defect("zip_zip64", "the file", "less than 4 GiB", std::to_string(state->size) + " bytes");
  if (!state->defect) {
    OXP_TRY(state->ReadAll(progress));
  }
  state->digest = state->whole.Finish();
  return ZipReader(std::move(state));
}

const std::optional<Break>& ZipReader::defect() const { return state_->defect; }
const std::vector<ZipEntry>& ZipReader::entries() const { return state_->entries; }
Digest ZipReader::sha256() const { return state_->digest; }
std::uint64_t ZipReader::bytes() const { return state_->size; }

const ZipEntry* ZipReader::Find(std::string_view path) const {
  for (const ZipEntry& entry : state_->entries)
    if (entry.path == path) return &entry;
  return nullptr;
}

Result<std::string> ZipReader::Read(const ZipEntry& entry, std::uint64_t bytes_max) const {
  if (entry.size > bytes_max)
    return Fail(ErrorCode::kLimit, entry.path, "it has " + std::to_string(entry.size) + " bytes; at most " + std::to_string(bytes_max) + " are read");
  return ReadAt(entry.data_offset(), static_cast<std::size_t>(entry.size));
}
Result<std::string> ZipReader::ReadAt(std::uint64_t offset, std::size_t size) const { return state_->ReadAt(offset, size); }

Result<std::optional<std::string_view>> ZipLines::Next(std::size_t bytes_max) {
  std::size_t searched = begin_;
  while (true) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = end + 1;
      ++number_;
      return line;
    }
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched = buffer_.size();
    if (left_ == 0) {
      if (buffer_.empty()) return std::nullopt;
      return Fail(ErrorCode::kIntegrity, "line " + std::to_string(number_ + 1), "the last line has no newline");
    }
    if (buffer_.size() > bytes_max)
      return Fail(ErrorCode::kLimit, "line " + std::to_string(number_ + 1), "it has more than " + std::to_string(bytes_max) + " bytes");
    OXP_TRY(const std::string block, zip_->ReadAt(at_, static_cast<std::size_t>(std::min<std::uint64_t>(kBlockBytes, left_))));
    if (block.empty()) return Fail(ErrorCode::kUnavailable, "", "the file became shorter while it was read");
    at_ += block.size();
    left_ -= block.size();
    buffer_ += block;
  }
}

}  // namespace oxpecker::audit
