// tests/e2e/database.h - what somebody with the file and a SQLite shell can do to a log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace oxpecker::e2e {

// Runs SQL on the database, with the triggers that forbid changes away meanwhile.
void Alter(const std::filesystem::path& database, const std::string& sql);

// Flips one bit of the stored leaf of a record.
void FlipBitOfLeaf(const std::filesystem::path& database, std::uint64_t seq);

}  // namespace oxpecker::e2e
