// What the log proves, and what it notices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/e2e/database.h"
#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Ended Verify(const Workspace& workspace) { return workspace.Run({"--json", "log", "verify"}); }

// Both programs must say that the log is broken, and at which record.
void ExpectBrokenAt(const Workspace& workspace, const std::string& place) {
  const Ended own = workspace.Run({"log", "verify"});
  EXPECT_EQ(own.code, kIntegrity) << own;
  EXPECT_THAT(own.out, HasSubstr(place));
  EXPECT_THAT(own.out, HasSubstr("BROKEN"));
  const Ended other = workspace.RunVerifier();
  EXPECT_EQ(other.code, kIntegrity) << other;
  EXPECT_THAT(other.out, HasSubstr(place));
  EXPECT_EQ(JsonText(Verify(workspace).out).At("/ok"), "false");
}

// The experiment that docs/command-line.md and scripts/quickstart suggest.
TEST(Log, OneDigitOfALeafChangedByHandIsFound) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string before = ReadBytes(workspace.database());
  const Ended sed = RunCommand({"/usr/bin/env", "LC_ALL=C", "sed", "-i", R"(s/"seq":"2"/"seq":"9"/g)", "log/log.db"},
                               {.folder = workspace.path()});
  ASSERT_EQ(sed.code, 0) << sed;
  ASSERT_EQ(ReadBytes(workspace.database()).size(), before.size());
  ASSERT_NE(ReadBytes(workspace.database()), before) << "the leaf stands in the database as text";
  const Ended verified = workspace.Run({"log", "verify"});
  EXPECT_EQ(verified.code, kIntegrity) << verified;
  EXPECT_THAT(verified.out, HasSubstr("record 2"));
}

TEST(Log, AWholeLogVerifiesInBothPrograms) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended own = Verify(workspace);
  ASSERT_EQ(own.code, kDone) << own;
  const JsonText json(own.out);
  for (const char* verdict : {"/integrity", "/completeness", "/authenticity"})
    EXPECT_EQ(json.At(verdict), "holds") << verdict;
  EXPECT_EQ(json.At("/records"), "13");
  EXPECT_EQ(json.At("/sealed_size"), "13");
  const Ended other = workspace.RunVerifier();
  EXPECT_EQ(other.code, kDone) << other;
  EXPECT_THAT(other.out, HasSubstr(json.At("/root"))) << "the same root";
}

TEST(Log, AChangedRecordIsFoundAndNamed) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 7);
  ExpectBrokenAt(workspace, "record 7");
}

// A signature over a break would be a false witness.
TEST(Log, ABrokenLogIsNotSigned) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 2);
  const std::string published = ReadBytes(workspace.checkpoint());
  const Ended ended = workspace.Run({"log", "checkpoint"});
  EXPECT_EQ(ended.code, kIntegrity) << ended;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("broken at record 2"));
  EXPECT_EQ(workspace.DecideExamples().code, kIntegrity) << "nor is it written to";
  EXPECT_EQ(ReadBytes(workspace.checkpoint()), published);
}

// Ciphertexts are not read at every opening, but before a checkpoint is asked for.
TEST(Log, ACheckpointProvesTheCiphertextsToo) {
  const Workspace workspace(Workspace::State::kDecided);
  Alter(workspace.database(), "UPDATE section SET ciphertext = zeroblob(length(ciphertext)) WHERE id = 9 * 16");
  const Ended ended = workspace.Run({"log", "checkpoint"});
  EXPECT_EQ(ended.code, kIntegrity) << ended;
  EXPECT_THAT(ended.err, HasSubstr("record 9"));
}

TEST(Log, OfABrokenLogWhatIsProvenAndWhatToDoIsSaid) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 7);
  const Ended ended = workspace.Run({"log", "verify"});
  for (const char* said : {"records 0 to 6: the chain holds up to the break", "record 0, by the checkpoint at 1",
                           "What to do next:", "oxpecker-verify log/log.db"})
    EXPECT_THAT(ended.out, HasSubstr(said));
}

