#include "apps/verify/bundle.h"

#include <cstdio>
#include <memory>
#include <string>

#include "apps/verify/answer.h"
#include "audit/bundle/verify_bundle.h"
#include "audit/log_keys.h"
#include "base/printable.h"

namespace oxpecker::verifier {
namespace {

struct Arguments {
  std::string file;
  std::string key;
  std::string checkpoint;
  bool json = false;
};

constexpr const char* kFooter = R"(
The key must come from elsewhere than the bundle: from the bank's publication or your own files. Without
one the keys in the bundle are taken for it, which is said, and authenticity is not shown.

Examples
  oxpecker-verify bundle evidence.zip --key log.vkey
  oxpecker-verify bundle evidence.zip --key log.vkey --checkpoint held.txt
  oxpecker-verify bundle evidence.zip --key 'bank.example/prod+1f2e3d4c+AQ...' --json

Exit codes: 0 all that could be shown holds; 2 usage; 3 the file, the key or the checkpoint cannot be read;
4 broken; 5 FORK, the head that you hold and the bundle's are not of one log.)";

void PrintVerdict(audit::Aspect aspect, audit::Verdict verdict) {
  std::string line = "  " + std::string(audit::Name(aspect));
  line.resize(16, ' ');
  PrintLine(line + (verdict == audit::Verdict::kHolds ? "holds" : verdict == audit::Verdict::kBroken ? "BROKEN" : "not shown"));
}

std::string ScopeText(const audit::ScopeOfBundle& scope) {
  if (!scope.decision.empty()) return "decision " + scope.decision;
  return "from " + (scope.from ? scope.from->ToString() : "the beginning") + " to " + (scope.to ? scope.to->ToString() : "the end");
}

void PrintContent(const audit::BundleVerification& result) {
  const audit::Manifest& manifest = result.manifest;
  const audit::Coverage& coverage = result.coverage;
  PrintLine("log           " + manifest.origin);
  PrintLine("scope         " + ScopeText(manifest.scope) + ": records " + manifest.scope.records.ToString());
  PrintLine("head          over " + std::to_string(manifest.size) + " records, root " + manifest.root.ToHex());
  for (const auto& [kind, count] : coverage.kinds) {
    std::string line = "  " + kind;
    line.resize(14, ' ');
    PrintLine(line + " " + std::to_string(count));
  }
  PrintLine("sections      " + std::to_string(coverage.disclosed) + " shown, " + std::to_string(coverage.partly) + " in part, " +
            std::to_string(coverage.withheld) + " withheld");
  for (const audit::Coverage::Erasure& erasure : coverage.erasures)
    PrintLine("erased        records " + erasure.records.ToString() + ", by record " + std::to_string(erasure.record));
  if (!coverage.key_absent.empty()) PrintLine("no key        records " + coverage.key_absent.ToString() + ", and no erasure on record");
}

void Print(const audit::BundleVerification& result) {
  PrintLine("bundle        SHA-256 " + result.sha256.ToHex() + ", " + std::to_string(result.files) + " files, " + std::to_string(result.bytes) + " bytes");
  if (result.ok()) PrintContent(result);
  PrintLine("verdicts");
  PrintVerdict(audit::Aspect::kIntegrity, result.integrity);
  PrintVerdict(audit::Aspect::kCompleteness, result.completeness);
  PrintVerdict(audit::Aspect::kAuthenticity, result.authenticity);
  if (result.fork) {
    PrintLine("");
    PrintLine("FORK: the head that you hold and the bundle's cannot be of one log. " + result.first_break->ToString());
    PrintLine("Keep both: both are signed, and together they are the proof.");
    return;
  }
  if (result.first_break) {
    PrintLine("");
    PrintLine("The bundle is broken: " + result.first_break->ToString());
    PrintLine("Nothing in it is proven. Ask for it again, and keep this one.");
    return;
  }
  PrintLine("not shown");
  for (const std::string& text : result.not_shown) PrintLine("  " + text);
}

int Run(const Arguments& arguments) {
  audit::BundleOptions options;
  if (!arguments.key.empty()) {
    auto keys = audit::LogKeys::FromFileOrText(arguments.key);
    if (!keys) return Complain(keys.error(), arguments.json);
    options.key = *std::move(keys);
  }
  if (!arguments.checkpoint.empty()) {
    auto note = ReadFile(arguments.checkpoint);
    if (!note) return Complain(note.error(), arguments.json);
    options.held_checkpoint = *std::move(note);
  }
  auto result = audit::VerifyBundle(arguments.file, options);
  if (!result) return Complain(result.error(), arguments.json);
  if (arguments.json) PrintJson(result->ToJson());
  else Print(*result);
  if (result->fork) return kExitFork;
  return result->ok() ? kExitOk : kExitIntegrity;
}

}  // namespace

void AddBundle(CLI::App& app, std::function<int()>& chosen) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* bundle = app.add_subcommand("bundle", "An evidence bundle (a zip of 'oxpecker log export')");
  bundle->add_option("FILE", arguments->file, "the zip file")->required();
  bundle->add_option("--key,--vkey", arguments->key, "the log's verifier keys: a file or a key itself");
  bundle->add_option("--checkpoint", arguments->checkpoint, "a signed head that you kept from an earlier visit");
  bundle->add_flag("--json", arguments->json, "print the result as JSON");
  bundle->footer(kFooter);
  bundle->callback([=, &chosen] { chosen = [=] { return Run(*arguments); }; });
}

}  // namespace oxpecker::verifier
