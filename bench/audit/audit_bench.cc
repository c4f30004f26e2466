// Ratios and costs, each of figures from one run on one machine:
//   append   durable records a second through audit::Log (encryption, chain, tree, checkpoints,
//            receipts) against bare SQLite storing rows of the same bytes in 1,000-row transactions
//            (WAL, synchronous=FULL, its default checkpointing), one table, no index
//   crypto   CPU time a record on one core for all that is done to it before the database: encryption, the
//            commitments, digests, the leaf and its hash, the tree
//   verify   bytes a second through VerifyLog on all cores against EVP SHA-256 on as many threads over as many
//            bytes in 16 KiB blocks, which is what `openssl speed -evp sha256 -bytes 16384` does; and the most
//            memory that the process had until then
// Both sides alternate, ROUNDS times; medians and extremes are printed.
//
// Usage: audit_bench [RECORDS] [SECTION_BYTES] [SUBJECTS] [ROUNDS] [GROUP_KIB]
//        audit_bench make WORKSPACE [RECORDS] [SECTION_BYTES] [SUBJECTS]     only make such a log
//        audit_bench WORKSPACE [ROUNDS]       verify the log that lies there, and nothing else
// SECTION_BYTES is what one record's sections hold; 8,400 is the mean of a year's decisions on the
// Berka data. A smaller record costs relatively more to verify: each has its own leaf, rows and keys.
#include <openssl/evp.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "audit/entry_encoder.h"
#include "audit/log.h"
#include "audit/log_reader.h"
#include "audit/merkle.h"
#include "audit/tiles.h"
#include "audit/vault.h"
#include "audit/verify.h"
#include "base/clock.h"
#include "bench/measure.h"