TEST(Log, IntactRecordsOfABrokenLogAreStillTold) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 2);
  const Ended told = workspace.Run({"explain", "#4"});
  EXPECT_EQ(told.code, kIntegrity) << told;
  EXPECT_THAT(told.out, testing::StartsWith("WARNING: THE LOG IS BROKEN at record 2"));
  EXPECT_THAT(told.out, HasSubstr("goran"));
  EXPECT_THAT(told.err, HasSubstr("THE LOG IS BROKEN"));
  const Ended json = workspace.Run({"--json", "explain", "#4"});
  EXPECT_EQ(json.code, kIntegrity);
  EXPECT_THAT(JsonText(json.out).At("/log_damage"), HasSubstr("record 2"));
  EXPECT_THAT(workspace.Run({"explain", "#4", "--format", "html"}).out, HasSubstr("<body>\n<p role=\"alert\"><strong>WARNING"));
  const Ended replayed = workspace.Run({"replay", "#5"});
  EXPECT_EQ(replayed.code, kIntegrity);
  EXPECT_THAT(replayed.out, HasSubstr("record 5"));
  EXPECT_THAT(replayed.out, HasSubstr("same"));
  const Ended all = workspace.Run({"replay", "--all"});
  EXPECT_EQ(all.code, kIntegrity);
  EXPECT_THAT(all.out, HasSubstr("record 2  damaged"));
  EXPECT_THAT(all.out, HasSubstr("11 replayed: 11 same to the byte"));
  EXPECT_THAT(all.out, HasSubstr("1 record is damaged"));
  const Ended counted = workspace.Run({"--json", "log", "stats"});
  EXPECT_EQ(counted.code, kIntegrity);
  EXPECT_EQ(JsonText(counted.out).At("/records_damaged"), "1");
}

// Never from a record whose own hash or commitment fails.
TEST(Log, ADamagedRecordIsNeitherExplainedNorReplayed) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 2);
  Alter(workspace.database(), "UPDATE section SET ciphertext = zeroblob(length(ciphertext)) WHERE id / 16 = 9 OR id = 7 * 16");
  for (const char* number : {"#2", "#7", "#9"})
    for (const char* command : {"explain", "replay"}) {
      const Ended ended = workspace.Run({command, number});
      EXPECT_EQ(ended.code, kIntegrity) << command << number;
      EXPECT_EQ(ended.out, "") << command << number;
    }
}

TEST(Log, ListFindsWhatIsAskedFor) {
  const Workspace workspace(Workspace::State::kDecided);
  const auto seqs = [&](std::vector<std::string> filters) {
    filters.insert(filters.begin(), {"--json", "log", "list"});
    const Ended ended = workspace.Run(filters);
    EXPECT_EQ(ended.code, kDone) << ended;
    std::string found;
    for (const std::string& line : Lines(ended.out)) found += (found.empty() ? "" : " ") + JsonText(line).At("/seq");
    return found;
  };
  EXPECT_EQ(seqs({}), "0 1 2 3 4 5 6 7 8 9 10 11 12");
  EXPECT_EQ(seqs({"--customer", "tomas"}), "2");
  EXPECT_EQ(seqs({"--customer", "toma"}), "");
  EXPECT_EQ(seqs({"--outcome", "refused"}), "12");
  EXPECT_EQ(seqs({"--kind", "release"}), "0");
  EXPECT_EQ(seqs({"--action", "autopay_setup"}), "1 2 10 11") << "said or held back";
  EXPECT_EQ(seqs({"--action", "churn_risk_flag"}), "4") << "a flag";
  EXPECT_EQ(seqs({"--reason", "OUTRANKED"}), "1");
  EXPECT_EQ(seqs({"--limit", "2"}), "11 12") << "the last ones, newest last";
  EXPECT_EQ(seqs({"--action", "autopay_setup", "--limit", "1"}), "11");
  EXPECT_EQ(seqs({"--to", "2026-01-01"}), "");
  EXPECT_EQ(seqs({"--from", "2999-01-01"}), "");
  EXPECT_EQ(workspace.Run({"log", "list", "--from", "yesterday"}).code, kInvalidInput);
  EXPECT_EQ(workspace.Run({"log", "list", "--kind", "nonsense"}).code, kUsage);
  const Ended text = workspace.Run({"log", "list", "--customer", "tomas"});
  EXPECT_THAT(text.out, HasSubstr(workspace.DecisionId(2) + "  #2  tomas  hardship_support by human_call, no autopay_setup (autopay_affordable)\n"));
  EXPECT_THAT(workspace.Run({"explain", "tomas"}).err, HasSubstr("oxpecker log list --customer tomas"));
}

