// apps/cli/command.h - what every command of `oxpecker` shares: exit codes, global options, and how
// errors are told. Private to the program.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

#include "base/json/value.h"
#include "base/result.h"

namespace oxpecker::cli {

// PERSISTED in scripts of others: never renumber.
inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;       // refused, or a check that failed
inline constexpr int kUsage = 2;
inline constexpr int kInvalidInput = 3;
inline constexpr int kIntegrity = 4;

struct Globals {
  std::string workspace;  // --workspace; empty: the folder that holds oxpecker.yaml, upwards from here
  bool json = false;      // --json
  bool quiet = false;     // --quiet: no progress, no hints
};

int ExitCodeOf(const Error& error);
// On stderr for people, and as a line of JSON on stdout with --json. Returns the exit code.
int Complain(const Globals& globals, const Error& error);
int Complain(const Globals& globals, const Issues& issues);

void PrintJson(const json::Value& value);   // one canonical line on stdout
void Print(const std::string& text);        // on stdout

// A command says what it takes and what runs; main() calls the one that was chosen.
using Run = std::function<int()>;
struct Commands {
  CLI::App& app;
  Globals& globals;
  Run& chosen;
};
void AddInit(Commands commands);
void AddDecide(Commands commands);
void AddExplain(Commands commands);
void AddReplay(Commands commands);
void AddRules(Commands commands);
void AddRelease(Commands commands);
void AddLog(Commands commands);
void AddReport(Commands commands);
void AddFeel(Commands commands);

}  // namespace oxpecker::cli
