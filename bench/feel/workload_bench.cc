// The bank workload on one thread, from parsed facts: a table of 200 rows (first hit, collect) and 50
// rules over 10,000 documents, without and with a full trace; what reading JSON, hashing and the durable
// log add; compiling.
// Every answer is checked against the expected one before anything is timed: a wrong answer ends the
// run with code 1. Timings fail nothing.
//
// Usage: workload_bench FOLDER [ROUNDS]      FOLDER has spec/ and data/; default 9 rounds
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>

#include "audit/log.h"
#include "base/clock.h"
#include "base/digest.h"
#include "bench/feel/workload.h"
#include "bench/measure.h"
#include "rules/feel/compact_trace.h"
#include "rules/feel/evaluator.h"

namespace {

using namespace oxpecker;         // NOLINT(google-build-using-namespace): a program of one file
using namespace oxpecker::bench;  // NOLINT(google-build-using-namespace): a program of one file
using feel::Value;

// Runs a document through the table or the rules; what an engine would keep between requests.
class Runner {
 public:
  explicit Runner(const Workload& workload) : workload_(workload), evaluator_(feel::Limits{}) {}

  void SetDocument(std::span<const Value> document) {
    document_ = document;
    for (std::size_t i = 0; i < workload_.columns.size(); ++i)
      row_[i] = document[workload_.columns[i]];
  }
  std::size_t First() {
    match_.Run(workload_.index, row_, AskCell, this);
    return match_.First();
  }
  const std::vector<std::uint32_t>& Collect() {
    match_.Run(workload_.index, row_, AskCell, this);
    found_.clear();
    match_.AppendAll(found_);
    return found_;
  }
  const std::vector<std::uint32_t>& Rules() {
    found_.clear();
    workload_.rule_index.Run(document_, evaluator_, {}, verdicts_);
    evaluator_.Reset();
    AppendFired();
    return found_;
  }
  // The same without the index: every rule is evaluated.
  const std::vector<std::uint32_t>& RulesOneByOne() {
    found_.clear();
    for (std::uint32_t i = 0; i < workload_.rules.size(); ++i) {
      if (evaluator_.Test(workload_.rules[i].program, document_, {}) == feel::Truth::kTrue)
        found_.push_back(i);
    }
    evaluator_.Reset();
    return found_;
  }
  // The inputs, and for every column which rows its cells take and which have no answer.
  std::string_view TraceTable(bool first) {
    match_.Run(workload_.index, row_, AskCell, this);
    found_.clear();
    if (!first) match_.AppendAll(found_);
    else if (match_.First() < workload_.row_ids.size())
      found_.push_back(static_cast<std::uint32_t>(match_.First()));
    trace_.Clear();
    for (const Value& value : row_) AppendValue(value, trace_);
    trace_.Append(match_.columns().data(), match_.columns().size_bytes());
    trace_.Append(found_.data(), found_.size() * sizeof(std::uint32_t));
    return trace_.bytes();
  }
  // The facts; what each fact says to the conditions on it of all rules; and of every rule that this
  // leaves open every other condition with its computed operands, and whether it fired.
  std::string_view TraceRules() {
    trace_.Clear();
    for (const Value& fact : document_) AppendValue(fact, trace_);
    found_.clear();
    workload_.rule_index.RunTraced(document_, evaluator_, {}, verdicts_, trace_);
    evaluator_.Reset();
    AppendFired();
    return trace_.bytes();
  }
  const std::vector<std::uint32_t>& found() const { return found_; }

 private:
  void AppendFired() {
    feel::ForEachBit(verdicts_.holds,
                     [&](std::size_t i) { found_.push_back(static_cast<std::uint32_t>(i)); });
  }
  static Value AskCell(void* context, std::size_t row, std::size_t column) {
    auto& self = *static_cast<Runner*>(context);
    const auto& cell = self.workload_.cells[row * self.row_.size() + column];
    if (!cell) return Value::Boolean(true);
    self.cell_inputs_.assign(self.document_.begin(), self.document_.end());
    self.cell_inputs_.push_back(self.row_[column]);
    return self.evaluator_.Evaluate(*cell, self.cell_inputs_, {});
  }