TEST(Log, ListPassesOverWhatIsDamaged) {
  const Workspace workspace(Workspace::State::kDecided);
  FlipBitOfLeaf(workspace.database(), 2);
  for (const std::vector<std::string>& limit : {std::vector<std::string>{}, {"--limit", "5"}}) {
    std::vector<std::string> arguments = {"log", "list", "--customer", "goran"};
    arguments.insert(arguments.end(), limit.begin(), limit.end());
    const Ended ended = workspace.Run(arguments);
    EXPECT_EQ(ended.code, kIntegrity) << ended;
    EXPECT_THAT(ended.out, HasSubstr("#2  -  DAMAGED: "));
    EXPECT_THAT(ended.out, HasSubstr("#4  goran  "));
    EXPECT_EQ(Lines(ended.out).size(), 2U) << ended;
  }
}

TEST(Log, ShowLaysNestedJsonOutAndKeepsTheRawForm) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended laid_out = workspace.Run({"log", "show", "2"});
  ASSERT_EQ(laid_out.code, kDone) << laid_out;
  EXPECT_EQ(JsonText(laid_out.out).At("/sections/facts/customer/id"), "tomas");
  EXPECT_EQ(JsonText(laid_out.out).At("/leaf/seq"), "2");
  EXPECT_THAT(laid_out.out, testing::Not(HasSubstr("{\\\"")));
  const JsonText raw(workspace.Run({"log", "show", "2", "--raw"}).out);
  EXPECT_EQ(raw.At("/sections/facts"), CustomerFacts(2)) << "byte for byte";
  EXPECT_EQ(JsonText(workspace.Run({"--json", "log", "show", "2"}).out).At("/sections/facts"), CustomerFacts(2));
}

// The index beside the records is not evidence: exchanged rows must not tell another's decision.
TEST(Log, AnAlteredIndexTellsNobodyElsesDecision) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string id = workspace.DecisionId(3);
  Alter(workspace.database(), "UPDATE by_decision SET seq = 10 - seq WHERE seq IN (3, 7)");
  for (const char* command : {"explain", "replay"})
    EXPECT_EQ(workspace.Run({command, id}).code, kIntegrity) << command;
  EXPECT_EQ(Verify(workspace).code, kIntegrity);
}

// Otherwise the same id could be recorded a second time.
TEST(Log, ALossyIndexIsNotWrittenTo) {
  const Workspace workspace(Workspace::State::kDecided);
  Alter(workspace.database(), "DELETE FROM by_decision WHERE seq = 5");
  const Ended ended = workspace.DecideExamples();
  EXPECT_EQ(ended.code, kIntegrity) << ended;
  EXPECT_EQ(Verify(workspace).code, kIntegrity);
}

TEST(Log, AForeignTriggerIsFoundAndNamed) {
  const Workspace workspace(Workspace::State::kDecided);
  Alter(workspace.database(), "CREATE TRIGGER forget AFTER INSERT ON by_decision BEGIN DELETE FROM "
                              "by_decision WHERE seq = new.seq; END; UPDATE head SET size = size");
  const Ended ended = workspace.DecideExamples();
  EXPECT_EQ(ended.code, kIntegrity) << ended;
  ExpectBrokenAt(workspace, "schema, trigger forget");
}

