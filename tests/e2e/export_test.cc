// Evidence bundles as people make and verify them, also with the verifier in another language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class Export : public testing::Test {
 protected:
  Ended Verify(const std::string& zip, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"bundle", zip, "--key", "keys/log.vkey"});
    return RunProgram(Program::kVerify, more, {.folder = workspace_.path()});
  }
  // tests/independent/verify_bundle.py.
  Ended VerifyInPython(const std::string& zip, std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {"/usr/bin/env", "python3", OXPECKER_SOURCE_DIR "/tests/independent/verify_bundle.py", zip, "--key", "keys/log.vkey"};
    words.insert(words.end(), more.begin(), more.end());
    return RunCommand(words, {.folder = workspace_.path()});
  }
  static bool HasPython() { return std::system("python3 -c '' 2>/dev/null && openssl version >/dev/null 2>&1") == 0; }  // NOLINT(cert-env33-c): a fixed command
  std::string Bundle(const std::string& name, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"log", "export", "--out", name});
    const Ended ended = workspace_.Run(more);
    EXPECT_EQ(ended.code, kDone) << ended;
    return name;
  }
  void Flip(const std::string& zip, std::size_t at) const {
    std::string bytes = ReadBytes(workspace_.path() / zip);
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    WriteBytes(workspace_.path() / zip, bytes);
  }
  const Workspace workspace_{Workspace::State::kDecided};
};

TEST_F(Export, ABundleVerifiesAndIsOnRecord) {
  const Ended made = workspace_.Run({"log", "export", "--out", "all.zip", "--by", "K. Lind", "--purpose", "supervision"});
  ASSERT_EQ(made.code, kDone) << made;
  EXPECT_THAT(made.out, HasSubstr("13 records under the head over 13"));
  const Ended holds = Verify("all.zip");
  EXPECT_EQ(holds.code, kDone) << holds;
  EXPECT_THAT(holds.out, HasSubstr("completeness  holds"));
  EXPECT_THAT(holds.out, HasSubstr("not shown\n"));
  const Ended json = Verify("all.zip", {"--json"});
  EXPECT_EQ(JsonText(json.out).At("/authenticity"), "holds");
  const Ended record = workspace_.Run({"--json", "log", "show", "13"});
  EXPECT_THAT(record.out, HasSubstr(JsonText(json.out).At("/sha256")));
  EXPECT_THAT(record.out, HasSubstr("personal-withheld"));
  EXPECT_EQ(workspace_.Run({"log", "verify"}).code, kDone);
  // Nothing is overwritten unasked, and nothing of the workspace ever.
  EXPECT_EQ(workspace_.Run({"log", "export", "--out", "all.zip"}).code, kRefused);
  EXPECT_EQ(workspace_.Run({"log", "export", "--out", "all.zip", "--force"}).code, kDone);
  EXPECT_EQ(workspace_.Run({"log", "export", "--out", "log/log.db", "--force"}).code, kRefused);
}

TEST_F(Export, WhatIsAlteredIsBroken) {
  Bundle("all.zip", {"--redact", "full"});
  const std::size_t size = ReadBytes(workspace_.path() / "all.zip").size();
  for (const std::size_t at : {std::size_t{40}, size / 3, size / 2, size - 10}) {
    Flip("all.zip", at);
    const Ended broken = Verify("all.zip");
    EXPECT_EQ(broken.code, kIntegrity) << broken;
    EXPECT_THAT(broken.out, HasSubstr("The bundle is broken"));
    Flip("all.zip", at);
  }
  EXPECT_EQ(Verify("all.zip").code, kDone);
  EXPECT_EQ(Verify("none.zip").code, kInvalidInput);
  EXPECT_EQ(RunProgram(Program::kVerify, {"bundle", "all.zip"}, {.folder = workspace_.path()}).code, kDone);  // and says what it took on trust
}

