// oxpecker decide: a stream of requests in, recorded decisions out, in the order of the input.
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>
#include <unistd.h>

#include "apps/cli/command.h"
#include "apps/cli/outcome_text.h"
#include "apps/cli/request_line.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "base/printable.h"
#include "engine/recording_decider.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string facts_file;
  std::string event_file;
  unsigned threads = 0;
  bool list = false;
};

// One line of the input on its way.
struct Job {
  std::size_t line_number = 0;
  std::size_t bytes = 0;                    // of the line as it was read
  std::string line;                         // until it was decided
  std::optional<Error> error;               // the line is no request
  std::optional<engine::Pending> pending;   // set by a worker
  bool done = false;
};

// Workers decide; the caller's thread reads, waits for receipts and prints, in the order of the input.
class Pipeline {
 public:
  Pipeline(std::shared_ptr<const engine::Release> release, audit::Log& log, Clock& clock, std::string event,
           unsigned threads)
      : release_(std::move(release)), log_(log), clock_(clock), event_(std::move(event)) {
    for (unsigned i = 0; i < threads; ++i) workers_.emplace_back([this] { Work(); });
  }
  ~Pipeline() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    waiting_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void Add(std::shared_ptr<Job> job) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(job));
    }
    waiting_.notify_one();
  }
  void Wait(const Job& job) {
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [&] { return job.done; });
  }

 private:
  void Work() {
    engine::RecordingDecider decider(release_, log_, clock_);
    for (;;) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock lock(mutex_);
        waiting_.wait(lock, [this] { return closed_ || !queue_.empty(); });
        if (queue_.empty()) return;
        job = std::move(queue_.front());
        queue_.pop_front();
      }
      Start(decider, *job);
      {
        const std::lock_guard lock(mutex_);
        job->done = true;
      }
      finished_.notify_all();
    }
  }

  void Start(engine::RecordingDecider& decider, Job& job) {
    const auto request = ReadRequest(job.line);
    if (!request) {
      job.error = request.error();
      return;
    }
    auto id = request->id ? Result<DecisionId>(*request->id) : NewDecisionId(clock_.Now());
    if (!id) {
      job.error = id.error();
      return;
    }
    job.pending.emplace(decider.Start(*id, request->facts, request->event.empty() ? std::string_view(event_) : request->event));
    job.line = std::string();  // the log has its copy
  }

  std::shared_ptr<const engine::Release> release_;
  audit::Log& log_;
  Clock& clock_;
  std::string event_;
  std::mutex mutex_;
  std::condition_variable waiting_;
  std::condition_variable finished_;
  std::deque<std::shared_ptr<Job>> queue_;
  bool closed_ = false;
  std::vector<std::thread> workers_;
};

// What a run came to.
struct Summary {
  std::uint64_t decided = 0;
  std::uint64_t refused = 0;
  std::uint64_t errors = 0;
  std::uint64_t silent = 0;
  std::map<std::string, std::uint64_t> outcomes;    // action -> count
  std::map<std::string, std::uint64_t> flags;
  std::map<std::string, std::uint64_t> held_back;  // action / what held it back
  std::map<std::string, std::uint64_t> unknowns;    // rule
};

void Count(Summary& summary, const engine::Decision& decision) {
  ++(decision.refused ? summary.refused : summary.decided);
  if (decision.outcome() == engine::Outcome::kSilent) ++summary.silent;
  // A refusal has the safe answer's outcomes and flags.
  for (const std::size_t i : decision.outcomes) ++summary.outcomes[decision.candidates[i].action];
  for (const std::string& flag : decision.flags) ++summary.flags[flag];
  for (const engine::Candidate& c : decision.candidates)
    if (IsHeldBack(c)) ++summary.held_back[c.action + "  by " + HeldBackBy(c)];
  for (const auto& [rule, cause] : decision.unknowns) ++summary.unknowns[rule];
}

void PrintCounts(const std::string& title, const std::map<std::string, std::uint64_t>& counts) {
  if (counts.empty()) return;
  Print(title + "\n");
  for (const auto& [name, count] : counts) {
    const std::string number = std::to_string(count);
    Print("  " + std::string(number.size() < 8 ? 8 - number.size() : 0, ' ') + number + "  " + name + "\n");
  }
}

void PrintSummary(const Summary& s) {
  Print("\n" + std::to_string(s.decided) + " decided, " + std::to_string(s.refused) + " refused");
  if (s.errors != 0) Print(", " + std::to_string(s.errors) + " not recorded");
  Print("; " + std::to_string(s.silent) + " of the decided are silent\n");
  PrintCounts("Said", s.outcomes);
  PrintCounts("Flagged", s.flags);
  PrintCounts("Held back", s.held_back);
  PrintCounts("No answer for lack of data, by rule", s.unknowns);
}

