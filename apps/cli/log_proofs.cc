#include "apps/cli/log_proofs.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <tuple>
#include <utility>

#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "audit/checkpoint.h"
#include "audit/fork_evidence.h"
#include "audit/log.h"
#include "audit/log_keys.h"
#include "audit/log_reader.h"
#include "audit/tile_export.h"
#include "audit/tlog_proof.h"
#include "base/encoding.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string record;
  std::string checkpoint;
  std::string older;
  std::string newer;
  std::string out;
  std::string leaf;
  std::string folder;
  bool out_given = false;  // "" is given too
  bool leaf_given = false;
};

Result<audit::LogKeys> KeysOf(const Workspace& workspace) {
  return audit::LogKeys::FromFileOrText(workspace.log_paths().verifier_key.string());
}

// A head in a file that somebody kept, if one of the log's keys signed it.
Result<audit::SignedCheckpoint> ReadHead(const Workspace& workspace, const std::string& file) {
  OXP_TRY(const audit::LogKeys keys, KeysOf(workspace));
  OXP_TRY(std::string note, ReadFile(file));
  auto head = audit::OpenCheckpoint(note, keys);
  if (head) return audit::SignedCheckpoint{*head, std::move(note)};
  Error error = head.error();
  error.place = file;
  return std::unexpected(std::move(error));
}

// The head in the file, or the newest of the log.
Result<audit::SignedCheckpoint> HeadOr(const Workspace& workspace, audit::LogReader& reader, const std::string& file) {
  if (!file.empty()) return ReadHead(workspace, file);
  OXP_TRY(audit::SignedCheckpoint head, reader.NewestCheckpoint());
  OXP_TRY(const audit::LogKeys keys, KeysOf(workspace));
  OXP_TRY(head.checkpoint, audit::OpenCheckpoint(head.note, keys));
  return head;
}

Status WriteOut(const Workspace& workspace, const std::string& file, const std::string& bytes) {
  OXP_TRY(workspace.CheckOutput(file));
  return WriteFile(file, bytes);
}

struct Proven {
  audit::TlogProof proof;
  audit::Checkpoint head;
  audit::Record record;
};

Result<Proven> Prove(const Workspace& workspace, const Arguments& arguments) {
  OXP_TRY(audit::LogReader reader, workspace.OpenReader(audit::WithVault::kNo));
  OXP_TRY(const std::uint64_t seq, FindDecision(reader, arguments.record));
  OXP_TRY(const audit::SignedCheckpoint head, HeadOr(workspace, reader, arguments.checkpoint));
  auto path = reader.ProveInclusion(seq, head.checkpoint);
  if (!path && path.error().code == ErrorCode::kInvalidInput && arguments.checkpoint.empty()) {
    Error error = path.error();
    error.hint = "it is not under a signed head yet: 'oxpecker log checkpoint' signs one";
    return std::unexpected(std::move(error));
  }
  if (!path) return std::unexpected(path.error());
  Proven proven;
  proven.proof.index = seq;
  proven.proof.hashes = *std::move(path);
  proven.proof.checkpoint = head.note;
  proven.head = head.checkpoint;
  OXP_TRY(proven.record, reader.Read(seq));
  return proven;
}

// What was given must be of use before anything is written.
std::optional<Error> OutputProblem(const Arguments& arguments) {
  for (const auto& [given, file, name] : {std::tuple(arguments.out_given, &arguments.out, "--out"), std::tuple(arguments.leaf_given, &arguments.leaf, "--leaf")})
    if (given && file->empty()) return Error{ErrorCode::kInvalidInput, name, "names no file", "see 'oxpecker log prove --help'"};
  std::error_code error;
  const auto whole = [&](const std::string& file) { return std::filesystem::weakly_canonical(std::filesystem::absolute(file, error), error); };
  if (arguments.out.empty() || arguments.leaf.empty() || whole(arguments.out) != whole(arguments.leaf)) return std::nullopt;
  return Error{ErrorCode::kInvalidInput, arguments.out, "--out and --leaf name one file, and the one would overwrite the other", "give two names"};
}