  const Workload& workload_;
  feel::Evaluator evaluator_;
  feel::TableMatch match_;
  feel::TraceBuffer trace_;
  std::span<const Value> document_;
  std::array<Value, 6> row_;
  std::vector<Value> cell_inputs_;
  feel::RuleIndex::Verdicts verdicts_;
  std::vector<std::uint32_t> found_;
};

struct Documents {
  std::vector<std::string> lines;
  std::vector<Expected> expected;
  feel::Arena arena;
  std::vector<std::vector<Value>> values;
};

Documents ReadDocuments(const std::string& folder, const Workload& workload) {
  Documents documents;
  documents.lines = ReadLines(folder + "/data/inputs.jsonl");
  for (const std::string& line : ReadLines(folder + "/data/expected.jsonl"))
    documents.expected.push_back(ReadExpected(line));
  for (const std::string& line : documents.lines) {
    documents.values.emplace_back();
    ReadFacts(line, workload.scope, documents.arena, documents.values.back());
  }
  if (documents.lines.empty() || documents.lines.size() != documents.expected.size()) {
    std::fprintf(stderr, "workload_bench: no documents, or no answer for each of them\n");
    std::exit(1);
  }
  return documents;
}

template <class Names>
std::vector<std::string> NamesOf(const std::vector<std::uint32_t>& found, Names name) {
  std::vector<std::string> names;
  for (const std::uint32_t i : found) names.push_back(name(i));
  return names;
}

// The number of documents with a wrong answer of any kind.
std::size_t CountWrong(const Workload& workload, const Documents& documents) {
  Runner runner(workload);
  std::size_t wrong = 0;
  const auto row_id = [&](std::size_t i) { return workload.row_ids[i]; };
  const auto rule_id = [&](std::size_t i) { return workload.rules[i].id; };
  for (std::size_t d = 0; d < documents.values.size(); ++d) {
    runner.SetDocument(documents.values[d]);
    const std::size_t first = runner.First();
    const std::string first_id = first < workload.row_ids.size() ? row_id(first) : "";
    const Expected& expected = documents.expected[d];
    const bool right = first_id == expected.first &&
                       NamesOf(runner.Collect(), row_id) == expected.collect &&
                       NamesOf(runner.Rules(), rule_id) == expected.rules &&
                       NamesOf(runner.RulesOneByOne(), rule_id) == expected.rules;
    runner.TraceRules();
    const bool traced = NamesOf(runner.found(), rule_id) == expected.rules;
    if (!right || !traced) ++wrong;
  }
  return wrong;
}

std::size_t sink = 0;  // keeps results alive

template <class Work>
double PerSecond(const Documents& documents, Runner& runner, Work work) {
  // Of this thread's processor time: what else the machine does matters less.
  const double start = CpuSeconds();
  std::size_t done = 0;
  do {
    for (const auto& values : documents.values) {
      runner.SetDocument(values);
      sink += work();
    }
    done += documents.values.size();
  } while (CpuSeconds() - start < 0.1);
  return static_cast<double>(done) / (CpuSeconds() - start);
}

void PrintRate(const char* name, const std::vector<double>& rates) {
  const auto [low, high] = std::minmax_element(rates.begin(), rates.end());
  std::printf("ours %-28s median %9.0f best %9.0f least %9.0f /cpu s\n", name, Median(rates), *high, *low);
}

void TimeRuns(const Workload& workload, const Documents& documents, int rounds) {
  Runner runner(workload);
  std::vector<double> first, collect, rules, one_by_one, first_traced, collect_traced, rules_traced, reading;
  std::size_t table_bytes = 0;
  std::size_t rule_bytes = 0;
  for (int round = 0; round < rounds; ++round) {
    first.push_back(PerSecond(documents, runner, [&] { return runner.First(); }));
    collect.push_back(PerSecond(documents, runner, [&] { return runner.Collect().size(); }));
    rules.push_back(PerSecond(documents, runner, [&] { return runner.Rules().size(); }));
    one_by_one.push_back(PerSecond(documents, runner, [&] { return runner.RulesOneByOne().size(); }));
    first_traced.push_back(PerSecond(documents, runner, [&] { return runner.TraceTable(true).size(); }));
    collect_traced.push_back(PerSecond(documents, runner, [&] {
      const std::size_t size = runner.TraceTable(false).size();
      table_bytes = std::max(table_bytes, size);
      return size;
    }));
    rules_traced.push_back(PerSecond(documents, runner, [&] {
      const std::size_t size = runner.TraceRules().size();
      rule_bytes = std::max(rule_bytes, size);
      return size;
    }));
    const double start = CpuSeconds();
    feel::Arena arena;
    std::vector<Value> values;
    for (const std::string& line : documents.lines) {
      arena.Reset();
      ReadFacts(line, workload.scope, arena, values);
      sink += values.size();
    }
    reading.push_back(static_cast<double>(documents.lines.size()) / (CpuSeconds() - start));
  }
  PrintRate("table_first", first);
  PrintRate("table_collect", collect);
  PrintRate("rules", rules);
  PrintRate("rules_one_by_one", one_by_one);
  PrintRate("table_first traced", first_traced);
  PrintRate("table_collect traced", collect_traced);
  PrintRate("rules traced", rules_traced);
  PrintRate("reading JSON", reading);
  std::printf("trace costs: first %.2fx, collect %.2fx, rules %.2fx; at most %zu and %zu bytes a decision\n",
              Median(first) / Median(first_traced), Median(collect) / Median(collect_traced),
              Median(rules) / Median(rules_traced), table_bytes, rule_bytes);
  std::printf("reading a document's JSON takes %.2f us, the rules %.2f us, the table %.2f us\n",
              1e6 / Median(reading), 1e6 / Median(rules), 1e6 / Median(first));
}

// What a record of a document and its trace costs beside deciding: hashing it, and the log as a whole
// (encryption, chain, tree, commit), in time of all threads and by the clock.
void TimeRecording(const Documents& documents, const std::vector<std::string>& traces) {
  double start = CpuSeconds();
  for (std::size_t d = 0; d < traces.size(); ++d)
    sink += std::size_t{Sha256(documents.lines[d]).bytes[0]} + Sha256(traces[d]).bytes[0];
  const auto records = static_cast<double>(traces.size());
  const double hashing = (CpuSeconds() - start) / records;

  std::string folder = (std::filesystem::temp_directory_path() / "oxpecker-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) std::exit(1);
  ManualClock clock(Instant::FromUnixSeconds(1'780'000'000));
  const auto paths = audit::LogPaths::Under(folder);
  Must(audit::CreateLog(paths, "bank.example/bench", clock));
  auto log = Must(audit::Log::Open({.paths = paths, .clock = &clock}));
  start = CpuSeconds();
  const auto begin = bench::Clock::now();
  std::vector<std::future<Result<audit::Receipt>>> receipts;
  for (std::size_t d = 0; d < traces.size(); ++d) {
    audit::Entry entry;
    entry.time = clock.Now();
    entry.kind = audit::RecordKind::kDecision;
    entry.subject = "customer";
    entry.sections = {{"facts", documents.lines[d]}, {"trace", traces[d]}};
    receipts.push_back(log->Submit(std::move(entry)));
  }
  for (auto& receipt : receipts) Must(receipt.get());
  const double clock_seconds = Seconds(begin) / records;
  const double log_seconds = (CpuSeconds() - start) / records;
  Must(log->Close());
  std::filesystem::remove_all(folder);
  std::printf("hashing a document and its trace takes %.2f us; the durable log %.1f us of processor time, %.1f us by the clock\n",
              hashing * 1e6, log_seconds * 1e6, clock_seconds * 1e6);
}

void TimeCompiling(const Workload& workload, int rounds) {
  constexpr std::size_t kRules = 1000;
  std::vector<double> seconds;
  std::size_t bytes = 0;
  for (int round = 0; round < rounds; ++round) {
    const double start = CpuSeconds();
    std::vector<feel::Program> programs;
    for (std::size_t i = 0; i < kRules; ++i) {
      auto program = feel::Compile(workload.rules[i % workload.rules.size()].source, workload.scope, {});
      programs.push_back(*std::move(program));
    }
    seconds.push_back(CpuSeconds() - start);
    bytes = 0;
    for (const feel::Program& program : programs) bytes += program.memory_bytes();
  }
  std::printf("compiling 1,000 rules takes %.1f ms; a compiled rule holds %zu bytes\n",
              Median(seconds) * 1e3, bytes / kRules);
  std::printf("the index of the table holds %zu bytes; complete: %s\n", workload.index.memory_bytes(),
              workload.index.is_complete() ? "yes" : "no");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: workload_bench FOLDER [ROUNDS]\n");
    return 2;
  }
  const std::string folder = argv[1];
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 9;
  const Workload workload = ReadWorkload(folder);
  const Documents documents = ReadDocuments(folder, workload);
  const std::size_t wrong = CountWrong(workload, documents);
  std::printf("%zu documents, %zu with a wrong answer\n", documents.lines.size(), wrong);
  if (wrong > 0) return 1;
  TimeRuns(workload, documents, rounds);
  Runner runner(workload);
  std::vector<std::string> traces;
  for (const auto& values : documents.values) {
    runner.SetDocument(values);
    traces.emplace_back(runner.TraceRules());
  }
  TimeRecording(documents, traces);
  TimeCompiling(workload, rounds);
  return sink == 0 ? 1 : 0;
}
