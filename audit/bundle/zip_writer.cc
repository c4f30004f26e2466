#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "audit/bundle/zip.h"
#include "audit/bundle/zip_format.h"
#include "base/check.h"

namespace oxpecker::audit {
namespace {

constexpr std::size_t kBlockBytes = 1U << 20U;

}  // namespace

struct ZipWriter::State {
  std::string name;
  int descriptor = -1;
  std::uint64_t size = 0;  // of the file, with what is in `pending`
  std::string pending;
  std::vector<ZipEntry> entries;
  bool open = false;  // a file was begun and has not ended
  Sha256Stream sha256;

  ~State() {
    if (descriptor >= 0) ::close(descriptor);
  }

  std::unexpected<Error> Failed(const char* what) const {
    return Fail(ErrorCode::kUnavailable, name, std::string(what) + ": " + std::strerror(errno));
  }
  Status WriteAt(std::uint64_t offset, std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return Failed("cannot write");
      offset += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
  Status Flush() {
    OXP_TRY(WriteAt(size - pending.size(), pending));
    pending.clear();
    return {};
  }
  Status Append(std::string_view bytes) {
    if (bytes.size() > kZipBytesMax - std::min(size, kZipBytesMax))
      return Fail(ErrorCode::kLimit, name, "a bundle holds less than 4 GiB",
                  "export it in parts: --from and --to");
    pending += bytes;
    size += bytes.size();
    return pending.size() < kBlockBytes ? Status{} : Flush();
  }
  Result<std::string> ReadAt(std::uint64_t offset, std::size_t count) {
    OXP_TRY(Flush());
    std::string bytes(count, '\0');
    std::size_t got = 0;
    while (got < count) {
      const ssize_t read = ::pread(descriptor, bytes.data() + got, count - got, static_cast<off_t>(offset + got));
      if (read < 0 && errno == EINTR) continue;
      if (read <= 0) return Failed("cannot read back what was written");
      got += static_cast<std::size_t>(read);
    }
    return bytes;
  }
};

ZipWriter::ZipWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipWriter::ZipWriter(ZipWriter&&) noexcept = default;
ZipWriter::~ZipWriter() = default;

Result<ZipWriter> ZipWriter::Create(const std::filesystem::path& file) {
  auto state = std::make_unique<State>();
  state->name = file.string();
  state->descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (state->descriptor < 0 && errno == EEXIST)
    return Fail(ErrorCode::kRefused, state->name, "there is such a file already", "remove it, if no other export is running");
  if (state->descriptor < 0) return state->Failed("cannot make the file");
  return ZipWriter(std::move(state));
}

Status ZipWriter::Begin(std::string path) {
  OXP_CHECK(!state_->open && IsZipPath(path));
  if (state_->entries.size() >= kZipFilesMax)
    return Fail(ErrorCode::kLimit, state_->name, "a bundle holds fewer than 65,535 files", "export it in parts");
  state_->open = true;
  state_->entries.push_back({std::move(path), state_->size, 0, 0, {}});
  return state_->Append(LocalHeader(state_->entries.back()));
}

Status ZipWriter::Write(std::string_view bytes) {
  OXP_CHECK(state_->open);
  ZipEntry& entry = state_->entries.back();
  entry.crc = UpdateCrc32(entry.crc, bytes);
  entry.size += bytes.size();
  state_->sha256.Update(bytes);
  return state_->Append(bytes);
}

Status ZipWriter::End() {
  OXP_CHECK(state_->open);
  state_->open = false;
  ZipEntry& entry = state_->entries.back();
  entry.sha256 = state_->sha256.Finish();
  OXP_TRY(state_->Flush());
  return state_->WriteAt(entry.header_offset, LocalHeader(entry));  // now with its size and CRC
}

Status ZipWriter::Add(std::string path, std::string_view bytes) {
  OXP_TRY(Begin(std::move(path)));
  OXP_TRY(Write(bytes));
  return End();
}

const std::vector<ZipEntry>& ZipWriter::entries() const { return state_->entries; }

std::uint64_t ZipWriter::bytes() const { return state_->size; }

Result<std::string> ZipWriter::Read(const ZipEntry& entry) {
  return state_->ReadAt(entry.data_offset(), static_cast<std::size_t>(entry.size));
}

Result<Digest> ZipWriter::Finish() {
  OXP_CHECK(!state_->open);
  OXP_TRY(state_->Append(CentralDirectory(state_->entries, state_->size)));
  OXP_TRY(state_->Flush());
  if (::fsync(state_->descriptor) != 0) return state_->Failed("cannot be made durable");
  Sha256Stream whole;
  for (std::uint64_t at = 0; at < state_->size; at += kBlockBytes) {
    OXP_TRY(const std::string block, state_->ReadAt(at, static_cast<std::size_t>(std::min<std::uint64_t>(kBlockBytes, state_->size - at))));
    whole.Update(block);
  }
  return whole.Finish();
}

}  // namespace oxpecker::audit
