// Heads of the log in the hands of others: witnesses and timestamp authorities.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Anchors : public testing::Test {
 protected:
  Ended Oxpecker(const std::vector<std::string>& arguments, const std::string& input = {}) const {
    return RunProgram(Program::kOxpecker, arguments, {.folder = workspace_.path(), .input = input});
  }
  Ended Verifier(const std::vector<std::string>& arguments) const {
    return RunProgram(Program::kVerify, arguments, {.folder = workspace_.path()});
  }
  // A witness that knows this log; its key.
  std::string MakeWitness(const std::string& name) const {
    const std::string folder = (elsewhere_.path() / name).string();
    const Ended made = Oxpecker({"--json", "witness", "init", folder, "--name", "witness.example/" + name});
    EXPECT_EQ(made.code, kDone) << made;
    EXPECT_EQ(Oxpecker({"witness", "add-log", folder, "--vkey", "keys/log.vkey"}).code, kDone);
    return JsonText(made.out).At("/vkey");
  }
  void WritePolicy(const std::string& text) const { WriteBytes(workspace_.path() / "witnesses.policy", text); }
  std::string WitnessFolder(const std::string& name) const { return (elsewhere_.path() / name).string(); }

  const TemporaryFolder elsewhere_;
  const Workspace workspace_{Workspace::State::kDecided};
};

TEST_F(Anchors, AWitnessOverHttpSignsWhatGoesOn) {
  const std::string key = MakeWitness("w1");
  RunningProgram witness(Program::kOxpecker, {"witness", "serve", WitnessFolder("w1"), "--listen", "127.0.0.1:0"}, {});
  const std::string url = witness.ReadLine();
  ASSERT_THAT(url, StartsWith("http://127.0.0.1:"));
  WritePolicy("witness w1 " + key + " " + url + "\nquorum w1\n");
  const Ended first = Oxpecker({"log", "anchor"});
  ASSERT_EQ(first.code, kDone) << first;
  EXPECT_THAT(first.out, HasSubstr("quorum        the head over 13 records has 1, needed: w1"));
  ASSERT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  ASSERT_EQ(Oxpecker({"log", "anchor", "--witness", url + "/"}).code, kDone);
  // What it signed last is lost here: it says so itself.
  std::filesystem::remove_all(workspace_.path() / "log/anchors");
  const Ended again = Oxpecker({"--json", "log", "anchor"});
  ASSERT_EQ(again.code, kDone) << again;
  EXPECT_EQ(JsonText(again.out).At("/size"), "16");
  const Ended verified = Verifier({"log/log.db", "--key", "keys/log.vkey", "--policy", "witnesses.policy"});
  EXPECT_EQ(verified.code, kDone) << verified;
  EXPECT_THAT(verified.out, HasSubstr("the first 16 records, by the quorum: w1"));
  EXPECT_THAT(verified.out, HasSubstr("the last 1 records are under no head that the quorum signed"));
  const Ended note = Verifier({"checkpoint", "log/anchors/000000000016.note", "--vkey", "keys/log.vkey", "--policy", "witnesses.policy"});
  EXPECT_EQ(note.code, kDone) << note;
  EXPECT_THAT(note.out, HasSubstr("1 of 1 signed it"));
  EXPECT_THAT(Oxpecker({"log", "list", "--kind", "anchor"}).out, HasSubstr("anchor"));
  EXPECT_EQ(Oxpecker({"log", "verify"}).code, kDone);
  witness.Signal(SIGTERM);
  const Ended ended = witness.Finish();
  EXPECT_EQ(ended.code, kDone) << ended;
  const Ended gone = Oxpecker({"log", "anchor"});
  EXPECT_EQ(gone.code, kRefused) << gone;
  EXPECT_THAT(gone.err, HasSubstr("no answer"));
  EXPECT_THAT(Oxpecker({"witness", "status", WitnessFolder("w1")}).out, HasSubstr("16 records"));
}