TEST(Log, ADamagedPageHeaderIsABrokenLog) {
  const Workspace workspace(Workspace::State::kDecided);
  std::string bytes = ReadBytes(workspace.database());
  bytes.at(32'768) = '\xFF';
  WriteBytes(workspace.database(), bytes);
  ExpectBrokenAt(workspace, "The log is broken: integrity broken at the database file");
  EXPECT_EQ(workspace.DecideExamples().code, kIntegrity);
}

TEST(Log, ADeletedRecordIsFoundAndNamed) {
  const Workspace workspace(Workspace::State::kDecided);
  Alter(workspace.database(), "DELETE FROM rec WHERE seq = 4");
  ExpectBrokenAt(workspace, "record 4");
}

TEST(Log, ACiphertextThatWasChangedIsFoundAndNamed) {
  const Workspace workspace(Workspace::State::kDecided);
  Alter(workspace.database(),
        "UPDATE section SET ciphertext = zeroblob(length(ciphertext)) WHERE id = 9 * 16");
  ExpectBrokenAt(workspace, "record 9");
}

// A byte of the file itself, where the leaf of the last record lies.
TEST(Log, AChangedByteOfTheFileIsFound) {
  const Workspace workspace(Workspace::State::kDecided);
  std::string bytes = ReadBytes(workspace.database());
  const std::size_t at = bytes.find("\"kind\":\"refusal\"");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 9] = 'R';
  WriteBytes(workspace.database(), bytes);
  ExpectBrokenAt(workspace, "record 12");
}

TEST(Log, AnOlderDatabaseIsNotWrittenTo) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string old = ReadBytes(workspace.database());
  ASSERT_EQ(workspace.DecideExamples().code, kInvalidInput);
  WriteBytes(workspace.database(), old);
  for (const char* beside : {"log/log.db-wal", "log/log.db-shm"})
    fs::remove(workspace.path() / beside);
  const Ended decide = workspace.DecideExamples();
  EXPECT_EQ(decide.code, kIntegrity) << decide;
  EXPECT_THAT(decide.err, HasSubstr("older copy"));
  EXPECT_EQ(ReadBytes(workspace.database()), old);
  EXPECT_EQ(Verify(workspace).code, kIntegrity);
  EXPECT_EQ(workspace.RunVerifier().code, kIntegrity) << "the checkpoint beside it tells";
}

TEST(Log, AnOlderCheckpointOfTheSameLogDoesNoHarm) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string old = ReadBytes(workspace.checkpoint());
  ASSERT_EQ(workspace.DecideExamples().code, kInvalidInput);
  WriteBytes(workspace.checkpoint(), old);
  EXPECT_EQ(Verify(workspace).code, kDone);
  EXPECT_EQ(workspace.DecideExamples().code, kInvalidInput);
  EXPECT_NE(ReadBytes(workspace.checkpoint()), old) << "published anew";
}

TEST(Log, ACheckpointThatIsDamagedOrMissingStopsTheWriter) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string good = ReadBytes(workspace.checkpoint());
  ASSERT_GT(good.size(), 10U);
  std::string damaged = good;
  damaged[damaged.size() - 10] = damaged[damaged.size() - 10] == 'A' ? 'B' : 'A';
  for (const std::string& bad : {damaged, std::string("x"), std::string()}) {
    WriteBytes(workspace.checkpoint(), bad);
    EXPECT_EQ(workspace.DecideExamples().code, kIntegrity) << bad;
    EXPECT_EQ(Verify(workspace).code, kIntegrity) << bad;
  }
  fs::remove(workspace.checkpoint());
  EXPECT_EQ(workspace.DecideExamples().code, kIntegrity);
  const Ended verify = workspace.Run({"log", "verify"});
  EXPECT_EQ(verify.code, kIntegrity) << "losing evidence is no improvement" << verify;
  WriteBytes(workspace.checkpoint(), good);
  EXPECT_EQ(Verify(workspace).code, kDone) << "nothing was written meanwhile";
}