int RunProve(const Globals& globals, const Arguments& arguments) {
  if (const auto problem = OutputProblem(arguments)) return Complain(globals, *problem), kUsage;
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto proven = Prove(*workspace, arguments);
  if (!proven) return Complain(globals, proven.error());
  if (!arguments.leaf.empty())
    if (auto written = WriteOut(*workspace, arguments.leaf, proven->record.leaf); !written) return Complain(globals, written.error());
  const std::string text = proven->proof.ToString();
  if (!arguments.out.empty())
    if (auto written = WriteOut(*workspace, arguments.out, text); !written) return Complain(globals, written.error());
  if (globals.json) {
    json::Object out;
    out.Set("hashes", std::to_string(proven->proof.hashes.size()));
    out.Set("leaf", Base64Encode(proven->record.leaf));
    out.Set("leaf_hash", proven->record.leaf_hash.ToHex());
    out.Set("proof", text);
    out.Set("seq", std::to_string(proven->proof.index));
    out.Set("size", std::to_string(proven->head.size));
    PrintJson(std::move(out));
  } else if (arguments.out.empty()) {
    PrintBytes(text);  // it is read by programs
  } else {
    Print("record " + std::to_string(proven->proof.index) + " is proven under the head over " +
          std::to_string(proven->head.size) + " records: " + Printable(arguments.out) + "\n");
  }
  return kDone;
}

// Two heads that the log's key signed, and that cannot be of one log.
int SayFork(const Globals& globals, const audit::Checkpoint& older, const audit::Checkpoint& newer, const std::string& why) {
  if (globals.json) {
    json::Object out;
    out.Set("fork", true);
    out.Set("new_root", newer.root.ToHex());
    out.Set("new_size", std::to_string(newer.size));
    out.Set("old_root", older.root.ToHex());
    out.Set("old_size", std::to_string(older.size));
    out.Set("origin", older.origin);
    PrintJson(std::move(out));
  } else {
    Print("FORK: " + why + "\n  over " + std::to_string(older.size) + " records  " + older.root.ToHex() + "\n  over " +
          std::to_string(newer.size) + " records  " + newer.root.ToHex() + "\n");
    if (!globals.quiet)
      Print("Keep both checkpoints: both are signed, and together they are the proof. 'oxpecker log verify' says whether\n"
            "the stored records were altered.\n");
  }
  return kFork;
}

int SayConsistent(const Globals& globals, const audit::ConsistencyProof& proof, const std::string& file) {
  if (globals.json || file.empty()) {
    PrintBytes(proof.ToString());  // canonical JSON of numbers and base64
    return kDone;
  }
  Print("consistent: the " + std::to_string(proof.newer.size) + " records of the newer head begin with the " +
        std::to_string(proof.older.size) + " of the older: " + Printable(file) + "\n");
  return kDone;
}

// No proof was found. A fork is said only where signed heads and the records prove one: with the newest
// head of the log among them, since it shows whether the records are still those that were signed.
int ForkOrDamage(const Globals& globals, const Workspace& workspace, audit::LogReader& reader, std::vector<audit::Checkpoint> heads,
                 const Error& no_proof) {
  if (const auto newest = HeadOr(workspace, reader, ""); newest && newest->checkpoint.size <= reader.size())
    heads.push_back(newest->checkpoint);
  const auto fork = audit::FindFork(reader, std::move(heads));
  if (!fork) return Complain(globals, fork.error());
  if (*fork)
    return SayFork(globals, (*fork)->older, (*fork)->newer, "the records under one signed head do not begin with those under the other");
  Error damage = no_proof;
  damage.message = "the log is damaged: its stored records or tiles do not lead from one signed head to the other. That shows no fork";
  damage.hint = "'oxpecker log verify' says where it is broken; ask again from a copy that it finds whole";
  return Complain(globals, damage);
}

int RunConsistency(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader(audit::WithVault::kNo);
  if (!reader) return Complain(globals, reader.error());
  auto older = ReadHead(*workspace, arguments.older);
  if (!older) return Complain(globals, older.error());
  auto newer = HeadOr(*workspace, *reader, arguments.newer);
  if (!newer) return Complain(globals, newer.error());
  const audit::Checkpoint& from = older->checkpoint;
  const audit::Checkpoint& to = newer->checkpoint;
  if (from.size == to.size && from.root != to.root)
    return SayFork(globals, from, to, "two signed heads over one number of records differ");  // whatever this log holds
  auto path = reader->ProveConsistency(from, to);
  if (!path && path.error().code == ErrorCode::kIntegrity && std::max(from.size, to.size) <= reader->size())
    return ForkOrDamage(globals, *workspace, *reader, {from, to}, path.error());
  if (!path) return Complain(globals, path.error());
  const audit::ConsistencyProof proof{from, to, *std::move(path)};
  if (!arguments.out.empty())
    if (auto written = WriteOut(*workspace, arguments.out, proof.ToString()); !written) return Complain(globals, written.error());
  return SayConsistent(globals, proof, arguments.out);
}