TEST_F(Anchors, AFolderDoesWithoutANetwork) {
  const std::string key = MakeWitness("w1");
  WritePolicy("witness w1 " + key + "\nquorum w1\n");
  const std::string drop = (elsewhere_.path() / "drop").string();
  const Ended asked = Oxpecker({"log", "anchor", "--witness", drop});
  EXPECT_EQ(asked.code, kRefused) << asked;
  EXPECT_THAT(asked.out, HasSubstr("waiting"));
  const Ended answered = Oxpecker({"--json", "witness", "answer", WitnessFolder("w1"), "--drop", drop});
  ASSERT_EQ(answered.code, kDone) << answered;
  EXPECT_EQ(JsonText(answered.out).At("/signed"), "1");
  const Ended taken = Oxpecker({"log", "anchor", "--witness", drop});
  EXPECT_EQ(taken.code, kDone) << taken;
  EXPECT_THAT(taken.out, HasSubstr("cosigned      w1"));
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere_.path() / "drop/requests"));
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere_.path() / "drop/answers"));
  EXPECT_EQ(Verifier({"log/log.db", "--key", "keys/log.vkey", "--policy", "witnesses.policy"}).code, kDone);
}

TEST_F(Anchors, TwoHistoriesAreAForkAtTheWitness) {
  const std::string key = MakeWitness("w1");
  RunningProgram witness(Program::kOxpecker, {"witness", "serve", WitnessFolder("w1"), "--listen", "localhost:0"}, {});
  WritePolicy("witness w1 " + key + " " + witness.ReadLine() + "\nquorum w1\n");
  CopyFolder(workspace_.path(), elsewhere_.path() / "copy");
  const auto in_copy = [&](const std::vector<std::string>& arguments) {
    return RunProgram(Program::kOxpecker, arguments, {.folder = elsewhere_.path() / "copy", .input = CustomerLine(2) + "\n"});
  };
  ASSERT_EQ(workspace_.Decide(CustomerLine(1)).code, kDone);
  ASSERT_EQ(Oxpecker({"log", "anchor"}).code, kDone);
  const Ended older = in_copy({"log", "anchor"});
  EXPECT_EQ(older.code, kIntegrity) << older;
  EXPECT_THAT(older.err, HasSubstr("it is an older copy"));
  ASSERT_EQ(in_copy({"decide", "-"}).code, kDone);
  const Ended same_size = in_copy({"log", "anchor"});
  EXPECT_EQ(same_size.code, kFork) << same_size;
  EXPECT_THAT(same_size.err, HasSubstr("FORK: the witness signed another head over 14 records"));
  ASSERT_EQ(in_copy({"decide", "-"}).code, kDone);
  const Ended later = in_copy({"log", "anchor"});
  EXPECT_EQ(later.code, kFork) << later;
  const Ended status = Oxpecker({"witness", "status", WitnessFolder("w1")});
  EXPECT_EQ(status.code, kFork) << status;
  EXPECT_THAT(status.out, HasSubstr("FORK"));
  // And whoever has the cosigned head and the other log sees it without the witness.
  CopyFolder(workspace_.path() / "log/anchors", elsewhere_.path() / "copy/log/anchors");
  const Ended verified = RunProgram(Program::kVerify, {"log/log.db", "--key", "keys/log.vkey", "--policy", "witnesses.policy"},
                                    {.folder = elsewhere_.path() / "copy"});
  EXPECT_EQ(verified.code, kFork) << verified;
  EXPECT_THAT(verified.err, HasSubstr("FORK"));
  witness.Signal(SIGINT);
  EXPECT_THAT(witness.Finish().err, HasSubstr("FORK: oxpecker.local/"));
}