TEST(Log, TheVerifierMissesThePublishedCheckpoint) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string published = ReadBytes(workspace.checkpoint());
  fs::remove(workspace.checkpoint());
  const Ended missing = workspace.RunVerifier();
  EXPECT_EQ(missing.code, kIntegrity) << missing;
  EXPECT_THAT(missing.out, HasSubstr("--no-checkpoint"));
  const std::vector<std::string> verify = {workspace.database().string(), "--key",
                                           workspace.verifier_key().string()};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = verify;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(Program::kVerify, arguments);
  };
  const Ended without = with({"--no-checkpoint", "--json"});
  EXPECT_EQ(without.code, kDone) << without;
  EXPECT_EQ(JsonText(without.out).At("/completeness"), "not_shown");
  const fs::path held = workspace.path() / "held";
  WriteBytes(held, published);
  const Ended given = with({"--checkpoint", held.string(), "--json"});
  EXPECT_EQ(given.code, kDone) << given;
  EXPECT_EQ(JsonText(given.out).At("/completeness"), "holds");
  EXPECT_EQ(with({"--checkpoint", held.string(), "--no-checkpoint"}).code, kUsage);
}

TEST(Log, TheVerifierSaysWhatItCannotRead) {
  const Workspace workspace(Workspace::State::kFresh);
  const Ended key =
      RunProgram(Program::kVerify, {workspace.database().string(), "--key", "nosuch"});
  EXPECT_EQ(key.code, kInvalidInput);
  EXPECT_THAT(key.err, HasSubstr("nosuch: there is no such file, and this is no key"));
  EXPECT_EQ(RunProgram(Program::kVerify, {"nosuch.db"}).code, kInvalidInput);
  const Ended version = RunProgram(Program::kVerify, {"--version"});
  EXPECT_EQ(version.code, kDone);
  EXPECT_EQ("oxpecker " + version.out.substr(version.out.find(' ') + 1),
            RunProgram(Program::kOxpecker, {"--version"}).out);
}

// A part that init made and that is gone is damage, not bad usage and not a bad document.
TEST(Log, AWorkspaceThatLostAPartIsDamaged) {
  for (const char* part : {"log/log.db", "vault/vault.db", "releases", "releases/active"}) {
    const Workspace workspace(Workspace::State::kDecided);
    fs::remove_all(workspace.path() / part);
    const Ended ended = workspace.DecideExamples();
    EXPECT_EQ(ended.code, kIntegrity) << part << ended;
    EXPECT_THAT(ended.err, HasSubstr(part));
  }
  for (const char* part : {"log/log.db", "vault/vault.db", "releases/active"}) {
    const Workspace workspace(Workspace::State::kDecided);
    WriteBytes(workspace.path() / part, "");
    EXPECT_EQ(workspace.DecideExamples().code, kIntegrity) << part << " is empty";
  }
  const Workspace workspace(Workspace::State::kDecided);
  WriteBytes(workspace.database(), "");
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kIntegrity);
  EXPECT_EQ(workspace.RunVerifier().code, kIntegrity) << "the checkpoint beside it tells";
  EXPECT_EQ(workspace.Run({"log", "stats"}).code, kIntegrity);
  fs::remove(workspace.database());
  EXPECT_EQ(workspace.Run({"log", "verify"}).code, kIntegrity);
}

