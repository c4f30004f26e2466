#include "apps/verify/proofs.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "apps/verify/answer.h"
#include "audit/log_keys.h"
#include "audit/merkle.h"
#include "audit/tlog_proof.h"

namespace oxpecker::verifier {
namespace {

struct Arguments {
  std::string proof;
  std::string older;
  std::string newer;
  std::string keys;
  std::string leaf;
  std::string leaf_hash;
  bool leaf_given = false;  // "" is given too, and names no file
  bool hash_given = false;
  bool json = false;
};

constexpr std::size_t kLeafBytesMax = 65'535;

Result<std::optional<Digest>> LeafHashOf(const Arguments& arguments) {
  if (arguments.leaf_given) {
    OXP_TRY(const std::string leaf, ReadFile(arguments.leaf, kLeafBytesMax));
    return std::optional(audit::LeafHash(leaf));
  }
  if (!arguments.hash_given) return std::optional<Digest>();
  const auto hash = Digest::FromHex(arguments.leaf_hash);
  if (!hash) return Fail(ErrorCode::kInvalidInput, "--leaf-hash", "expected 64 hex digits");
  return std::optional(*hash);
}

int SayProof(const audit::TlogProof& proof, const audit::Checkpoint& head, const std::optional<Digest>& leaf_hash,
             bool json) {
  if (json) {
    json::Object out;
    out.Set("v", "oxpecker.proof_verification/1");
    out.Set("inclusion", leaf_hash ? "holds" : "not_shown");
    out.Set("authenticity", "holds");
    out.Set("index", std::to_string(proof.index));
    if (leaf_hash) out.Set("leaf_hash", leaf_hash->ToHex());
    out.Set("origin", head.origin);
    out.Set("root", head.root.ToHex());
    out.Set("size", std::to_string(head.size));
    PrintJson(std::move(out));
  } else {
    PrintLine("log           " + head.origin);
    PrintLine("head          over " + std::to_string(head.size) + " records, root " + head.root.ToHex());
    PrintLine("authenticity  holds  the head is signed by a key of the log");
    PrintLine(leaf_hash ? "inclusion     holds  leaf " + leaf_hash->ToHex() + " is record " + std::to_string(proof.index)
                        : "inclusion     not shown  of which leaf? give --leaf FILE or --leaf-hash HEX");
    if (proof.extra) PrintLine("note          the proof carries " + std::to_string(proof.extra->size()) + " bytes that nothing authenticates");
  }
  return leaf_hash ? kExitOk : kExitRefused;
}

int RunProof(const Arguments& arguments) {
  const auto keys = audit::LogKeys::FromFileOrText(arguments.keys);
  if (!keys) return Complain(keys.error(), arguments.json);
  const auto text = ReadFile(arguments.proof);
  if (!text) return Complain(text.error(), arguments.json);
  const auto proof = audit::TlogProof::Parse(*text);
  if (!proof) return Complain(proof.error(), arguments.json);
  const auto leaf_hash = LeafHashOf(arguments);
  if (!leaf_hash) return Complain(leaf_hash.error(), arguments.json);
  const auto head = *leaf_hash ? audit::VerifyProof(*proof, **leaf_hash, *keys) : audit::OpenCheckpoint(proof->checkpoint, *keys);
  if (!head) return Complain(head.error(), arguments.json);
  return SayProof(*proof, *head, *leaf_hash, arguments.json);
}

void SayHeads(const char* verdict, const audit::Checkpoint& older, const audit::Checkpoint& newer, const std::string& said,
             bool json) {
  if (json) {
    json::Object out;
    out.Set("v", "oxpecker.consistency_verification/1");
    out.Set("consistency", verdict);
    out.Set("new_root", newer.root.ToHex());
    out.Set("new_size", std::to_string(newer.size));
    out.Set("old_root", older.root.ToHex());
    out.Set("old_size", std::to_string(older.size));
    out.Set("origin", older.origin);
    return PrintJson(std::move(out));
  }
  PrintLine(said);
  for (const audit::Checkpoint* head : {&older, &newer})
    PrintLine("  over " + std::to_string(head->size) + " records, root " + head->root.ToHex());
}

int SayFork(const audit::Checkpoint& older, const audit::Checkpoint& newer, const std::string& why, bool json) {
  SayHeads("fork", older, newer, "FORK: " + why, json);
  return kExitFork;
}

struct Heads {
  audit::Checkpoint older;
  audit::Checkpoint newer;
};

Result<audit::Checkpoint> ReadHead(const std::string& file, const audit::LogKeys& keys) {
  OXP_TRY(const std::string note, ReadFile(file));
  auto head = audit::OpenCheckpoint(note, keys);
  if (head) return head;
  Error error = head.error();
  error.place = file;
  return std::unexpected(std::move(error));
}

Result<Heads> ReadHeads(const Arguments& arguments) {
  OXP_TRY(const audit::LogKeys keys, audit::LogKeys::FromFileOrText(arguments.keys));
  Heads heads;
  OXP_TRY(heads.older, ReadHead(arguments.older, keys));
  OXP_TRY(heads.newer, ReadHead(arguments.newer, keys));
  if (heads.older.size > heads.newer.size) std::swap(heads.older, heads.newer);
  return heads;
}

// A proof of another log, or between other sizes, is simply not the one that was asked for.
std::optional<Error> OtherHeads(const audit::ConsistencyProof& proof, const Heads& heads, const std::string& file) {
  constexpr const char* kHint = "ask the log for a proof between these two: oxpecker log consistency";
  if (proof.older.origin != heads.older.origin)
    return Error{ErrorCode::kInvalidInput, file, "is a proof of the log " + proof.older.origin + ", the heads are of " + heads.older.origin, kHint};
  if (proof.older.size == heads.older.size && proof.newer.size == heads.newer.size) return std::nullopt;
  return Error{ErrorCode::kInvalidInput, file,
               "is a proof from " + std::to_string(proof.older.size) + " to " + std::to_string(proof.newer.size) +
                   " records, the heads are over " + std::to_string(heads.older.size) + " and " + std::to_string(heads.newer.size),
               kHint};
}

// Nobody signed the proof: one that leads nowhere shows that it is none, and nothing of the heads.
Status Led(const audit::ConsistencyProof& proof, const Heads& heads, const std::string& file) {
  const auto broken = [&](const std::string& why) {
    return Fail(ErrorCode::kIntegrity, file, "the proof is broken: " + why + ". Whether the two heads are of one log is not shown by it",
                "ask for it again. Where the log cannot give one that holds, keep both heads: 'oxpecker log consistency' there says "
                "whether it has two histories");
  };
  if (proof.older.root != heads.older.root || proof.newer.root != heads.newer.root)
    return broken("its roots are not those of the two heads");
  const Status led = audit::VerifyConsistency(heads.older.size, heads.older.root, heads.newer.size, heads.newer.root, proof.hashes);
  if (!led) return broken(led.error().message);
  return {};
}

int RunConsistency(const Arguments& arguments) {
  const auto heads = ReadHeads(arguments);
  if (!heads) return Complain(heads.error(), arguments.json);
  const auto& [older, newer] = *heads;
  const bool same_size = older.size == newer.size;
  if (same_size && older.root != newer.root)
    return SayFork(older, newer, "two signed heads over one number of records differ. Keep both: together they are the proof", arguments.json);
  if (same_size || older.size == 0) {
    SayHeads("holds", older, newer, same_size ? "consistent: one head, twice" : "consistent: every log goes on from nothing", arguments.json);
    return kExitOk;
  }
  if (arguments.proof.empty()) {
    SayHeads("not_shown", older, newer, "not shown: heads over different numbers of records need a proof (--proof FILE)", arguments.json);
    return kExitRefused;
  }
  const auto text = ReadFile(arguments.proof);
  if (!text) return Complain(text.error(), arguments.json);
  const auto proof = audit::ConsistencyProof::Parse(*text);
  if (!proof) return Complain(proof.error(), arguments.json);
  if (const auto other = OtherHeads(*proof, *heads, arguments.proof)) return Complain(*other, arguments.json);
  if (const auto led = Led(*proof, *heads, arguments.proof); !led) return Complain(led.error(), arguments.json);
  SayHeads("holds", older, newer, "consistent: the newer head's records begin with those of the older", arguments.json);
  return kExitOk;
}

}  // namespace

void AddProofs(CLI::App& app, std::function<int()>& chosen) {
  auto arguments = std::make_shared<Arguments>();
  const auto add = [&](const char* name, const char* what) {
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option("--vkey,--key", arguments->keys, "the log's verifier keys: a file or a key itself")->required();
    command->add_flag("--json", arguments->json, "print the result as JSON");
    return command;
  };
  CLI::App* proof = add("proof", "one record under a signed head, by a proof file (C2SP tlog-proof)");
  proof->add_option("FILE", arguments->proof, "the proof")->required();
  CLI::Option* leaf = proof->add_option("--leaf", arguments->leaf, "the record's leaf, as it was recorded");
  CLI::Option* hash = proof->add_option("--leaf-hash", arguments->leaf_hash, "or its hash, in hex")->excludes(leaf);
  proof->callback([=, &chosen] {
    arguments->leaf_given = leaf->count() > 0;
    arguments->hash_given = hash->count() > 0;
    chosen = [=] { return RunProof(*arguments); };
  });
  CLI::App* consistency = add("consistency", "two signed heads of one log; exit code 5 where they are over one number of records and differ (FORK)");
  consistency->add_option("OLD", arguments->older, "a checkpoint, a file")->required();
  consistency->add_option("NEW", arguments->newer, "another one")->required();
  consistency->add_option("--proof", arguments->proof, "what `oxpecker log consistency` wrote");
  consistency->callback([=, &chosen] { chosen = [=] { return RunConsistency(*arguments); }; });
}

}  // namespace oxpecker::verifier
