#include <algorithm>
#include <string_view>

#include "apps/cli/command.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string folder = ".";
  std::string entity = "Example Bank";
  KeySettings keys;
};

// For a POSIX shell: as it is where that is safe, else in single quotes.
std::string ShellWord(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./+,:@%").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

int RunInit(const Globals& globals, const Arguments& arguments) {
  SystemClock clock;
  auto workspace = Workspace::Create(arguments.folder, arguments.entity, clock, arguments.keys);
  if (!workspace) return Complain(globals, workspace.error());
  const auto digest = workspace->ActiveDigest();
  if (!digest) return Complain(globals, digest.error());
  if (globals.json) {
    json::Object out;
    out.Set("entity", workspace->entity());
    out.Set("release", *digest);
    out.Set("workspace", workspace->root().string());
    PrintJson(std::move(out));
    return kDone;
  }
  Print("Made a workspace in " + Printable(workspace->root().string()) + "\n"
        "  rules/           the retail pack: read it, change it, then 'oxpecker release build --activate'\n"
        "  schemas/         what may be known of a customer; 'oxpecker rules facts' lists it\n"
        "  customers.jsonl  example customers, made up\n"
        "  keys/            the log's signing key and the vault's key: keep them safe and apart\n"
        "  release          " + digest->substr(0, 12) + ", in force; nobody has approved it, and reports say so\n"
        "Next: oxpecker" + (arguments.folder == "." ? std::string() : " --workspace " + ShellWord(arguments.folder)) +
        " decide " + ShellWord((workspace->root() / "customers.jsonl").lexically_relative(std::filesystem::current_path()).string()) + "\n");
  return kDone;
}

}  // namespace

void AddInit(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("init", "Make a workspace: keys, log, the retail pack, example customers");
  app->add_option("DIR", arguments->folder, "A new or empty folder (default: this one)");
  app->add_option("--entity", arguments->entity, "Whose decisions these are; stands on reports")->capture_default_str();
  app->add_option("--signing-key", arguments->keys.signing, "Where the log's key is, if not made here: env:NAME or pkcs11:...");
  app->add_option("--vault-key", arguments->keys.vault, "Where the vault's key is, if not made here: env:NAME or pkcs11:...");
  app->footer("Examples:\n  oxpecker init demo\n  oxpecker init demo --entity \"Nordic Example Bank\"\n"
              "  oxpecker init prod --vault-key 'pkcs11:token=bank;object=vault?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/oxpecker/pin'");
  app->callback([=] { commands.chosen = [=] { return RunInit(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
