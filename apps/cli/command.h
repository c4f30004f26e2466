// apps/cli/command.h - what every command of `oxpecker` shares: exit codes, global options, and how
// errors are told. Private to the program.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/json/value.h"
#include "base/result.h"

namespace oxpecker::cli {

// PERSISTED in scripts of others: never renumber.
inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;       // refused, or a check that failed
inline constexpr int kUsage = 2;
inline constexpr int kInvalidInput = 3;
inline constexpr int kIntegrity = 4;
inline constexpr int kFork = 5;          // two signed heads that cannot be of one log

struct Globals {
  std::string workspace;  // --workspace; empty: the folder that holds oxpecker.yaml, upwards from here
  bool json = false;      // --json
  bool quiet = false;     // --quiet: no progress, no hints
};

int ExitCodeOf(const Error& error);
// On stderr for people, and as a line of JSON on stdout with --json. Returns the exit code.
int Complain(const Globals& globals, const Error& error);
int Complain(const Globals& globals, const Issues& issues);

// A bound of a period: "2026-03-01", which is that day's beginning in UTC, or an instant.
Result<Instant> ParseBound(const std::string& text);

// What authors, customers and arguments wrote may hold anything; a terminal must not obey it. So all
// that is printed goes through base/printable.h; a text that is one line goes through Printable()
// before, lest it forges a second one.
void Print(const std::string& text);             // on stdout
void PrintJson(const json::Value& value);        // one line on stdout: canonical, but for "\u202e"
void PrintError(const std::string& text);        // on stderr
// As they are. For what this house made safe itself: HTML, text with colours.
void PrintBytes(const std::string& bytes);

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
void AddScenarios(Commands commands);  // after AddRules, whose command it joins
void AddRelease(Commands commands);
void AddLog(Commands commands);
void AddReport(Commands commands);
void AddFeel(Commands commands);
void AddDmn(Commands commands);
void AddWitness(Commands commands);

}  // namespace oxpecker::cli