int RunExport(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  if (auto allowed = workspace->CheckOutput(arguments.folder); !allowed) return Complain(globals, allowed.error());
  auto reader = workspace->OpenReader(audit::WithVault::kNo);
  if (!reader) return Complain(globals, reader.error());
  Progress progress("written", globals.quiet);
  auto exported = audit::ExportTiles(*reader, arguments.folder,
                                     [&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!exported) return Complain(globals, exported.error());
  const audit::Checkpoint& head = exported->head.checkpoint;
  if (globals.json) {
    json::Object out;
    out.Set("bytes", std::to_string(exported->bytes));
    out.Set("files", std::to_string(exported->files));
    out.Set("root", head.root.ToHex());
    out.Set("size", std::to_string(head.size));
    PrintJson(std::move(out));
  } else {
    Print(std::to_string(head.size) + " records in " + std::to_string(exported->files) + " files, " +
          std::to_string(exported->bytes) + " bytes: " + Printable(arguments.folder) + "\n");
  }
  return kDone;
}

// Left by a rotation that failed, as when the disk was full: no head is signed before its key is stored.
void NoteHalfWrittenKey(const Workspace& workspace) {
  std::filesystem::path next = workspace.log_paths().signing_key;
  next += ".next";
  const auto key = audit::SigningKey::Load(next);
  if (!key && key.error().code == ErrorCode::kInvalidInput)
    PrintError("note: " + Printable(next.string()) + " holds no key and signed nothing: a rotation failed before. It is replaced.\n");
}

int RunRotate(const Globals& globals) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  NoteHalfWrittenKey(*workspace);
  SystemClock clock;
  Progress progress("verified", globals.quiet);
  auto log = workspace->OpenProvenLog(clock, [&](std::uint64_t done, std::uint64_t of) { progress.Report(done, of); });
  progress.Clear();
  if (!log) return Complain(globals, log.error());
  auto head = (*log)->RotateKey();
  if (!head) return Complain(globals, head.error());
  if (auto closed = (*log)->Close(); !closed) return Complain(globals, closed.error());
  auto keys = KeysOf(*workspace);
  if (!keys) return Complain(globals, keys.error());
  const std::string size = std::to_string(head->checkpoint.size);
  if (globals.json) {
    json::Object out;
    out.Set("keys", keys->ToString());
    out.Set("note", head->note);
    out.Set("record", std::to_string(head->checkpoint.size - 1));
    out.Set("size", size);
    PrintJson(std::move(out));
    return kDone;
  }
  Print("A new key signs from the head over " + size + " records on, which both keys signed.\n  " +
        keys->current().ToString() + "\n");
  if (!globals.quiet)
    Print("Publish keys/log.vkey anew: verifiers take both keys from it, each for its heads. The former private key is gone\n"
          "from keys/log.key; take it out of your backups too.\n");
  return kDone;
}

}  // namespace

void AddLogProofs(CLI::App& log, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* prove = log.add_subcommand("prove", "One record under a signed head, as a file that anybody can verify (C2SP tlog-proof)");
  prove->add_option("RECORD", arguments->record, "The record's number, or its decision's id")->required();
  prove->add_option("--checkpoint", arguments->checkpoint, "Against the head in this file (default: the newest one)");
  CLI::Option* out = prove->add_option("--out", arguments->out, "Write the proof to this file");
  CLI::Option* leaf = prove->add_option("--leaf", arguments->leaf, "Write the record's leaf, which the proof is about, to this file");
  prove->footer("Example:\n  oxpecker log prove 17 --out 17.proof --leaf 17.leaf\n\n'oxpecker-verify proof' verifies it anywhere.");
  prove->callback([=] {
    arguments->out_given = out->count() > 0;
    arguments->leaf_given = leaf->count() > 0;
    commands.chosen = [=] { return RunProve(commands.globals, *arguments); };
  });
  CLI::App* consistency = log.add_subcommand("consistency", "Prove that the log went on from a signed head that somebody kept");
  consistency->add_option("OLD", arguments->older, "The older checkpoint, a file")->required();
  consistency->add_option("NEW", arguments->newer, "The newer one (default: the newest of the log)");
  consistency->add_option("--out", arguments->out, "Write the proof to this file");
  consistency->footer("Exit codes: 0 it did; 4 this log is behind that head, or damaged: that shows no fork; 5 FORK: two signed heads that\n"
                      "cannot be of one log, as the records show.");
  consistency->callback([=] { commands.chosen = [=] { return RunConsistency(commands.globals, *arguments); }; });
  CLI::App* tiles = log.add_subcommand("export-tiles", "The leaves and the tree as static files (C2SP tlog-tiles); no section leaves the log");
  tiles->add_option("DIR", arguments->folder, "A new or empty folder")->required();
  tiles->callback([=] { commands.chosen = [=] { return RunExport(commands.globals, *arguments); }; });
  log.add_subcommand("rotate-key", "Prove the whole log, then let a new signing key take over, on record and signed by both")
      ->callback([=] { commands.chosen = [=] { return RunRotate(commands.globals); }; });
}

}  // namespace oxpecker::cli
