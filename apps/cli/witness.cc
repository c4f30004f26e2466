#include "audit/witness.h"

#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <utility>

#include "apps/cli/command.h"
#include "apps/cli/http.h"
#include "apps/cli/system.h"
#include "apps/cli/witness_drop.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string folder;
  std::string name;
  std::string keys;
  std::string request = "-";
  std::string drop;
  std::string listen = "127.0.0.1:8417";
};

HttpAnswer AsHttp(const audit::WitnessAnswer& answer) { return {answer.status, answer.type, answer.body}; }

int RunInit(const Globals& globals, const Arguments& arguments) {
  const auto key = audit::Witness::Create(arguments.folder, arguments.name);
  if (!key) return Complain(globals, key.error());
  if (globals.json) {
    json::Object out;
    out.Set("vkey", key->ToString());
    PrintJson(std::move(out));
    return kDone;
  }
  Print("Made a witness in " + Printable(arguments.folder) + "\n  " + key->ToString() + "\n");
  if (!globals.quiet)
    Print("Whoever relies on it puts that line into a policy: witness NAME VKEY URL. Next: oxpecker witness add-log\n");
  return kDone;
}

int RunAddLog(const Globals& globals, const Arguments& arguments) {
  const auto keys = audit::LogKeys::FromFileOrText(arguments.keys);
  if (!keys) return Complain(globals, keys.error());
  auto witness = audit::Witness::Open(arguments.folder);
  if (!witness) return Complain(globals, witness.error());
  if (auto added = witness->AddLog(*keys); !added) return Complain(globals, added.error());
  if (!globals.quiet) Print("heads of " + keys->name() + " are signed from now on\n");
  return kDone;
}

Result<std::string> ReadRequest(const std::string& file) {
  if (file != "-") return ReadFile(file);
  std::string request(kHttpBodyBytesMax + 1, '\0');  // one byte more than any request has
  std::cin.read(request.data(), static_cast<std::streamsize>(request.size()));
  request.resize(static_cast<std::size_t>(std::cin.gcount()));
  return request;
}

int ExitCodeOf(const audit::WitnessAnswer& answer) {
  if (!answer.fork.empty()) return kFork;
  switch (answer.status) {
    case audit::kWitnessSigned: return kDone;
    case audit::kWitnessBadRequest:
    case audit::kWitnessUnknownLog: return kInvalidInput;
    case audit::kWitnessNotSigned:
    case audit::kWitnessNotProven: return kIntegrity;
    default: return kRefused;
  }
}

int RunAddCheckpoint(const Globals& globals, const Arguments& arguments) {
  const auto request = ReadRequest(arguments.request);
  if (!request) return Complain(globals, request.error());
  auto witness = audit::Witness::Open(arguments.folder);
  if (!witness) return Complain(globals, witness.error());
  SystemClock clock;
  const audit::WitnessAnswer answer = witness->AddCheckpoint(*request, clock.Now());
  if (globals.json) {
    json::Object out;
    out.Set("body", answer.body);
    out.Set("fork", !answer.fork.empty());
    out.Set("status", answer.status);
    out.Set("type", answer.type);
    PrintJson(std::move(out));
  } else {
    if (answer.status != audit::kWitnessSigned) PrintError("oxpecker: " + std::to_string(answer.status) + ": not signed\n");
    PrintBytes(answer.body);  // it is read by programs
  }
  if (!answer.fork.empty()) PrintError(answer.fork + "\n");
  return ExitCodeOf(answer);
}

int RunAnswer(const Globals& globals, const Arguments& arguments) {
  auto witness = audit::Witness::Open(arguments.folder);
  if (!witness) return Complain(globals, witness.error());
  const auto requests = ReadDropped(arguments.drop);
  if (!requests) return Complain(globals, requests.error());
  SystemClock clock;
  std::int64_t signed_count = 0;
  std::int64_t answered = 0;
  bool fork = false;
  for (const Dropped& dropped : *requests) {
    if (const auto before = ReadDroppedAnswer(arguments.drop, dropped.name); before || before.error().code != ErrorCode::kNotFound) continue;
    const audit::WitnessAnswer answer = witness->AddCheckpoint(dropped.request, clock.Now());
    if (auto put = DropAnswer(arguments.drop, dropped.name, AsHttp(answer)); !put) return Complain(globals, put.error());
    ++answered;
    signed_count += answer.status == audit::kWitnessSigned ? 1 : 0;
    fork = fork || !answer.fork.empty();
    if (!answer.fork.empty()) PrintError(answer.fork + "\n");
  }
  if (globals.json) {
    json::Object out;
    out.Set("answered", answered);
    out.Set("fork", fork);
    out.Set("signed", signed_count);
    PrintJson(std::move(out));
  } else if (!globals.quiet) {
    Print(std::to_string(answered) + " answered, " + std::to_string(signed_count) + " of them signed\n");
  }
  return fork ? kFork : kDone;
}

