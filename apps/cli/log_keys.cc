#include "apps/cli/log_keys.h"

#include <utility>

#include "apps/cli/workspace.h"
#include "audit/log.h"
#include "audit/log_keys.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

// A key that a command will need: where it is, and what is wrong with it.
struct KeyState {
  const char* purpose;
  std::string source;
  std::string key;  // of the signing key: its public half
  std::optional<Error> wrong;
};

KeyState SigningState(const audit::LogPaths& paths) {
  KeyState state{"signing", paths.SigningSource().text(), {}, {}};
  const auto signer = audit::OpenLogSigner(paths);
  const auto keys = audit::LogKeys::FromFileOrText(paths.verifier_key.string());
  if (!signer) {
    state.wrong = signer.error();
  } else if (!keys) {
    state.wrong = keys.error();
  } else if ((*signer)->verifier() != keys->current()) {
    state.wrong = Error{ErrorCode::kIntegrity, state.source, "it is not the key in use: " + paths.verifier_key.string() + " has " + keys->current().ToString(),
                        "put back the key that belongs to this log"};
  } else {
    state.key = (*signer)->verifier().ToString();
  }
  return state;
}

KeyState VaultState(const Workspace& workspace) {
  KeyState state{"vault", workspace.log_paths().VaultSource().text(), {}, {}};
  const auto reader = workspace.OpenReader(audit::WithVault::kYes);
  if (!reader) state.wrong = reader.error();
  return state;
}

int RunKeys(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  int code = kDone;
  json::Array list;
  for (const KeyState& state : {SigningState(workspace->log_paths()), VaultState(*workspace)}) {
    if (state.wrong) code = std::max(code, ExitCodeOf(*state.wrong));
    if (globals.json) {
      json::Object out;
      out.Set("opens", !state.wrong);
      if (state.wrong) out.Set("problem", state.wrong->message);
      out.Set("purpose", state.purpose);
      out.Set("source", state.source);
      if (!state.key.empty()) out.Set("vkey", state.key);
      list.emplace_back(std::move(out));
      continue;
    }
    const std::string purpose = std::string(state.purpose) + std::string(9 - std::string_view(state.purpose).size(), ' ');
    Print(purpose + (state.wrong ? "MISSING  " : "opens    ") + Printable(state.source) + "\n");
    if (!state.key.empty()) Print("         " + state.key + "\n");
    if (state.wrong) Print("         " + Printable(state.wrong->message) + "\n");
    if (state.wrong && !state.wrong->hint.empty()) Print("         " + Printable(state.wrong->hint) + "\n");
  }
  if (globals.json) {
    json::Object out;
    out.Set("keys", std::move(list));
    PrintJson(std::move(out));
  }
  return code;
}

}  // namespace

void AddLogKeys(CLI::App& log, Commands commands) {
  CLI::App* keys = log.add_subcommand("keys", "Whether the private keys are there and belong to this log; shows none");
  keys->footer("Where they are stands in oxpecker.yaml (keys: signing, vault): a file of mode 0600, env:NAME, or pkcs11:...\n\n"
               "Examples:\n  oxpecker log keys\n  oxpecker log keys --json");
  keys->callback([=] { commands.chosen = [=] { return RunKeys(commands.globals); }; });
}

}  // namespace oxpecker::cli
