#include "audit/bundle/zip_format.h"

#include <array>

namespace oxpecker::audit {
namespace {

// Eight bytes at a time: table k gives what a byte does k bytes later (Intel's slicing-by-8).
using CrcTables = std::array<std::array<std::uint32_t, 256>, 8>;
constexpr CrcTables MakeTables() {
  CrcTables tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    tables[0][i] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t i = 0; i < 256; ++i)
      tables[k][i] = (tables[k - 1][i] >> 8U) ^ tables[0][tables[k - 1][i] & 0xFFU];
  return tables;
}
constexpr CrcTables kTables = MakeTables();

void AppendCommon(std::string& out, const ZipEntry& entry) {
  AppendLittle16(out, 0);  // flags
  AppendLittle16(out, 0);  // method: stored
  AppendLittle16(out, 0);  // time
  AppendLittle16(out, kZipDate);
  AppendLittle32(out, entry.crc);
  AppendLittle32(out, entry.size);
  AppendLittle32(out, entry.size);
  AppendLittle16(out, static_cast<std::uint32_t>(entry.path.size()));
}

}  // namespace

std::uint32_t UpdateCrc32(std::uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  std::size_t at = 0;
  for (; bytes.size() - at >= 8; at += 8) {
    const std::uint32_t low = crc ^ Little32(bytes, at);
    const std::uint32_t high = Little32(bytes, at + 4);
    crc = kTables[7][low & 0xFFU] ^ kTables[6][low >> 8U & 0xFFU] ^ kTables[5][low >> 16U & 0xFFU] ^
          kTables[4][low >> 24U] ^ kTables[3][high & 0xFFU] ^ kTables[2][high >> 8U & 0xFFU] ^
          kTables[1][high >> 16U & 0xFFU] ^ kTables[0][high >> 24U];
  }
  for (; at < bytes.size(); ++at)
    crc = (crc >> 8U) ^ kTables[0][(crc ^ static_cast<unsigned char>(bytes[at])) & 0xFFU];
  return ~crc;
}

void AppendLittle16(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 16; shift += 8) out += static_cast<char>(value >> shift & 0xFFU);
}
void AppendLittle32(std::string& out, std::uint64_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFFU);
}
std::uint32_t Little16(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) | static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + 1])) << 8U;
}
std::uint32_t Little32(std::string_view bytes, std::size_t at) { return Little16(bytes, at) | Little16(bytes, at + 2) << 16U; }

std::string LocalHeader(const ZipEntry& entry) {
  std::string out;
  AppendLittle32(out, kLocalSignature);
  AppendLittle16(out, kZipVersion);
  AppendCommon(out, entry);
  AppendLittle16(out, 0);  // extra
  return out + entry.path;
}

std::string CentralDirectory(std::span<const ZipEntry> entries, std::uint64_t offset) {
  std::string out;
  for (const ZipEntry& entry : entries) {
    AppendLittle32(out, kCentralSignature);
    AppendLittle16(out, kZipVersion);
    AppendLittle16(out, kZipVersion);
    AppendCommon(out, entry);
    for (int i = 0; i < 4; ++i) AppendLittle16(out, 0);  // extra, comment, disk, internal attributes
    AppendLittle32(out, 0);                              // external attributes
    AppendLittle32(out, entry.header_offset);
    out += entry.path;
  }
  const std::size_t size = out.size();
  AppendLittle32(out, kEndSignature);
  AppendLittle32(out, 0);  // disks
  AppendLittle16(out, static_cast<std::uint32_t>(entries.size()));
  AppendLittle16(out, static_cast<std::uint32_t>(entries.size()));
  AppendLittle32(out, size);
  AppendLittle32(out, offset);
  AppendLittle16(out, 0);  // comment
  return out;
}

}  // namespace oxpecker::audit