TEST(Log, ASecondWriterIsRefusedAndReadersAreNot) {
  const Workspace workspace(Workspace::State::kDecided);
  RunningProgram first(Program::kOxpecker, {"--json", "decide", "-", "--threads", "1"},
                       {.folder = workspace.path()});
  // A request is answered once 64 of them are open for each thread; the first answer shows that the
  // log is held.
  std::string many;
  for (int i = 0; i < 70; ++i) many += CustomerLine(5) + "\n";
  first.Write(many);
  ASSERT_THAT(first.ReadLine(), HasSubstr("decision_id"));
  for (const std::vector<std::string>& writer :
       std::vector<std::vector<std::string>>{{"decide", "customers.jsonl"},
                                             {"log", "checkpoint"},
                                             {"release", "build", "--activate"}}) {
    const Ended second = workspace.Run(writer);
    EXPECT_EQ(second.code, kRefused) << writer[0] << second;
    EXPECT_THAT(second.err, HasSubstr("another writer"));
  }
  EXPECT_EQ(Verify(workspace).code, kDone);
  EXPECT_EQ(workspace.Run({"explain", workspace.DecisionId(2)}).code, kDone);
  const Ended ended = first.Finish();
  EXPECT_EQ(ended.code, kDone) << ended;
  const Ended after = Verify(workspace);
  ASSERT_EQ(after.code, kDone) << after;
  EXPECT_EQ(JsonText(after.out).At("/records"), "83");
}

TEST(Log, ItsSettingsAreRead) {
  const Workspace workspace(Workspace::State::kFresh);
  const fs::path file = workspace.path() / "oxpecker.yaml";
  const std::string before = ReadBytes(file);
  const auto with = [&](const std::string& lines) {
    WriteBytes(file, before + lines);
    return workspace.Run({"log", "stats"});
  };
  EXPECT_EQ(with("log:\n  heartbeat_minutes: 0\n").code, kDone);
  EXPECT_EQ(with("log:\n  heartbeat_minutes: 1440\n").code, kDone);
  for (const char* wrong : {"log: 5\n", "log:\n  heartbeat_minuets: 5\n", "log:\n  heartbeat_minutes: 1441\n",
                            "log:\n  heartbeat_minutes: ten\n", "log:\n  heartbeat_minutes: -1\n"}) {
    const Ended ended = with(wrong);
    EXPECT_EQ(ended.code, kInvalidInput) << wrong;
    EXPECT_THAT(ended.err, HasSubstr("oxpecker.yaml:")) << wrong;
  }
}

TEST(Log, CheckpointPrintsTheSignedHeadThatItPublishes) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended ended = workspace.Run({"log", "checkpoint"});
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(ended.out, ReadBytes(workspace.checkpoint()));
  const std::vector<std::string> lines = Lines(ended.out);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[1], "13");
}

TEST(Log, AHeldCheckpointShowsATailThatWasCutOffWithItsCheckpoints) {
  const Workspace workspace(Workspace::State::kFresh);
  const TemporaryFolder before;
  CopyFolder(workspace.path(), before.path() / "w");
  ASSERT_EQ(workspace.DecideExamples().code, kInvalidInput);
  WriteBytes(before.path() / "held", ReadBytes(workspace.checkpoint()));
  const std::string database = (before.path() / "w/log/log.db").string();
  const std::string key = (before.path() / "w/keys/log.vkey").string();
  EXPECT_EQ(RunProgram(Program::kVerify, {database, "--key", key}).code, kDone)
      << "looks whole by itself";
  const Ended held = RunProgram(Program::kVerify, {database, "--key", key, "--checkpoint",
                                                   (before.path() / "held").string()});
  EXPECT_EQ(held.code, kIntegrity) << held;
}

TEST(Log, ShowsNoPersonalDataInALeaf) {
  const Workspace workspace(Workspace::State::kDecided);
  const std::string bytes = ReadBytes(workspace.database());
  // No name of four bytes: ciphertext holds one by chance, once in some thousand runs.
  for (const char* name : {"astrid", "tomas", "malarkraft", "acc-goran", "late_fee", "autopay"})
    EXPECT_EQ(bytes.find(name), std::string::npos) << name;
}

