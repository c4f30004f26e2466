// oxpecker-verify: proves a decision log, or evidence out of one, from the stored bytes: on any machine, trusting nobody.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>

#include "apps/verify/anchors.h"
#include "apps/verify/answer.h"
#include "apps/verify/bundle.h"
#include "apps/verify/proofs.h"
#include "audit/log_keys.h"
#include "audit/verify.h"
#include "base/printable.h"

namespace {

using namespace oxpecker::verifier;
using oxpecker::Printable;
using oxpecker::PrintableLines;
using oxpecker::Result;
namespace audit = oxpecker::audit;
namespace fs = std::filesystem;

constexpr const char* kFooter = R"(
Verdicts
  integrity      nothing that is stored was altered
  completeness   nothing that was there is missing, nothing was put between (needs a checkpoint)
  authenticity   the holder of the log's key signed heads that cover it (needs --key)

Examples
  oxpecker-verify log/log.db --key keys/log.vkey
  oxpecker-verify log.db --key 'bank.example/prod+1f2e3d4c+AQ...' --checkpoint held.txt
  oxpecker-verify log.db --key log.vkey --json
  oxpecker-verify log.db --key log.vkey --all-pages
  oxpecker-verify bundle evidence.zip --key log.vkey
  oxpecker-verify proof 17.proof --leaf 17.leaf --vkey log.vkey
  oxpecker-verify consistency held.txt newer.txt --proof between.json --vkey log.vkey
  oxpecker-verify log.db --key log.vkey --policy witnesses.policy
  oxpecker-verify checkpoint cosigned.note --vkey log.vkey --policy witnesses.policy
  oxpecker-verify timestamp head.tsr --note head.note --ca tsa-root.pem

The key must come from elsewhere than the log: from the bank's publication or your own files.
A checkpoint that you kept from an earlier visit (--checkpoint) shows a cut tail or a rewritten log.
A log publishes each checkpoint that it signs; where that file is not beside it and none is given,
the log is incomplete (exit code 4), unless you say --no-checkpoint and go without that proof.

Exit codes: 0 all that could be shown holds; 1 what was asked for is not shown; 2 usage; 3 the log, the
key or the checkpoint cannot be read; 4 broken; 5 FORK, two signed heads that are not of one log.)";

struct Arguments {
  std::string log;
  std::string key;
  std::string checkpoint;
  std::string policy;
  std::string anchors;
  bool no_checkpoint = false;
  bool all_pages = false;
  bool json = false;
};

Result<audit::VerifyOptions> OptionsOf(const Arguments& arguments) {
  audit::VerifyOptions options;
  if (!arguments.key.empty()) {
    OXP_TRY(options.key, audit::LogKeys::FromFileOrText(arguments.key));
  }
  // Without being told, the checkpoint that the writer publishes beside its database.
  const fs::path beside = fs::path(arguments.log).parent_path() / "checkpoint";
  std::error_code error;
  if (!arguments.checkpoint.empty()) {
    OXP_TRY(options.published_note, ReadFile(arguments.checkpoint));
  } else if (!arguments.no_checkpoint && fs::exists(beside, error)) {
    OXP_TRY(options.published_note, ReadFile(beside.string()));
  }
  options.must_be_published = !arguments.no_checkpoint;
  options.all_pages = arguments.all_pages;
  return options;
}

void PrintVerdict(audit::Aspect aspect, audit::Verdict verdict, const char* note) {
  const std::string name(audit::Name(aspect));
  const char* word = verdict == audit::Verdict::kHolds    ? "holds"
                     : verdict == audit::Verdict::kBroken ? "BROKEN"
                                                          : "not shown";
  std::printf("  %-13s %s%s\n", name.c_str(), word, note);
}