std::string Line(const engine::Recorded& recorded) {
  const engine::Decision& d = recorded.decision;
  const std::string customer = recorded.subject.empty() ? "-" : Printable(recorded.subject);
  std::string text = recorded.id.str() + "  #" + std::to_string(recorded.receipt.seq) + "  " + customer + "  ";
  if (recorded.receipt.repeated) text += "(recorded before) ";
  text += OutcomeText(d) + "\n";
  for (const Error& issue : d.issues) text += "    " + Printable(issue.ToString()) + "\n";
  return text;
}

void PrintJsonLine(const engine::Recorded& recorded) {
  const audit::Receipt& receipt = recorded.receipt;
  std::string out;
  json::CanonicalWriter w(out);
  w.BeginObject();
  if (!recorded.subject.empty()) {
    w.Key("customer");
    w.String(recorded.subject);
  }
  w.Key("decision");
  w.Raw(recorded.recorded_section ? *recorded.recorded_section : ToCanonicalJson(recorded.decision));
  w.Key("decision_id");
  w.String(recorded.id.str());
  w.Key("leaf_hash");
  w.String(receipt.leaf_hash.ToHex());
  w.Key("repeated");
  w.Boolean(receipt.repeated);
  w.Key("seq");
  w.String(std::to_string(receipt.seq));
  w.EndObject();
  Print(out + "\n");
}

// What a record's section may hold. A longer line is no request: it is reported and read past.
constexpr std::size_t kLineBytesMax = 16U << 20U;

// Requests in flight: lines that were read and are not answered yet. One more is read where it fits
// both bounds, or where there is none.
constexpr std::size_t kInFlightMax = 64;  // a thread
constexpr std::size_t kBytesInFlightMax = 256U << 20U;

// The next line without its end; false at the end of the input. `too_long`: only its beginning.
bool ReadLine(std::istream& input, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  std::streambuf& bytes = *input.rdbuf();
  for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
    if (c == '\n') return true;
    if (line.size() < kLineBytesMax) line += static_cast<char>(c);
    else too_long = true;
  }
  return !line.empty();
}

class DecideRun {
 public:
  DecideRun(const Globals& globals, const Arguments& arguments) : globals_(globals), arguments_(arguments) {}

  int Run() {
    auto workspace = Workspace::Find(globals_.workspace);
    if (!workspace) return Complain(globals_, workspace.error());
    auto release = workspace->ActiveRelease();
    if (!release) return Complain(globals_, release.error());
    std::string event;
    if (!arguments_.event_file.empty()) {
      auto text = ReadFile(arguments_.event_file);
      if (!text) return Complain(globals_, text.error());
      event = *std::move(text);
      while (!event.empty() && (event.back() == '\n' || event.back() == '\r')) event.pop_back();
    }
    std::ifstream file;
    if (arguments_.facts_file != "-") {
      file.open(arguments_.facts_file, std::ios::binary);
      std::error_code error;
      if (!file || std::filesystem::is_directory(arguments_.facts_file, error))
        return Complain(globals_, {ErrorCode::kNotFound, arguments_.facts_file, "the file cannot be read",
                                   "name a file with one facts document a line, or - for standard input"});
    }
    auto log = workspace->OpenLog(clock_);
    if (!log) return Complain(globals_, log.error());
    if (auto in_force = workspace->CheckInForce(**release); !in_force) return Complain(globals_, in_force.error());
    const int code = Stream(arguments_.facts_file == "-" ? std::cin : file, *release, **log, event);
    const Status closed = (*log)->Close();
    if (!closed) return Complain(globals_, closed.error());
    return code;
  }

