// How long an inclusion proof and a consistency proof take in a log of many records: made from the
// database through audit::LogReader and verified against a signed head, as `oxpecker log prove` does.
//
// The log has no leaves but those that a proof reads (the last ones, whose hashes stand in no full
// tile): leaf hashes are made up, tiles and head are written as the sequencer writes them. Prints
// medians and extremes of each kind; asserts nothing.
//
// Usage: proof_bench [RECORDS] [PROOFS]
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/keys.h"
#include "audit/log_reader.h"
#include "audit/log_store.h"
#include "audit/tiles.h"
#include "bench/measure.h"

namespace {

namespace audit = oxpecker::audit;
namespace fs = std::filesystem;
using oxpecker::Digest;
using oxpecker::bench::Clock;
using oxpecker::bench::Must;
using oxpecker::bench::Print;
using oxpecker::bench::Seconds;

constexpr const char* kOrigin = "bank.example/bench";

Digest MadeUpLeafHash(std::uint64_t n) { return oxpecker::Sha256(std::to_string(n)); }

void PutCheckpoint(audit::LogStore& store, const audit::TileTree& tree, const audit::SigningKey& key) {
  const auto head = audit::Sign({kOrigin, tree.size(), tree.range().Root()}, key);
  Must(store.InsertCheckpoint(tree.size(), head.note, tree.range().Frontier()));
}

void Build(const fs::path& database, std::uint64_t records) {
  const auto key = Must(audit::SigningKey::Generate(kOrigin));
  Must(audit::LogStore::Create(database, kOrigin));
  auto store = Must(audit::LogStore::Open(database));
  audit::TileTree tree;
  Must(store.Begin());
  for (std::uint64_t n = 0; n < records; ++n) {
    if (n == records / 3) PutCheckpoint(store, tree, key);
    const Digest hash = MadeUpLeafHash(n);
    if (n >= records - records % audit::kTileWidth) Must(store.InsertRecord(n, std::string(600, 'x'), hash.view()));
    for (const audit::Tile& tile : tree.Append(hash)) Must(store.PutTile(tile));
    if (n % 1'000'000 != 999'999) continue;
    Must(store.Commit());
    Must(store.Begin());
  }
  PutCheckpoint(store, tree, key);
  Must(store.UpdateHead(audit::MakeHead(kOrigin, tree.range(), Digest(), 0, 2), 0));
  Must(store.Commit());
  Must(store.Close());
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t records = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const std::uint64_t proofs = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 2'000;
  const fs::path folder = fs::temp_directory_path() / ("oxpecker-proof-bench-" + std::to_string(getpid()));
  fs::create_directories(folder);
  const auto paths = audit::LogPaths::Under(folder);
  fs::create_directories(paths.database.parent_path());
  Build(paths.database, records);
  std::vector<double> inclusion, fresh, consistency;
  std::size_t hashes = 0;
  {
    auto reader = Must(audit::LogReader::Open(paths, audit::WithVault::kNo));
    const auto heads = Must(reader.Checkpoints());
    const audit::Checkpoint& older = heads.front().checkpoint;
    const audit::Checkpoint& newest = heads.back().checkpoint;
    for (std::uint64_t i = 0; i < proofs; ++i) {
      const std::uint64_t seq = i * 0x9E3779B97F4A7C15ULL % records;
      auto begin = Clock::now();
      hashes = std::max(hashes, Must(reader.ProveInclusion(seq, newest)).size());
      inclusion.push_back(Seconds(begin));
      begin = Clock::now();
      Must(reader.ProveConsistency(older, newest));
      consistency.push_back(Seconds(begin));
      if (i % 20 != 0) continue;
      begin = Clock::now();
      auto opened = Must(audit::LogReader::Open(paths, audit::WithVault::kNo));
      Must(opened.ProveInclusion(seq, newest));
      fresh.push_back(Seconds(begin));
    }
  }
  std::printf("%llu records, %.0f MB of tiles and head, proofs of up to %zu hashes; proven and verified\n",
              static_cast<unsigned long long>(records), static_cast<double>(fs::file_size(paths.database)) * 1e-6, hashes);
  Print("inclusion", "us", 1e6, inclusion);
  Print("inclusion, opening included", "us", 1e6, fresh);
  Print("consistency", "us", 1e6, consistency);
  fs::remove_all(folder);
  return 0;
}