namespace {

using oxpecker::Instant;
using oxpecker::ManualClock;
namespace audit = oxpecker::audit;
namespace fs = std::filesystem;
using oxpecker::bench::Clock;
using oxpecker::bench::CpuSeconds;
using oxpecker::bench::Must;
using oxpecker::bench::Print;
using oxpecker::bench::Seconds;

struct Setup {
  std::uint64_t records = 20'000;
  std::size_t section_bytes = 8'400;
  std::uint64_t subjects = 1'000;
  int rounds = 5;
  audit::GroupCommitBounds group;
};

// One row of what the log stores for a record: everything but SQLite's own overhead.
struct RowSizes {
  std::size_t leaf = 0;
  std::size_t ciphertext = 0;
};

audit::Entry EntryNumber(std::uint64_t n, const Setup& setup) {
  std::string random(10, '\0');
  for (std::size_t i = 0; i < random.size(); ++i)
    random[i] = static_cast<char>((n * 0x9E3779B97F4A7C15ULL) >> (i * 6 % 56));
  audit::Entry entry{.kind = audit::RecordKind::kDecision,
                     .time = Instant::FromUnixSeconds(1'780'000'000),
                     .decision_id = oxpecker::MakeDecisionId(1'780'000'000'000 + n / 50, random),
                     .subject = "customer-" + std::to_string(n % setup.subjects)};
  entry.about.Set("outcome", "recommend");
  entry.about.Set("release", std::string(64, 'a'));
  entry.about.Set("candidates", std::int64_t{4});
  entry.sections.push_back({"inputs", std::string(setup.section_bytes * 2 / 3, 'i')});
  entry.sections.push_back(
      {"trace", std::string(setup.section_bytes - setup.section_bytes * 2 / 3, 't')});
  return entry;
}

constexpr const char* kOrigin = "bank.example/bench";

// A log of so many records, however many; they are made as they are submitted.
void Make(const fs::path& folder, const Setup& setup) {
  ManualClock clock(Instant::FromUnixSeconds(1'780'000'000));
  const auto paths = audit::LogPaths::Under(folder);
  Must(audit::CreateLog(paths, kOrigin, clock));
  auto log = Must(audit::Log::Open({.paths = paths, .clock = &clock, .group = setup.group}));
  std::deque<std::future<oxpecker::Result<audit::Receipt>>> receipts;
  for (std::uint64_t n = 0; n < setup.records; ++n) {
    receipts.push_back(log->Submit(EntryNumber(n, setup)));
    if (receipts.size() < 4'096) continue;
    Must(receipts.front().get());
    receipts.pop_front();
  }
  for (auto& receipt : receipts) Must(receipt.get());
  Must(log->Close());
}

// Seconds of CPU time a record, on one thread and without the database; keys of subjects are made before.
double CryptoSeconds(const fs::path& folder, const Setup& setup) {
  const auto paths = audit::LogPaths::Under(folder);
  auto vault = Must(audit::Vault::Open(paths.vault, paths.VaultSource(), audit::VaultMode::kRead));
  constexpr std::uint64_t count = 5'000;
  std::vector<audit::Entry> entries;
  for (std::uint64_t n = 0; n < 2 * count; ++n) entries.push_back(EntryNumber(n % setup.records, setup));
  audit::TileTree tree;
  oxpecker::Digest last;
  double begin = 0;
  for (std::uint64_t n = 0; n < 2 * count; ++n) {
    if (n == count) begin = CpuSeconds();  // the first half warms caches and looks up keys
    const auto encoded = Must(audit::EncodeEntry(kOrigin, std::move(entries[n]), {}, *vault));
    last = audit::LeafHash(audit::Complete(encoded.leaf, n, last));
    tree.Append(last);
  }
  return (CpuSeconds() - begin) / static_cast<double>(count);
}

double AppendRate(const fs::path& folder, const Setup& setup) {
  ManualClock clock(Instant::FromUnixSeconds(1'780'000'000));
  const auto paths = audit::LogPaths::Under(folder);
  Must(audit::CreateLog(paths, kOrigin, clock));
  auto log = Must(audit::Log::Open({.paths = paths, .clock = &clock, .group = setup.group}));
  std::vector<audit::Entry> entries;
  for (std::uint64_t n = 0; n < setup.records; ++n) entries.push_back(EntryNumber(n, setup));
  const auto begin = Clock::now();
  std::deque<std::future<oxpecker::Result<audit::Receipt>>> receipts;
  for (audit::Entry& entry : entries) receipts.push_back(log->Submit(std::move(entry)));
  for (auto& receipt : receipts) Must(receipt.get());
  const double rate = static_cast<double>(setup.records) / Seconds(begin);
  Must(log->Close());
  return rate;
}

double BareRate(const fs::path& file, const Setup& setup, const RowSizes& sizes) {
  sqlite3* database = nullptr;
  sqlite3_open(file.c_str(), &database);
  const auto run = [&](const char* sql) { sqlite3_exec(database, sql, nullptr, nullptr, nullptr); };
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE r(seq INTEGER PRIMARY KEY, leaf BLOB, hash BLOB, key BLOB, text BLOB)");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO r VALUES(?,?,?,?,?)", -1, &insert, nullptr);
  std::vector<std::string> columns = {std::string(sizes.leaf, 'l'), std::string(32, 'h'),
                                      std::string(76, 'k'), std::string(sizes.ciphertext, 'c')};
  const auto begin = Clock::now();
  for (std::uint64_t n = 0; n < setup.records; ++n) {
    if (n % 1'000 == 0) run(n == 0 ? "BEGIN" : "COMMIT; BEGIN");
    columns[0][n % sizes.leaf] ^= 1;
    sqlite3_bind_int64(insert, 1, static_cast<std::int64_t>(n));
    for (int i = 0; i < 4; ++i) {
      const std::string& bytes = columns[static_cast<std::size_t>(i)];
      sqlite3_bind_blob64(insert, i + 2, bytes.data(), bytes.size(), SQLITE_STATIC);
    }
    sqlite3_step(insert);
    sqlite3_reset(insert);
  }
  run("COMMIT");
  const double rate = static_cast<double>(setup.records) / Seconds(begin);
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return rate;
}

RowSizes SizesOf(const fs::path& folder) {
  auto reader = Must(audit::LogReader::Open(audit::LogPaths::Under(folder), audit::WithVault::kNo));
  const audit::Record record = Must(reader.Read(reader.size() / 2));
  RowSizes sizes{record.leaf.size(), 0};
  for (const auto& section : record.sections) sizes.ciphertext += section.ciphertext.size();
  return sizes;
}

// Bytes a second, on as many cores as the verifier takes.
double VerifyRate(const fs::path& folder, std::uint64_t& bytes) {
  const auto paths = audit::LogPaths::Under(folder);
  const auto key = Must(audit::VerifierKey::FromFileOrText(paths.verifier_key.string()));
  const auto begin = Clock::now();
  const auto result = Must(audit::VerifyLog(paths.database, {.key = key}));
  const double seconds = Seconds(begin);
  if (!result.ok()) std::exit(1);
  bytes = result.bytes;
  return static_cast<double>(bytes) / seconds;
}

void Hash(std::uint64_t bytes) {
  const std::string block(16'384, 'b');
  EVP_MD* md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  unsigned char digest[32];
  for (std::uint64_t done = 0; done < bytes; done += block.size()) {
    EVP_DigestInit_ex2(context, md, nullptr);
    EVP_DigestUpdate(context, block.data(), block.size());
    EVP_DigestFinal_ex(context, digest, nullptr);
  }
  EVP_MD_CTX_free(context);
  EVP_MD_free(md);
}

// The same bytes, hashed by a thread for each core.
double HashRate(std::uint64_t bytes) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < cores; ++i) threads.emplace_back([bytes, cores] { Hash(bytes / cores); });
  for (std::thread& thread : threads) thread.join();
  return static_cast<double>(bytes) / Seconds(begin);
}

double PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void PrintVerify(const std::vector<double>& verify, const std::vector<double>& hash,
                 const std::vector<double>& ratio) {
  std::puts("verification against EVP SHA-256 in 16 KiB blocks, both on all cores");
  Print("VerifyLog", "MB/s     ", 1e-6, verify);
  Print("SHA-256", "MB/s     ", 1e-6, hash);
  Print("ratio", "%        ", 100, ratio);
  std::printf("  most memory %.0f MB\n", PeakMegabytes());
}

int VerifyOnly(const fs::path& workspace, int rounds) {
  std::vector<double> verify, hash, ratio;
  std::uint64_t bytes = 0;
  for (int round = 0; round < rounds; ++round) {
    verify.push_back(VerifyRate(workspace, bytes));
    hash.push_back(HashRate(bytes));
    ratio.push_back(verify.back() / hash.back());
  }
  std::printf("%s, %llu bytes, %d rounds\n", workspace.c_str(), static_cast<unsigned long long>(bytes), rounds);
  PrintVerify(verify, hash, ratio);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && fs::is_directory(argv[1])) return VerifyOnly(argv[1], argc > 2 ? std::atoi(argv[2]) : 5);
  Setup setup;
  if (argc > 2 && std::string(argv[1]) == "make") {
    if (argc > 3) setup.records = std::strtoull(argv[3], nullptr, 10);
    if (argc > 4) setup.section_bytes = std::strtoull(argv[4], nullptr, 10);
    if (argc > 5) setup.subjects = std::strtoull(argv[5], nullptr, 10);
    Make(argv[2], setup);
    return 0;
  }
  if (argc > 1) setup.records = std::strtoull(argv[1], nullptr, 10);
  if (argc > 2) setup.section_bytes = std::strtoull(argv[2], nullptr, 10);
  if (argc > 3) setup.subjects = std::strtoull(argv[3], nullptr, 10);
  if (argc > 4) setup.rounds = std::atoi(argv[4]);
  if (argc > 5) setup.group.bytes_max = std::strtoull(argv[5], nullptr, 10) << 10U;
  const fs::path root =
      fs::temp_directory_path() / ("oxpecker-audit-bench-" + std::to_string(getpid()));
  fs::create_directories(root);
  std::vector<double> append, bare, append_ratio, crypto, verify, hash, verify_ratio;
  RowSizes sizes;
  std::uint64_t bytes = 0;
  for (int round = 0; round < setup.rounds; ++round) {
    const fs::path folder = root / std::to_string(round);
    append.push_back(AppendRate(folder, setup));
    sizes = SizesOf(folder);
    bare.push_back(BareRate(root / (std::to_string(round) + ".db"), setup, sizes));
    append_ratio.push_back(append.back() / bare.back());
    crypto.push_back(CryptoSeconds(folder, setup));
    verify.push_back(VerifyRate(folder, bytes));
    hash.push_back(HashRate(bytes));
    verify_ratio.push_back(verify.back() / hash.back());
    fs::remove_all(folder);
    fs::remove(root / (std::to_string(round) + ".db"));
  }
  fs::remove_all(root);
  std::printf("%llu records, leaf %zu bytes, ciphertext %zu bytes, %llu subjects, %d rounds\n",
              static_cast<unsigned long long>(setup.records), sizes.leaf, sizes.ciphertext,
              static_cast<unsigned long long>(setup.subjects), setup.rounds);
  std::puts(
      "append (durable, encrypted, chained, signed) against bare SQLite, 1,000 rows a commit");
  Print("log", "records/s", 1, append);
  Print("bare SQLite", "rows/s   ", 1, bare);
  Print("ratio", "%        ", 100, append_ratio);
  Print("crypto", "us/record, one core", 1e6, crypto);
  PrintVerify(verify, hash, verify_ratio);
  return 0;
}