 private:
  int Stream(std::istream& input, std::shared_ptr<const engine::Release> release, audit::Log& log, const std::string& event) {
    const unsigned threads = arguments_.threads != 0 ? arguments_.threads : std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    Progress progress("decided", globals_.quiet);
    {
      Pipeline pipeline(std::move(release), log, clock_, event, threads);
      engine::Answers answers(log);
      std::deque<std::shared_ptr<Job>> open;
      std::size_t open_bytes = 0;
      const auto finish_first = [&] {
        pipeline.Wait(*open.front());
        progress.Clear();
        Finish(*open.front(), answers);
        open_bytes -= open.front()->bytes;
        open.pop_front();
        progress.Report(summary_.decided + summary_.refused, 0);
      };
      std::string line;
      std::size_t number = 0;
      bool too_long = false;
      while (!failed_ && ReadLine(input, line, too_long)) {
        ++number;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.find_first_not_of(" \t") == std::string::npos) continue;
        while (!open.empty() && (open.size() >= kInFlightMax * threads || line.size() > kBytesInFlightMax - open_bytes))
          finish_first();
        auto job = std::make_shared<Job>();
        job->line_number = number;
        job->bytes = too_long ? 0 : line.size();
        open_bytes += job->bytes;
        if (too_long) {
          job->error = Error{ErrorCode::kLimit, "", "the line is longer than the limit of 16 MiB, so it was not read as a request",
                             "send one customer's facts a line"};
          job->done = true;
        }
        if (!too_long) job->line = std::move(line);
        open.push_back(job);
        if (!too_long) pipeline.Add(std::move(job));
      }
      while (!open.empty()) finish_first();
    }
    progress.Clear();
    if (failed_) return exit_code_;
    if (summary_.decided + summary_.refused + summary_.errors == 0)
      return Complain(globals_, {ErrorCode::kInvalidInput, arguments_.facts_file, "found no request in the input",
                                 "write one facts document a line"});
    if (!globals_.json) {
      PrintSummary(summary_);
      if (!globals_.quiet && !first_id_.empty())
        Print("\nTo see why: oxpecker explain " + first_id_ + "\n");
    }
    if (summary_.refused != 0) exit_code_ = std::max(exit_code_, kInvalidInput);
    return exit_code_;
  }

  void Finish(Job& job, engine::Answers& answers) {
    const std::string place = arguments_.facts_file + ":" + std::to_string(job.line_number);
    if (job.error) {
      ++summary_.errors;
      Error error = *job.error;
      error.place = place + (error.place.empty() ? "" : " " + error.place);
      exit_code_ = std::max(exit_code_, Complain(globals_, error));
      return;
    }
    const auto recorded = answers.Await(*std::move(job.pending));
    if (!recorded) {
      ++summary_.errors;
      Error error = recorded.error();
      error.place = place + (error.place.empty() ? "" : " " + error.place);
      exit_code_ = std::max(exit_code_, Complain(globals_, error));
      // A refused repeat is that one request's matter; a log that cannot write is everybody's.
      failed_ = failed_ || error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kIntegrity;
      return;
    }
    Count(summary_, recorded->decision);
    if (first_id_.empty() && recorded->decision.outcome() == engine::Outcome::kAction) first_id_ = recorded->id.str();
    if (globals_.json) PrintJsonLine(*recorded);
    else if (arguments_.list || summary_.decided + summary_.refused <= 40) Print(Line(*recorded));
    else if (summary_.decided + summary_.refused == 41) Print("... (--list shows every one)\n");
  }

  const Globals& globals_;
  const Arguments& arguments_;
  SystemClock clock_;
  Summary summary_;
  std::string first_id_;
  bool failed_ = false;
  int exit_code_ = kDone;
};

}  // namespace

void AddDecide(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("decide", "Decide and record: one facts document a line");
  app->add_option("FACTS", arguments->facts_file, "A file of lines, or - for standard input. A line is a facts document, or "
                                                  "{\"facts\": ..., \"event\": ..., \"id\": ...}")->required();
  app->add_option("--event", arguments->event_file, "A file with the event for lines that carry none (default: customer.review)");
  app->add_option("--threads", arguments->threads, "Deciding threads (default: one a core)")->check(CLI::Range(1U, 64U));
  app->add_flag("--list", arguments->list, "Print a line for every decision, however many");
  app->footer("Nothing is answered that is not durably recorded. A document that is refused is recorded too.\n\n"
              "Examples:\n  oxpecker decide customers.jsonl\n  oxpecker decide facts.jsonl --event payment.json --json\n"
              "  zcat month.jsonl.gz | oxpecker decide -\n\n"
              "A request that comes again (the same id, facts and event) is answered with what was recorded the first time.\n\n"
              "Exit codes: 0 all decided; 3 some were refused; 1 the log could not be written, or an id was used again for\n"
              "other content; 4 the log, the vault or the release in force is missing or damaged. Looked at are the last\n"
              "4,096 records or more, the log's definitions and counts; older records are proven by 'oxpecker log verify'.");
  app->callback([=] { commands.chosen = [=] { return DecideRun(commands.globals, *arguments).Run(); }; });
}

}  // namespace oxpecker::cli