TEST_F(Export, OneDecision) {
  Bundle("one.zip", {"--decision", workspace_.DecisionId(7), "--redact", "full"});
  const Ended holds = Verify("one.zip");
  EXPECT_EQ(holds.code, kDone) << holds;
  EXPECT_THAT(holds.out, HasSubstr("records 7"));
  EXPECT_THAT(holds.out, HasSubstr("completeness  not shown"));
  EXPECT_EQ(workspace_.Run({"log", "export", "--out", "x.zip", "--decision", "ffffffff"}).code, kInvalidInput);
  EXPECT_EQ(workspace_.Run({"log", "export", "--out", "x.zip", "--decision", "7", "--from", "2026-01-01"}).code, kUsage);
}

TEST_F(Export, AProfileOfOnesOwn) {
  WriteBytes(workspace_.path() / "own.yaml",
             "id: residence-only\ntitle: Residence\nreason: the rest was not asked for\nsections:\n  facts: {disclose: [/customer/residence]}\n");
  Bundle("own.zip", {"--redact", "own.yaml"});
  EXPECT_EQ(Verify("own.zip").code, kDone);
  const std::string bytes = ReadBytes(workspace_.path() / "own.zip");
  EXPECT_THAT(bytes, HasSubstr("/customer/residence"));
  EXPECT_THAT(bytes, Not(HasSubstr("/customer/id\"")));
  WriteBytes(workspace_.path() / "own.yaml", "id: full\ntitle: x\nsections:\n  fact: {disclose: [residence]}\n  trace: some\n");
  const Ended refused = workspace_.Run({"log", "export", "--out", "x.zip", "--redact", "own.yaml"});
  EXPECT_EQ(refused.code, kInvalidInput) << refused;
  for (const char* problem : {"own.yaml:1:", "own.yaml:4:3", "is no section", "JSON pointer", "expected 'all'", "'reason' is missing"})
    EXPECT_THAT(refused.err, HasSubstr(problem));
}

TEST_F(Export, ABrokenLogGivesNothing) {
  std::string bytes = ReadBytes(workspace_.checkpoint());
  bytes[bytes.size() - 10] = bytes[bytes.size() - 10] == 'A' ? 'B' : 'A';
  WriteBytes(workspace_.checkpoint(), bytes);
  EXPECT_EQ(workspace_.Run({"log", "export", "--out", "all.zip"}).code, kIntegrity);
  EXPECT_FALSE(std::filesystem::exists(workspace_.path() / "all.zip"));
  EXPECT_FALSE(std::filesystem::exists(workspace_.path() / "all.zip.unfinished"));
}

TEST_F(Export, AnotherLanguageSaysTheSame) {
  if (!HasPython()) GTEST_SKIP() << "python3 or openssl is not there";
  ASSERT_EQ(workspace_.Run({"log", "erase", "--subject", "tomas", "--basis", "asked for", "--by", "K. Lind"}).code, kDone);
  for (const char* profile : {"headers", "personal-withheld", "full"}) {
    const std::string zip = Bundle(std::string(profile) + ".zip", {"--redact", profile});
    EXPECT_EQ(Verify(zip).code, kDone);
    const Ended holds = VerifyInPython(zip);
    EXPECT_EQ(holds.code, kDone) << profile << holds;
    EXPECT_THAT(holds.out, HasSubstr("completeness  holds"));
  }
  Bundle("one.zip", {"--decision", "7", "--redact", "full"});
  EXPECT_EQ(VerifyInPython("one.zip").code, kDone);
  EXPECT_EQ(VerifyInPython("full.zip", {"--checkpoint", "log/checkpoint"}).code, kDone);
  const std::size_t size = ReadBytes(workspace_.path() / "full.zip").size();
  for (std::size_t at = 17; at < size; at += size / 8) {
    Flip("full.zip", at);
    EXPECT_EQ(VerifyInPython("full.zip").code, kIntegrity) << at;
    Flip("full.zip", at);
  }
}

}  // namespace
}  // namespace oxpecker::e2e