int RunServe(const Globals& globals, const Arguments& arguments) {
  const auto address = LoopbackAddress::Parse(arguments.listen);
  if (!address) return Complain(globals, address.error());
  auto witness = audit::Witness::Open(arguments.folder);
  if (!witness) return Complain(globals, witness.error());
  SystemClock clock;
  std::mutex printing;
  const auto answer = [&](const std::string& body) {
    const audit::WitnessAnswer given = witness->AddCheckpoint(body, clock.Now());
    if (!given.fork.empty()) {
      const std::lock_guard lock(printing);
      PrintError(given.fork + "\n");
    }
    return AsHttp(given);
  };
  const auto listening = [&](int port) {
    const std::lock_guard lock(printing);
    const std::string host = address->host == "::1" ? "[::1]" : address->host;
    Print("http://" + host + ":" + std::to_string(port) + "\n");
    std::fflush(stdout);
  };
  if (auto served = ServeHttp(*address, "/add-checkpoint", answer, listening); !served) return Complain(globals, served.error());
  return kDone;
}

json::Object ToJson(const audit::WitnessedLog& log) {
  json::Object out;
  json::Array forks;
  for (const std::string& file : log.forks) forks.emplace_back(file);
  out.Set("forks", std::move(forks));
  out.Set("origin", log.keys.name());
  if (log.last) out.Set("root", log.last->root.ToHex());
  out.Set("size", std::to_string(log.last ? log.last->size : 0));
  if (log.last) out.Set("time", Instant::FromUnixSeconds(log.unix_seconds).ToString());
  return out;
}

int RunStatus(const Globals& globals, const Arguments& arguments) {
  const auto logs = audit::Witness::Logs(arguments.folder);
  if (!logs) return Complain(globals, logs.error());
  bool fork = false;
  json::Array list;
  std::string text;
  for (const audit::WitnessedLog& log : *logs) {
    fork = fork || !log.forks.empty();
    list.emplace_back(ToJson(log));
    text += log.keys.name() + "  " +
            (log.last ? std::to_string(log.last->size) + " records at " + Instant::FromUnixSeconds(log.unix_seconds).ToString() : "nothing signed yet") + "\n";
    for (const std::string& file : log.forks) text += "  FORK: another head that this log signed: " + Printable(file) + "\n";
  }
  if (globals.json) {
    json::Object out;
    out.Set("logs", std::move(list));
    PrintJson(std::move(out));
  } else {
    Print(text);
    if (logs->empty() && !globals.quiet) PrintError("no log is known: oxpecker witness add-log\n");
  }
  return fork ? kFork : kDone;
}

}  // namespace

void AddWitness(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("witness", "Watch over logs of others: sign only heads that go on from the last one");
  app->require_subcommand(1);
  app->footer("Examples:\n  oxpecker witness init /srv/witness --name witness.example/w1\n"
              "  oxpecker witness add-log /srv/witness --vkey bank.vkey\n  oxpecker witness serve /srv/witness --listen 127.0.0.1:8417\n"
              "  oxpecker witness answer /srv/witness --drop /mnt/shared\n  oxpecker witness status /srv/witness\n\n"
              "It speaks add-checkpoint of C2SP tlog-witness. A witness is worth something where others than the bank hold its key.\n"
              "Exit code 5: FORK, the log signed two heads over one number of records; both are kept.");
  const auto add = [&](const char* name, const char* what, int (*run)(const Globals&, const Arguments&)) {
    CLI::App* command = app->add_subcommand(name, what);
    command->add_option("DIR", arguments->folder, "The witness's folder")->required();
    command->callback([=] { commands.chosen = [=] { return run(commands.globals, *arguments); }; });
    return command;
  };
  add("init", "Make a witness with a key of its own", RunInit)
      ->add_option("--name", arguments->name, "Its name, such as witness.example/w1: stands on its signatures")->required();
  add("add-log", "Sign heads of this log from now on; again after the log changed its key", RunAddLog)
      ->add_option("--vkey", arguments->keys, "The log's verifier keys: a file or a key itself")->required();
  add("serve", "Answer over HTTP on this machine until SIGTERM", RunServe)
      ->add_option("--listen", arguments->listen, "Loopback address and port; port 0 is any that is free")->capture_default_str();
  add("answer", "Answer the requests that lie in a folder, then end", RunAnswer)
      ->add_option("--drop", arguments->drop, "The folder that the log drops requests into")->required();
  add("add-checkpoint", "Answer one request", RunAddCheckpoint)
      ->add_option("REQUEST", arguments->request, "A file (default: standard input)");
  add("status", "What it signed last of each log, and what forks it saw", RunStatus);
}

}  // namespace oxpecker::cli
