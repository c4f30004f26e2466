// oxpecker-berka - the Berka extract (PKDD'99) as facts documents, one line an account.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "base/json/value.h"
#include "base/printable.h"
#include "base/result.h"
#include "examples/berka/account_facts.h"
#include "examples/berka/calendar.h"
#include "examples/berka/extract.h"

namespace oxpecker::berka {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kInvalidInput = 3;

struct Options {
  std::string directory;
  std::string as_of;
  bool every_month_end = false;
  std::string out;
};

constexpr const char* kExamples =
    "Examples:\n"
    "  oxpecker-berka data/berka --as-of 1994-03-31 --out facts.jsonl\n"
    "  oxpecker-berka data/berka --every-month-end --out history.jsonl\n"
    "  oxpecker-berka data/berka --as-of 1993-06-30 --out - | head -1\n\n"
    "Nothing dated after the day enters its documents. docs/berka.md lists every field.\n"
    "Exit codes: 0 done; 1 the output cannot be written; 2 usage; 3 invalid input.";

void Complain(const std::string& text) { std::cerr << "oxpecker-berka: " << Printable(text) << '\n'; }

// Writes to FILE.partial and renames at the end: a file of that name is always whole. "-" is
// standard output.
class Output {
 public:
  explicit Output(std::string path) : path_(std::move(path)) {
    if (path_ != "-") file_.open(partial(), std::ios::binary | std::ios::trunc);
  }
  void Write(const std::string& line) { stream() << line << '\n'; }
  Status Finish() {
    stream().flush();
    bool good = stream().good();
    if (path_ != "-") {
      file_.close();
      good = good && !file_.fail();
      std::error_code error;
      if (good) std::filesystem::rename(partial(), path_, error);
      good = good && !error;
    }
    if (good) return {};
    return Fail(ErrorCode::kUnavailable, path_, "the documents cannot be written",
                "is there a folder of that name, with room and permission?");
  }

 private:
  std::string partial() const { return path_ + ".partial"; }
  std::ostream& stream() { return path_ == "-" ? std::cout : file_; }
  std::string path_;
  std::ofstream file_;
};

// The days to write documents for; an error for a day that the extract does not reach.
Result<std::vector<Date>> DaysWanted(const Options& options, const Extract& extract) {
  if (options.every_month_end) return MonthEnds(extract.first, extract.last);
  const auto date = ParseDate(options.as_of);
  if (!date)
    return Fail(ErrorCode::kInvalidInput, "--as-of", "found no day of the calendar",
                "write it as 1994-03-31");
  if (*date > extract.last)
    return Fail(ErrorCode::kInvalidInput, "--as-of",
                "the extract ends on " + ToString(extract.last) + ": nothing later is known",
                "choose that day or an earlier one");
  return std::vector<Date>{*date};
}

Status WriteDocuments(const Extract& extract, const std::vector<Date>& days, Output& output) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  std::size_t total = 0;
  for (const Date day : days) {
    std::size_t count = 0;
    for (const Account& account : extract.accounts) {
      if (account.opened > day) continue;
      output.Write(json::Canonical(AccountFacts(account, day)));
      ++count;
    }
    total += count;
    if (terminal) std::cerr << ToString(day) << ": " << count << " accounts\n";
  }
  OXP_TRY(output.Finish());
  std::cerr << total << " documents from " << extract.transaction_count << " transactions\n";
  if (extract.unchained_days > 0)
    std::cerr << "note: on " << extract.unchained_days
              << " days of an account the stated balances do not follow from the rows; the order "
                 "of the file was kept\n";
  return {};
}

int Run(const Options& options) {
  const Checked<Extract> extract = ReadExtract(options.directory);
  if (!extract) {
    for (const Error& issue : extract.error()) Complain(issue.ToString());
    return kInvalidInput;
  }
  const Result<std::vector<Date>> days = DaysWanted(options, *extract);
  if (!days) {
    Complain(days.error().ToString());
    return kUsage;
  }
  Output output(options.out);
  const Status written = WriteDocuments(*extract, *days, output);
  if (!written) {
    Complain(written.error().ToString());
    return kFailed;
  }
  return kDone;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "The Berka extract (a Czech bank, 1993-94, anonymised) as facts documents: one line "
      "of JSON an account",
      "oxpecker-berka");
  app.footer(kExamples);
  app.add_option("DATA_DIR", options.directory, "folder of the berka_*.csv tables")->required();
  auto* as_of =
      app.add_option("--as-of", options.as_of, "the day the documents speak of")->type_name("DATE");
  auto* every = app.add_flag("--every-month-end", options.every_month_end,
                             "documents for the last day of every month in the extract, in order");
  as_of->excludes(every);
  app.add_option("--out", options.out, "file to write; - for standard output")
      ->type_name("FILE")
      ->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream err;  // quotes the arguments
    const int code = app.exit(error, std::cout, err);
    std::cerr << PrintableLines(err.str());
    return code == 0 ? kDone : kUsage;
  }
  if (options.as_of.empty() && !options.every_month_end) {
    Complain("one of --as-of DATE and --every-month-end is needed; --help shows examples");
    return kUsage;
  }
  return Run(options);
}

}  // namespace
}  // namespace oxpecker::berka

int main(int argc, char** argv) { return oxpecker::berka::Main(argc, argv); }