void Print(const audit::LogVerification& result, bool has_key, bool has_checkpoint) {
  std::printf("log           %s\n", result.origin.c_str());
  std::printf("records       %llu proven%s, %llu bytes hashed\n",
              static_cast<unsigned long long>(result.records), result.ok() ? "" : " before the break",
              static_cast<unsigned long long>(result.bytes));
  for (const auto& [kind, count] : result.records_by_kind)
    std::printf("  %-12s %llu\n", kind.c_str(), static_cast<unsigned long long>(count));
  std::printf("root          %s\n", result.root.ToHex().c_str());
  if (has_key)
    std::printf("sealed        the first %llu records, by the checkpoint at %llu; %llu signatures checked\n",
                static_cast<unsigned long long>(result.sealed_size),
                static_cast<unsigned long long>(result.sealed_size),
                static_cast<unsigned long long>(result.checkpoints));
  std::puts("verdicts");
  PrintVerdict(audit::Aspect::kIntegrity, result.integrity, "");
  PrintVerdict(audit::Aspect::kCompleteness, result.completeness,
               has_checkpoint ? "" : " (of the tail: no checkpoint to compare with)");
  PrintVerdict(audit::Aspect::kAuthenticity, result.authenticity,
               has_key ? "" : " (no --key was given)");
  if (result.ok() && has_key && result.sealed_size < result.records)
    std::printf("note          the last %llu records are not under a signed checkpoint yet\n",
                static_cast<unsigned long long>(result.records - result.sealed_size));
  if (!result.first_break) return;
  std::printf("\nThe log is broken: %s\n", Printable(result.first_break->ToString()).c_str());
  if (result.first_break->code != "unpublished")
    std::puts(
        "What follows the break is not proven. Keep the file as it is, compare it with a checkpoint that\n"
        "is held elsewhere (--checkpoint FILE), and restore a copy that this program finds whole.");
  else
    std::puts(
        "Put the file 'checkpoint' back beside the log, or give a checkpoint that somebody kept\n"
        "(--checkpoint FILE); --no-checkpoint verifies without, and leaves the tail not shown.");
}

int Run(const Arguments& arguments) {
  auto options = OptionsOf(arguments);
  if (!options) return Complain(options.error(), arguments.json);
  auto result = audit::VerifyLog(arguments.log, *options);
  if (!result) return Complain(result.error(), arguments.json);
  std::optional<Result<audit::WitnessReport>> witnessed;
  if (!arguments.policy.empty() && result->ok())
    witnessed = Witnessed(arguments.log, arguments.anchors, arguments.policy, *options->key);
  if (arguments.json) {
    oxpecker::json::Object out = result->ToJson();
    if (witnessed && *witnessed) out.Set("witnesses", ToJson(**witnessed));
    PrintJson(std::move(out));
  } else {
    Print(*result, options->key.has_value(), options->published_note.has_value());
    if (witnessed && *witnessed) PrintWitnessed(**witnessed);
  }
  if (!result->ok()) return kExitIntegrity;
  return witnessed ? ExitCodeOf(*witnessed) : kExitOk;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Proves a decision log from its stored bytes. Needs no network and no other program.",
      "oxpecker-verify");
  app.footer(kFooter);
  Arguments arguments;
  std::function<int()> chosen;
  app.add_option("LOG", arguments.log, "the log's database (log.db)");
  app.add_option("--key,--vkey", arguments.key, "the log's verifier keys: a file or a key itself");
  CLI::Option* held = app.add_option(
      "--checkpoint", arguments.checkpoint,
      "a checkpoint held outside the log (default: the file 'checkpoint' beside it)");
  app.add_flag("--no-checkpoint", arguments.no_checkpoint,
               "compare with none: a tail that was cut off goes unseen")
      ->excludes(held);
  app.add_option("--policy", arguments.policy, "the witnesses you trust, and how many are needed (C2SP tlog-policy)")->needs("--key");
  app.add_option("--anchors", arguments.anchors, "the folder of cosigned heads (default: 'anchors' beside the log)")->needs("--policy");
  app.add_flag("--all-pages", arguments.all_pages,
               "walk every page of the file too: slower, and finds what no row shows");
  app.add_flag("--json", arguments.json, "print the result as JSON");
  AddBundle(app, chosen);
  AddProofs(app, chosen);
  AddAnchors(app, chosen);
  app.set_version_flag("--version", "oxpecker-verify " OXPECKER_VERSION);
  try {
    app.parse(argc, argv);
    if (chosen) return chosen();
    if (!arguments.log.empty()) return Run(arguments);
    std::fputs("LOG is required\nRun with --help for more information.\n", stderr);
    return kExitUsage;
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;  // quotes the arguments
    const int code = app.exit(error, out, err);
    std::fputs(out.str().c_str(), stdout);
    std::fputs(PrintableLines(err.str()).c_str(), stderr);
    return code == 0 ? kExitOk : kExitUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "oxpecker-verify: %s\n", Printable(error.what()).c_str());
    return kExitInvalidInput;
  }
}