TEST_F(Anchors, WrongUseIsTold) {
  const std::string key = MakeWitness("w1");
  EXPECT_EQ(Oxpecker({"log", "anchor"}).code, kInvalidInput) << "no policy";
  WritePolicy("witness w1 " + key + "\nquorum w1\n");
  EXPECT_EQ(Oxpecker({"log", "anchor"}).code, kInvalidInput) << "no URL";
  WritePolicy("witness w1 " + ReadBytes(workspace_.verifier_key()).substr(0, 60) + "\nquorum w1\n");
  EXPECT_THAT(Oxpecker({"log", "anchor"}).err, HasSubstr("line 1"));
  EXPECT_EQ(Oxpecker({"witness", "init", WitnessFolder("w1"), "--name", "x"}).code, kRefused);
  EXPECT_EQ(Oxpecker({"witness", "init", WitnessFolder("w2"), "--name", "a b"}).code, kInvalidInput);
  EXPECT_EQ(Oxpecker({"witness", "serve", WitnessFolder("w1"), "--listen", "0.0.0.0:0"}).code, kInvalidInput);
  EXPECT_EQ(Oxpecker({"witness", "serve", WitnessFolder("none")}).code, kInvalidInput);
  EXPECT_EQ(Oxpecker({"witness", "add-checkpoint", WitnessFolder("w1")}, "no request").code, kInvalidInput);
  EXPECT_EQ(Oxpecker({"witness"}).code, kUsage);
  const std::string request = "old 0\n\n" + ReadBytes(workspace_.checkpoint());
  const Ended signed_one = Oxpecker({"witness", "add-checkpoint", WitnessFolder("w1")}, request);
  EXPECT_EQ(signed_one.code, kDone) << signed_one;
  EXPECT_THAT(signed_one.out, StartsWith("\xE2\x80\x94 witness.example/w1 "));
}

// An authority of our own, by the openssl program.
class Timestamps : public Anchors {
 protected:
  void SetUp() override {
    if (OpenSsl({"version"}).code != kDone) GTEST_SKIP() << "the openssl program is not installed";
    WriteBytes(tsa() / "tsa.cnf",
               "[tsa]\ndefault_tsa = t\n[t]\nserial = " + (tsa() / "serial").string() +
                   "\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\n"
                   "ess_cert_id_alg = sha256\n[ext]\nbasicConstraints = CA:FALSE\nextendedKeyUsage = critical,timeStamping\n");
    ASSERT_EQ(OpenSsl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
                       "ca.pem", "-subj", "/CN=Root", "-days", "2"}).code, kDone);
    ASSERT_EQ(OpenSsl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr",
                       "-subj", "/CN=Authority"}).code, kDone);
    ASSERT_EQ(OpenSsl({"x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "tsa.cnf",
                       "-extensions", "ext", "-out", "tsa.pem", "-days", "2"}).code, kDone);
    ASSERT_EQ(Oxpecker({"log", "timestamp", "request", "--out", "head.tsq"}).code, kDone);
    Answer("head.tsq", "head.tsr");
  }
  std::filesystem::path tsa() const { return elsewhere_.path(); }
  std::string Ca() const { return (tsa() / "ca.pem").string(); }
  Ended OpenSsl(std::vector<std::string> arguments, std::filesystem::path folder = {}) const {
    arguments.insert(arguments.begin(), "/usr/bin/openssl");
    return RunCommand(arguments, {.folder = folder.empty() ? tsa() : folder});
  }
  void Answer(const std::string& request, const std::string& response) const {
    const std::filesystem::path here = workspace_.path();
    const Ended answered = OpenSsl({"ts", "-reply", "-config", "tsa.cnf", "-queryfile", (here / request).string(), "-signer", "tsa.pem",
                                    "-inkey", "tsa.key", "-out", (here / response).string()});
    ASSERT_EQ(answered.code, kDone) << answered;
  }
  // The head that was stamped, as the log keeps it.
  std::string Note() const {
    for (const auto& entry : std::filesystem::directory_iterator(workspace_.path() / "log/anchors"))
      if (entry.path().extension() == ".note") return entry.path().string();
    return {};
  }
};