// As an auditor does who was handed a disc: no right to write, not even beside it.
TEST(Verifier, NeedsOnlyTheLogAndTheKeyInAReadOnlyFolder) {
  const Workspace workspace(Workspace::State::kDecided);
  const TemporaryFolder elsewhere;
  const fs::path folder = elsewhere.path() / "evidence";
  fs::create_directory(folder);
  fs::copy(workspace.database(), folder / "log.db");
  fs::copy(workspace.verifier_key(), folder / "log.vkey");
  constexpr fs::perms kReadOnly =
      fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
  constexpr fs::perms kEnter =
      fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  fs::permissions(folder / "log.db", kReadOnly);
  fs::permissions(folder, kReadOnly | kEnter);
  fs::permissions(elsewhere.path(), fs::perms::owner_write | kReadOnly | kEnter);
  std::vector<std::string> words = {PathOf(Program::kVerify), "log.db", "--key", "log.vkey",
                                    "--no-checkpoint", "--json"};
  if (::geteuid() == 0) {  // root may write anywhere
    if (!fs::exists("/usr/bin/setpriv")) GTEST_SKIP() << "run by root, without setpriv";
    words.insert(words.begin(),
                 {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  }
  const Ended ended = RunCommand(words, {.folder = folder});
  if (ended.code >= 126) GTEST_SKIP() << "nobody may not run the program where it lies: " << ended;
  ASSERT_EQ(ended.code, kDone) << ended;
  EXPECT_EQ(JsonText(ended.out).At("/authenticity"), "holds");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2)
      << "nothing was left beside the evidence";
}

TEST(Verifier, TakesTheKeyAsText) {
  const Workspace workspace(Workspace::State::kDecided);
  std::string key = ReadBytes(workspace.verifier_key());
  while (!key.empty() && key.back() == '\n') key.pop_back();
  EXPECT_EQ(RunProgram(Program::kVerify, {workspace.database().string(), "--key", key}).code,
            kDone);
}

TEST(Verifier, AnotherLogsKeyIsFoundOut) {
  const Workspace workspace(Workspace::State::kDecided);
  const TemporaryFolder folder;
  const Ended made = RunProgram(Program::kOxpecker, {"init", "other"}, {.folder = folder.path()});
  ASSERT_EQ(made.code, kDone) << made;
  const std::string other = (folder.path() / "other/keys/log.vkey").string();
  const Ended ended = RunProgram(Program::kVerify, {workspace.database().string(), "--key", other});
  EXPECT_EQ(ended.code, kIntegrity) << ended;
  EXPECT_THAT(ended.out, HasSubstr("authenticity  BROKEN"));
}

TEST(Verifier, WithoutAKeyDoesNotClaimAuthenticity) {
  const Workspace workspace(Workspace::State::kDecided);
  const Ended ended = RunProgram(Program::kVerify, {workspace.database().string()});
  EXPECT_EQ(ended.code, kDone) << ended;
  EXPECT_THAT(ended.out, HasSubstr("authenticity  not shown"));
}

TEST(Verifier, WhatIsNoLogIsSaidToBeNone) {
  const Workspace workspace(Workspace::State::kFresh);
  const std::string key = workspace.verifier_key().string();
  for (const char* file : {"absent.db", "customers.jsonl", "rules", "vault/vault.db"}) {
    const Ended ended =
        RunProgram(Program::kVerify, {file, "--key", key}, {.folder = workspace.path()});
    EXPECT_EQ(ended.code, kInvalidInput) << file << ended;
    EXPECT_THAT(ended.err, HasSubstr(file));
  }
  EXPECT_EQ(RunProgram(Program::kVerify, {}).code, kUsage);
  EXPECT_EQ(RunProgram(Program::kVerify, {"--nonsense"}).code, kUsage);
  EXPECT_EQ(RunProgram(Program::kVerify, {"--help"}).code, kDone);
}

}  // namespace
}  // namespace oxpecker::e2e
