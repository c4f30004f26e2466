// Private keys that are not in files: in the environment, and in a token.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/json_text.h"
#include "tests/e2e/program.h"
#include "tests/e2e/workspace.h"
#include "tests/support/softhsm_token.h"

namespace oxpecker::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class Keys : public testing::Test {
 protected:
  Ended Run(const std::vector<std::string>& arguments, const std::string& input = {}) const {
    return RunProgram(Program::kOxpecker, arguments, {.folder = path(), .input = input, .environment = environment_});
  }
  std::filesystem::path path() const { return folder_.path() / "bank"; }
  void Init(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"-q", "init", path().string()});
    const Ended made = RunProgram(Program::kOxpecker, arguments, {.environment = environment_});
    ASSERT_EQ(made.code, kDone) << made;
  }
  void DecidesAndExplains() const {
    ASSERT_EQ(Run({"decide", "-"}, CustomerLine(1) + "\n").code, kDone);
    const Ended explained = Run({"explain", "1"});
    EXPECT_EQ(explained.code, kDone) << explained;
    EXPECT_EQ(Run({"log", "verify"}).code, kDone);
    const Ended keys = Run({"log", "keys"});
    EXPECT_EQ(keys.code, kDone) << keys;
    EXPECT_THAT(keys.out, HasSubstr("oxpecker.local/"));
  }
  TemporaryFolder folder_;
  std::map<std::string, std::string> environment_;
};

TEST_F(Keys, MoveFromFilesIntoTheEnvironment) {
  Init({});
  environment_["OXP_TEST_LOG_KEY"] = ReadBytes(path() / "keys/log.key");
  environment_["OXP_TEST_VAULT_KEY"] = ReadBytes(path() / "keys/vault.key");
  std::filesystem::remove(path() / "keys/log.key");
  std::filesystem::remove(path() / "keys/vault.key");
  EXPECT_NE(Run({"log", "keys"}).code, kDone);
  const std::string settings = ReadBytes(path() / "oxpecker.yaml");
  WriteBytes(path() / "oxpecker.yaml", settings + "keys:\n  signing: env:OXP_TEST_LOG_KEY\n  vault: env:OXP_TEST_VAULT_KEY\n");
  DecidesAndExplains();
  for (const std::vector<std::string>& command : {std::vector<std::string>{"log", "keys"}, {"--json", "log", "keys"}, {"log", "checkpoint"}}) {
    const Ended ended = Run(command);
    EXPECT_EQ(ended.code, kDone) << ended;
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("PRIVATE+KEY"))) << "a secret is never shown";
  }
  EXPECT_THAT(Run({"log", "rotate-key"}).err, HasSubstr("not in a file"));
  environment_.erase("OXP_TEST_VAULT_KEY");
  const Ended missing = Run({"log", "keys"});
  EXPECT_EQ(missing.code, kInvalidInput) << missing;
  EXPECT_THAT(missing.out, HasSubstr("env:OXP_TEST_VAULT_KEY is not set"));
  EXPECT_EQ(Run({"decide", "-"}, CustomerLine(1) + "\n").code, kInvalidInput);
  EXPECT_EQ(Run({"log", "verify"}).code, kDone) << "who needs no private key goes on";
  WriteBytes(path() / "oxpecker.yaml", settings + "keys:\n  signer: env:X\n");
  EXPECT_THAT(Run({"log", "verify"}).err, HasSubstr("'signer' is no key of a workspace"));
}

TEST_F(Keys, LieInAnotherFolderAndRotateThere) {
  Init({});
  std::filesystem::create_directory(folder_.path() / "safe");
  std::filesystem::rename(path() / "keys/log.key", folder_.path() / "safe/signing");
  WriteBytes(path() / "oxpecker.yaml", ReadBytes(path() / "oxpecker.yaml") + "keys:\n  signing: ../safe/signing\n");
  DecidesAndExplains();
  const std::string before = ReadBytes(folder_.path() / "safe/signing");
  EXPECT_EQ(Run({"log", "rotate-key"}).code, kDone);
  EXPECT_NE(ReadBytes(folder_.path() / "safe/signing"), before);
  EXPECT_FALSE(std::filesystem::exists(path() / "keys/log.key"));
  EXPECT_EQ(Run({"log", "keys"}).code, kDone);
  EXPECT_EQ(Run({"log", "verify"}).code, kDone);
}

TEST_F(Keys, StayInAToken) {
  const auto token = test::MakeSoftHsmToken(folder_.path());
  if (!token) GTEST_SKIP() << "SoftHSM is not installed (apt: softhsm2)";
  environment_["SOFTHSM2_CONF"] = token->settings.string();
  WriteBytes(folder_.path() / "pin", token->pin + "\n");
  std::filesystem::permissions(folder_.path() / "pin", std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const auto source = [&](const std::string& object) {
    return "pkcs11:token=" + token->label + ";object=" + object + "?module-path=" + token->module_path + "&pin-source=" + (folder_.path() / "pin").string();
  };
  Init({"--signing-key", source(token->signing_key), "--vault-key", source(token->vault_key)});
  EXPECT_FALSE(std::filesystem::exists(path() / "keys/log.key"));
  EXPECT_FALSE(std::filesystem::exists(path() / "keys/vault.key"));
  DecidesAndExplains();
  const Ended verified = RunProgram(Program::kVerify, {"log/log.db", "--key", "keys/log.vkey"}, {.folder = path()});
  EXPECT_EQ(verified.code, kDone) << verified;
  std::filesystem::rename(folder_.path() / "tokens", folder_.path() / "unplugged");
  std::filesystem::create_directory(folder_.path() / "tokens");
  const Ended unplugged = Run({"log", "keys"});
  EXPECT_EQ(unplugged.code, kInvalidInput) << unplugged;
  EXPECT_THAT(unplugged.out, HasSubstr("no token labelled 'oxpecker-test' is there"));
  EXPECT_EQ(Run({"log", "verify"}).code, kDone);
}

}  // namespace
}  // namespace oxpecker::e2e
