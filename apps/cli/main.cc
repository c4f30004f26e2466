// oxpecker: decides, explains, verifies, reports. See docs/command-line.md and `oxpecker --help`.
#include <cstdio>
#include <exception>
#include <sstream>

#include "apps/cli/command.h"
#include "base/printable.h"
#include "engine/version.h"

namespace {

constexpr const char* kFooter =
    "A workspace is a folder with oxpecker.yaml; commands find it from any folder inside.\n\n"
    "First steps:\n"
    "  oxpecker init demo && cd demo\n"
    "  oxpecker decide customers.jsonl\n"
    "  oxpecker explain DECISION\n"
    "  oxpecker log verify\n"
    "  oxpecker report period --out period.html\n\n"
    "Exit codes: 0 done; 1 refused or failed check; 2 usage; 3 invalid input; 4 integrity failure.";

int Main(int argc, char** argv) {
  namespace cli = oxpecker::cli;
  CLI::App app("Oxpecker: an auditable decision engine for banks", "oxpecker");
  cli::Globals globals;
  cli::Run chosen;
  app.set_version_flag("--version", std::string("oxpecker ") + oxpecker::engine::kEngineVersion);
  app.add_option("--workspace,-w", globals.workspace, "The workspace's folder (default: this one or the nearest above)");
  app.add_flag("--json", globals.json, "Machine-readable output");
  app.add_flag("--quiet,-q", globals.quiet, "No progress and no hints");
  app.fallthrough();
  app.footer(kFooter);  // commands begin with their parent's footer
  const cli::Commands commands{app, globals, chosen};
  cli::AddInit(commands);
  cli::AddDecide(commands);
  cli::AddExplain(commands);
  cli::AddReplay(commands);
  cli::AddRules(commands);
  cli::AddScenarios(commands);
  cli::AddRelease(commands);
  cli::AddLog(commands);
  cli::AddReport(commands);
  cli::AddFeel(commands);
  cli::AddDmn(commands);
  cli::AddWitness(commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;  // quotes the arguments
    const int code = app.exit(error, out, err);
    cli::Print(out.str());
    cli::PrintError(err.str());
    return code == 0 ? cli::kDone : cli::kUsage;
  }
  if (!chosen) {
    std::fputs("oxpecker: no command was given\nRun with --help for more information.\n", stderr);
    return cli::kUsage;
  }
  const int code = chosen();
  // What was printed must have arrived: a full disk is no success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("oxpecker: standard output could not be written\n", stderr);
    return code == cli::kDone ? cli::kRefused : code;
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::exception& error) {  // out of memory, or a library's surprise
    oxpecker::cli::PrintError("oxpecker: stopped: " + oxpecker::Printable(error.what()) + "\n");
    return oxpecker::cli::kRefused;
  }
}
