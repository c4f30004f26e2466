#include "audit/log.h"

#include "apps/cli/command.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "audit/checkpoint.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string record;
};

// What a verdict means: the claim where it holds, and only there.
std::string Said(audit::Verdict verdict, const std::string& claim) {
  switch (verdict) {
    case audit::Verdict::kHolds: return "holds  " + claim;
    case audit::Verdict::kBroken: return "BROKEN  see the first break below";
    case audit::Verdict::kNotShown: break;
  }
  return "not shown  the check ended at a break, or there is no published checkpoint to compare with";
}

int RunVerify(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  Progress progress("verified", globals.quiet);
  auto v = workspace->Verify([&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!v) return Complain(globals, v.error());
  if (globals.json) {
    PrintJson(v->ToJson());
    return v->ok() ? kDone : kIntegrity;
  }
  Print(std::to_string(v->records) + (v->ok() ? " records of " : " records proven before the first break, of ") + v->origin + "\n");
  for (const auto& [kind, count] : v->records_by_kind) Print("  " + kind + " " + std::to_string(count) + "\n");
  Print("integrity     " + Said(v->integrity, "nothing that is stored was altered") + "\n");
  Print("completeness  " + Said(v->completeness, "nothing is missing, nothing was put between") + "\n");
  Print("authenticity  " + Said(v->authenticity, std::to_string(v->sealed_size) + " of " + std::to_string(v->records) +
                                                     " records lie under a signed checkpoint") + "\n");
  Print("root          " + v->root.ToHex() + "\n");
  if (v->first_break) {
    Print("\nThe log is broken: " + v->first_break->ToString() + "\n");
    return kIntegrity;
  }
  if (!globals.quiet)
    Print("\nThis says what the stored bytes show. A tail cut off together with its checkpoints shows only against a\n"
          "checkpoint that somebody else holds: keep a copy of log/checkpoint elsewhere.\n");
  return kDone;
}

int RunCheckpoint(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  SystemClock clock;
  auto log = workspace->OpenLog(clock);
  if (!log) return Complain(globals, log.error());
  auto checkpoint = (*log)->WriteCheckpoint();
  if (!checkpoint) return Complain(globals, checkpoint.error());
  if (auto closed = (*log)->Close(); !closed) return Complain(globals, closed.error());
  if (globals.json) {
    json::Object out;
    out.Set("note", checkpoint->note);
    out.Set("root", checkpoint->checkpoint.root.ToHex());
    out.Set("size", std::to_string(checkpoint->checkpoint.size));
    PrintJson(std::move(out));
  } else {
    PrintBytes(checkpoint->note);  // it is read by programs
  }
  return kDone;
}

json::Object ToJson(const audit::Record& record) {
  json::Object out;
  out.Set("about", record.about);
  if (record.decision_id) out.Set("decision_id", record.decision_id->str());
  out.Set("kind", record.kind_name);
  out.Set("leaf", record.leaf);
  out.Set("leaf_hash", record.leaf_hash.ToHex());
  out.Set("seq", std::to_string(record.seq));
  out.Set("time", record.time.ToString());
  return out;
}

int RunShow(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  auto seq = FindDecision(*reader, arguments.record);
  if (!seq) return Complain(globals, seq.error());
  auto record = reader->Read(*seq);
  if (!record) return Complain(globals, record.error());
  json::Object out = ToJson(*record);
  json::Object sections;
  for (const audit::StoredSection& section : record->sections) {
    auto text = reader->Decrypt(*record, section.name);
    if (!text && text.error().code != ErrorCode::kNotFound) return Complain(globals, text.error());
    sections.Set(section.name, text ? json::Value(*std::move(text)) : json::Value());
  }
  out.Set("sections", std::move(sections));
  if (globals.json) PrintJson(std::move(out));
  else Print(json::Pretty(std::move(out)) + "\n");
  return kDone;
}

int RunStats(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  auto counts = reader->CountsByKind();
  if (!counts) return Complain(globals, counts.error());
  auto checkpoints = reader->Checkpoints();
  if (!checkpoints) return Complain(globals, checkpoints.error());
  std::error_code error;
  const auto bytes = std::filesystem::file_size(workspace->log_paths().database, error);
  json::Object kinds;
  for (const auto& [kind, count] : *counts) kinds.Set(kind, std::to_string(count));
  json::Object out;
  out.Set("checkpoints", std::to_string(checkpoints->size()));
  out.Set("database_bytes", std::to_string(error ? 0 : bytes));
  out.Set("origin", reader->origin());
  out.Set("records", std::to_string(reader->size()));
  out.Set("records_by_kind", std::move(kinds));
  if (globals.json) PrintJson(std::move(out));
  else Print(json::Pretty(std::move(out)) + "\n");
  return kDone;
}

}  // namespace

void AddLog(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("log", "Verify, seal and look into the log");
  app->footer("Examples:\n  oxpecker log verify\n  oxpecker log verify --json\n  oxpecker log show 17\n"
              "  oxpecker log checkpoint > held-elsewhere.txt\n\n"
              "oxpecker-verify proves a log on another machine. Exit codes: 0 it holds; 4 it is broken.");
  app->add_subcommand("verify", "Prove every leaf, the chain, the count, the tree and the signed heads")
      ->callback([=] { commands.chosen = [=] { return RunVerify(commands.globals); }; });
  app->add_subcommand("checkpoint", "Sign the head of the log now and print the signed note")
      ->callback([=] { commands.chosen = [=] { return RunCheckpoint(commands.globals); }; });
  CLI::App* show = app->add_subcommand("show", "One record: its leaf and its sections in plain text");
  show->add_option("RECORD", arguments->record, "The record's number, or its decision's id")->required();
  show->callback([=] { commands.chosen = [=] { return RunShow(commands.globals, *arguments); }; });
  app->add_subcommand("stats", "How many records of which kind, checkpoints, bytes")
      ->callback([=] { commands.chosen = [=] { return RunStats(commands.globals); }; });
}

}  // namespace oxpecker::cli
