// Figures of one run on one machine, both sides alternating, ROUNDS times:
//   end to end   documents read, decided, encrypted, chained and durable a second (two deciding
//                threads, the log's sequencer), against bare SQLite storing rows of the same bytes in
//                1,000-row transactions (WAL, synchronous=FULL, its default checkpointing), one table
//   decide       microseconds of one core for reading and deciding alone, without a log
//
// Usage: decide_bench [FACTS.jsonl] [DOCUMENTS] [ROUNDS]     default: examples/customers, 20,000, 3
// A line is a facts document or {"event": ..., "facts": ...}; lines are repeated in turn.
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "audit/log.h"
#include "audit/log_reader.h"
#include "base/json/value.h"
#include "bench/measure.h"
#include "engine/recording_decider.h"

namespace {

using namespace oxpecker;  // NOLINT(google-build-using-namespace): a program of one file
using bench::Clock;
using bench::Must;
namespace fs = std::filesystem;

struct Request {
  std::string facts;
  std::string event;
};

std::vector<Request> ReadRequests(const std::string& file) {
  std::ifstream stream(file);
  std::vector<Request> requests;
  for (std::string line; std::getline(stream, line);) {
    const auto document = json::Document::Parse(line, {});
    if (!document) continue;
    const auto facts = document->root().Find("facts");
    const auto event = document->root().Find("event");
    if (!facts) requests.push_back({line, ""});
    else requests.push_back({*json::Canonical(*facts), event ? *json::Canonical(*event) : ""});
  }
  if (requests.empty()) {
    std::fprintf(stderr, "decide_bench: no document in %s\n", file.c_str());
    std::exit(1);
  }
  return requests;
}

std::shared_ptr<const engine::Release> RetailRelease() {
  auto release = engine::Release::Build(Must(engine::ReadPackFolder(OXPECKER_SOURCE_DIR "/rules/packs/retail")));
  if (!release) {
    std::fprintf(stderr, "%s\n", ToString(release.error()).c_str());
    std::exit(1);
  }
  return *release;
}

DecisionId IdNumber(std::uint64_t n) {
  std::string random(10, '\0');
  for (std::size_t i = 0; i < random.size(); ++i)
    random[i] = static_cast<char>((n * 0x9E3779B97F4A7C15ULL) >> (i * 6 % 56));
  return MakeDecisionId(1'780'000'000'000 + n / 50, random);
}

// Also gives the CPU time of all threads, in microseconds a document.
double EndToEndRate(const fs::path& folder, const std::shared_ptr<const engine::Release>& release,
                    const std::vector<Request>& requests, std::uint64_t documents, double& cpu_micros) {
  ManualClock clock(Instant::FromUnixSeconds(1'780'000'000));
  const auto paths = audit::LogPaths::Under(folder);
  Must(audit::CreateLog(paths, "bank.example/bench", clock));
  auto log = Must(audit::Log::Open({.paths = paths, .clock = &clock}));
  constexpr unsigned kThreads = 2;
  std::atomic<std::uint64_t> next = 0;
  const auto begin = Clock::now();
  const double cpu_begin = bench::CpuSeconds();
  const auto work = [&] {
    engine::RecordingDecider decider(release, *log, clock);
    std::deque<std::future<Result<audit::Receipt>>> receipts;
    for (std::uint64_t n = next++; n < documents; n = next++) {
      const Request& request = requests[n % requests.size()];
      receipts.push_back(decider.Start(IdNumber(n), request.facts, request.event).receipt);
      if (receipts.size() < 1'024) continue;
      Must(receipts.front().get());
      receipts.pop_front();
    }
    for (auto& receipt : receipts) Must(receipt.get());
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  const double rate = static_cast<double>(documents) / bench::Seconds(begin);
  cpu_micros = (bench::CpuSeconds() - cpu_begin) / static_cast<double>(documents) * 1e6;
  Must(log->Close());
  return rate;
}

// What the log holds of each record: leaf, and all ciphertexts.
std::vector<std::pair<std::string, std::string>> RowsOf(const fs::path& folder) {
  auto reader = Must(audit::LogReader::Open(audit::LogPaths::Under(folder), audit::WithVault::kNo));
  std::vector<std::pair<std::string, std::string>> rows;
  for (std::uint64_t seq = 0; seq < reader.size(); ++seq) {
    const audit::Record record = Must(reader.Read(seq));
    std::string ciphertext;
    for (const audit::StoredSection& section : record.sections) ciphertext += section.ciphertext;
    rows.emplace_back(record.leaf, std::move(ciphertext));
  }
  return rows;
}

double BareRate(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& rows,
                std::uint64_t documents) {
  sqlite3* database = nullptr;
  sqlite3_open(file.c_str(), &database);
  const auto run = [&](const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::exit(1);
  };
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE r(seq INTEGER PRIMARY KEY, leaf BLOB, hash BLOB, key BLOB, text BLOB)");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO r VALUES(?,?,?,?,?)", -1, &insert, nullptr);
  const std::string hash(32, 'h');
  const std::string key(76, 'k');
  const auto begin = Clock::now();
  for (std::uint64_t n = 0; n < documents; ++n) {
    if (n % 1'000 == 0) run(n == 0 ? "BEGIN" : "COMMIT; BEGIN");
    const auto& [leaf, text] = rows[n % rows.size()];
    sqlite3_bind_int64(insert, 1, static_cast<std::int64_t>(n));
    const std::string* columns[] = {&leaf, &hash, &key, &text};
    for (int i = 0; i < 4; ++i)
      sqlite3_bind_blob64(insert, i + 2, columns[i]->data(), columns[i]->size(), SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) std::exit(1);
    sqlite3_reset(insert);
  }
  run("COMMIT");
  const double rate = static_cast<double>(documents) / bench::Seconds(begin);
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return rate;
}

double DecideMicros(const std::shared_ptr<const engine::Release>& release, const std::vector<Request>& requests,
                    std::uint64_t documents) {
  engine::Decider decider(release);
  const double begin = bench::CpuSeconds();
  std::size_t bytes = 0;
  for (std::uint64_t n = 0; n < documents; ++n) {
    const Request& request = requests[n % requests.size()];
    const engine::Decision decision = decider.Decide(request.facts, request.event);
    bytes += engine::ToCanonicalJson(decision).size() + decision.trace.size();
  }
  if (bytes == 0) std::exit(1);
  return (bench::CpuSeconds() - begin) / static_cast<double>(documents) * 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string file = argc > 1 ? argv[1] : OXPECKER_SOURCE_DIR "/examples/customers/customers.jsonl";
  const std::uint64_t documents = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20'000;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 3;
  const std::vector<Request> requests = ReadRequests(file);
  const auto release = RetailRelease();
  const fs::path root = fs::temp_directory_path() / ("oxpecker-decide-bench-" + std::to_string(getpid()));
  fs::create_directories(root);
  std::vector<double> ours, cpu, bare, ratio, decide;
  std::size_t row_bytes = 0;
  for (int round = 0; round < rounds; ++round) {
    const fs::path folder = root / std::to_string(round);
    double cpu_micros = 0;
    ours.push_back(EndToEndRate(folder, release, requests, documents, cpu_micros));
    cpu.push_back(cpu_micros);
    const auto rows = RowsOf(folder);
    for (const auto& [leaf, text] : rows) row_bytes += leaf.size() + text.size();
    row_bytes /= rows.size();
    bare.push_back(BareRate(root / "bare.db", rows, documents));
    ratio.push_back(ours.back() / bare.back());
    decide.push_back(DecideMicros(release, requests, documents));
    fs::remove_all(folder);
    for (const char* name : {"bare.db", "bare.db-wal", "bare.db-shm"}) fs::remove(root / name);
  }
  fs::remove_all(root);
  std::printf("%llu documents, about %zu bytes stored of each, %d rounds\n", static_cast<unsigned long long>(documents),
              row_bytes, rounds);
  std::puts("decide + durable record against bare SQLite storing the same bytes, 1,000 rows a commit");
  bench::Print("end to end", "documents/s", 1, ours);
  bench::Print("bare SQLite", "rows/s     ", 1, bare);
  bench::Print("ratio", "%          ", 100, ratio);
  bench::Print("end to end, CPU of all threads", "us         ", 1, cpu);
  bench::Print("read and decide, one core", "us         ", 1, decide);
  return 0;
}