TEST_F(Timestamps, AreImportedAndVerifiedByUsAndByOpenSsl) {
  const Ended imported = Oxpecker({"log", "timestamp", "import", "head.tsr", "--ca", Ca()});
  ASSERT_EQ(imported.code, kDone) << imported;
  EXPECT_THAT(imported.out, HasSubstr("the head over 13 records existed at 20"));
  const Ended ours = Verifier({"timestamp", "head.tsr", "--note", Note(), "--ca", Ca(), "--request", "head.tsq", "--vkey", "keys/log.vkey"});
  EXPECT_EQ(ours.code, kDone) << ours;
  EXPECT_THAT(ours.out, HasSubstr("timestamp     holds"));
  const std::string response = (workspace_.path() / "head.tsr").string();
  const std::string request = (workspace_.path() / "head.tsq").string();
  // openssl needs the authority's certificate where the answer does not carry it; ours asks for it.
  EXPECT_EQ(OpenSsl({"ts", "-verify", "-data", Note(), "-in", response, "-CAfile", "ca.pem"}).code, kDone);
  EXPECT_EQ(OpenSsl({"ts", "-verify", "-queryfile", request, "-in", response, "-CAfile", "ca.pem"}).code, kDone);
  const Ended list = Oxpecker({"log", "timestamp", "list"});
  EXPECT_THAT(list.out, HasSubstr("13 records")) << list;
  EXPECT_THAT(Oxpecker({"log", "list", "--kind", "anchor"}).out, HasSubstr("anchor"));
  const std::string size = JsonText(Oxpecker({"--json", "log", "stats"}).out).At("/records");
  ASSERT_EQ(Oxpecker({"log", "timestamp", "import", "head.tsr", "--ca", Ca()}).code, kDone);
  EXPECT_EQ(JsonText(Oxpecker({"--json", "log", "stats"}).out).At("/records"), size) << "once on record";
  EXPECT_EQ(Oxpecker({"log", "verify"}).code, kDone);
}

TEST_F(Timestamps, EachWrongResponseHasItsMessage) {
  const auto refusal = [&](const std::string& response, const std::string& ca) {
    const Ended ended = Oxpecker({"log", "timestamp", "import", response, "--ca", ca});
    EXPECT_EQ(ended.code, kIntegrity) << ended;
    return ended.err;
  };
  std::string altered = ReadBytes(workspace_.path() / "head.tsr");
  altered.back() = static_cast<char>(altered.back() ^ 1);
  WriteBytes(workspace_.path() / "altered.tsr", altered);
  EXPECT_THAT(refusal("altered.tsr", Ca()), HasSubstr("does not hold"));
  ASSERT_EQ(OpenSsl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "b.key", "-out", "b.pem",
                     "-subj", "/CN=Other", "-days", "2"}).code, kDone);
  EXPECT_THAT(refusal("head.tsr", (tsa() / "b.pem").string()), HasSubstr("nobody who is trusted"));
  ASSERT_EQ(OpenSsl({"ts", "-query", "-data", Note(), "-sha256", "-cert", "-out", "nonce.tsq"}, workspace_.path()).code, kDone);
  Answer("nonce.tsq", "nonce.tsr");
  EXPECT_THAT(refusal("nonce.tsr", Ca()), HasSubstr("another request"));
  ASSERT_EQ(OpenSsl({"ts", "-query", "-data", "oxpecker.yaml", "-sha256", "-cert", "-out", "other.tsq"}, workspace_.path()).code, kDone);
  Answer("other.tsq", "other.tsr");
  EXPECT_THAT(refusal("other.tsr", Ca()), HasSubstr("over other bytes"));
  EXPECT_EQ(Oxpecker({"log", "timestamp", "import", "head.tsq", "--ca", Ca()}).code, kInvalidInput);
  EXPECT_EQ(Oxpecker({"log", "timestamp", "request", "--out", "log/log.db"}).code, kRefused);
  EXPECT_EQ(Verifier({"timestamp", "head.tsr", "--note", "oxpecker.yaml", "--ca", Ca()}).code, kIntegrity);
}

}  // namespace
}  // namespace oxpecker::e2e
