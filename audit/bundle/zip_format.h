// audit/bundle/zip_format.h - the headers of the zip of docs/format/bundle_v1.md as bytes, and its CRC-32.
// Private to this module. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "audit/bundle/zip.h"

namespace oxpecker::audit {

inline constexpr std::uint32_t kLocalSignature = 0x04034b50;
inline constexpr std::uint32_t kCentralSignature = 0x02014b50;
inline constexpr std::uint32_t kEndSignature = 0x06054b50;
inline constexpr std::uint16_t kZipVersion = 10;
inline constexpr std::uint16_t kZipDate = 0x0021;  // 1980-01-01
inline constexpr std::size_t kLocalHeaderBytes = 30;

std::uint32_t UpdateCrc32(std::uint32_t crc, std::string_view bytes);  // begins with 0

void AppendLittle16(std::string& out, std::uint32_t value);
void AppendLittle32(std::string& out, std::uint64_t value);
std::uint32_t Little16(std::string_view bytes, std::size_t at);
std::uint32_t Little32(std::string_view bytes, std::size_t at);

std::string LocalHeader(const ZipEntry& entry);
// All of what follows the last file.
std::string CentralDirectory(std::span<const ZipEntry> entries, std::uint64_t offset);

}  // namespace oxpecker::audit
