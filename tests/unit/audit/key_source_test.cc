#include "audit/key_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/key_wrapping.h"
#include "audit/signer.h"
#include "tests/support/softhsm_token.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;

TEST(KeySourceTest, FilesVariablesAndTokensAreTold) {
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SECRET") return "value";
    return std::nullopt;
  };
  const auto file = KeySource::Parse("keys/log.key", "/bank", environment);
  ASSERT_HOLDS(file);
  EXPECT_EQ(file->kind(), KeySource::Kind::kFile);
  EXPECT_EQ(file->file(), "/bank/keys/log.key");
  EXPECT_EQ(KeySource::Parse("/elsewhere/key", "/bank", environment)->file(), "/elsewhere/key");
  const auto variable = KeySource::Parse("env:SECRET", "/bank", environment);
  ASSERT_HOLDS(variable);
  EXPECT_EQ(variable->kind(), KeySource::Kind::kEnvironment);
  EXPECT_EQ(*variable->Secret(), "value");
  EXPECT_EQ(variable->text(), "env:SECRET") << "the name, never the value";
  const auto missing = KeySource::Parse("env:NONE", "/bank", environment);
  ASSERT_HOLDS(missing);
  EXPECT_EQ(missing->Secret().error().code, ErrorCode::kNotFound);
  EXPECT_THAT(OpenSigner(*missing, "x").error().message, HasSubstr("env:NONE is not set"));
  const auto token = KeySource::Parse("pkcs11:token=my%20bank;object=log?module-path=/m.so&pin-source=env:SECRET", "/bank", environment);
  ASSERT_HOLDS(token);
  EXPECT_EQ(token->token(), (KeySource::Token{"my bank", "log", "/m.so", "env:SECRET"}));
  EXPECT_EQ(*token->Secret(), "value");
}

TEST(KeySourceTest, WrongSourcesSayWhatIsWrong) {
  const std::string rest = "?module-path=/m.so&pin-source=/pin";
  for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{
           {"", "names nothing"},
           {"pkcs11:token=a" + rest, "'object' is missing"},
           {"pkcs11:object=a" + rest, "'token' is missing"},
           {"pkcs11:token=a;object=b", "'module-path' is missing"},
           {"pkcs11:token=a;object=b;token=c" + rest, "twice"},
           {"pkcs11:token=a;object=b;serial=c" + rest, "'serial' is not one of"},
           {"pkcs11:token=%zz;object=b" + rest, "no value that can be read"},
           {"pkcs11:token;object=b" + rest, "no value that can be read"},
           {"pkcs11:token=a;object=b" + rest + "&pin-value=1234", "a PIN does not belong"}}) {
    const auto source = KeySource::Parse(text, "/bank", {});
    ASSERT_FALSE(source) << text;
    EXPECT_THAT(source.error().message, HasSubstr(said));
    EXPECT_THAT(source.error().ToString(), Not(HasSubstr("1234")));
  }
}

class OtherKeys : public LogFixture {
 protected:
  void SetUp() override {}  // each makes its own log
  void DecideAndVerify() {
    ASSERT_HOLDS(CreateLog(paths_, kOrigin, clock_));
    Fill(0, 9);
    EXPECT_TRUE(Verify()->ok());
    auto reader = LogReader::Open(paths_, WithVault::kYes);
    ASSERT_HOLDS(reader);
    EXPECT_EQ(reader->Decrypt(*reader->Read(3), "inputs").value(), "{\"customer\":\"3\"}");
  }
  static KeySource Of(const std::string& text, const KeySource::Environment& environment = {}) { return *KeySource::Parse(text, "/", environment); }
};

TEST_F(OtherKeys, ComeFromTheEnvironment) {
  const std::string signing = SigningKey::Generate(kOrigin)->ToString() + "\n";
  std::string vault(64, 'a');
  const auto environment = [&](const std::string& name) -> std::optional<std::string> { return name == "LOG" ? signing : vault; };
  paths_.signing_source = Of("env:LOG", environment);
  paths_.vault_source = Of("env:VAULT", environment);
  DecideAndVerify();
  EXPECT_FALSE(std::filesystem::exists(paths_.signing_key));
  EXPECT_FALSE(std::filesystem::exists(paths_.vault_key));
  auto log = OpenLog();
  ASSERT_HOLDS(log);
  EXPECT_EQ((*log)->RotateKey().error().code, ErrorCode::kUnsupported);
  ASSERT_HOLDS((*log)->Close());
  vault = std::string(64, 'b');
  paths_.vault_source = Of("env:VAULT", environment);
  const auto other = OpenLog();
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(other.error().message, HasSubstr("env:VAULT"));
  vault = "short";
  paths_.vault_source = Of("env:VAULT", environment);
  EXPECT_EQ(OpenLog().error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(OpenLog().error().ToString(), Not(HasSubstr("short"))) << "what it held is not told";
  TemporaryFolder elsewhere;
  LogPaths named = LogPaths::Under(elsewhere.path());
  named.signing_source = paths_.signing_source;
  EXPECT_EQ(CreateLog(named, "another.example/log", clock_).error().code, ErrorCode::kInvalidInput);
}

class TokenKeys : public OtherKeys {
 protected:
  // One token for the process, as its module has one configuration.
  static void SetUpTestSuite() {
    folder_of_token = std::make_unique<TemporaryFolder>();
    token = test::MakeSoftHsmToken(folder_of_token->path());
  }
  static void TearDownTestSuite() { folder_of_token.reset(); }
  void SetUp() override {
    if (!token) GTEST_SKIP() << "SoftHSM is not installed (apt: softhsm2)";
    pin_file_ = folder_.path() / "pin";
    std::ofstream(pin_file_) << token->pin << "\n";
    std::filesystem::permissions(pin_file_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  KeySource InToken(const std::string& object, const std::string& label = {}) const {
    return Of("pkcs11:token=" + (label.empty() ? token->label : label) + ";object=" + object + "?module-path=" + token->module_path +
              "&pin-source=" + pin_file_.string());
  }
  static inline std::unique_ptr<TemporaryFolder> folder_of_token;
  static inline std::optional<test::SoftHsmToken> token;
  std::filesystem::path pin_file_;
};

TEST_F(TokenKeys, SignAndWrapALog) {
  paths_.signing_source = InToken(token->signing_key);
  paths_.vault_source = InToken(token->vault_key);
  DecideAndVerify();
  EXPECT_FALSE(std::filesystem::exists(paths_.signing_key));
  EXPECT_FALSE(std::filesystem::exists(paths_.vault_key));
  const auto signer = OpenLogSigner(paths_);
  ASSERT_HOLDS(signer);
  const auto head = SignBy({kOrigin, 3, Sha256("x")}, **signer);
  ASSERT_HOLDS(head);
  EXPECT_TRUE(OpenCheckpoint(head->note, Key()));
}

TEST_F(TokenKeys, WrapTheBytesThatAKeyInMemoryWould) {
  const auto wrapping = OpenKeyWrapping(InToken(token->vault_key));
  ASSERT_HOLDS(wrapping);
  const SecretKey key(std::string(32, 'k'));
  const auto wrapped = (*wrapping)->Wrap("nonce of 12.", "aad", key);
  ASSERT_HOLDS(wrapped);
  EXPECT_EQ(wrapped->size(), kWrappedKeyBytes);
  EXPECT_EQ((*(*wrapping)->Unwrap("aad", *wrapped))->view(), key.view());
  EXPECT_FALSE((*wrapping)->Unwrap("other", *wrapped).value());
  EXPECT_FALSE((*wrapping)->Unwrap("aad", wrapped->substr(1)).value());
  for (std::size_t at = 0; at < wrapped->size(); ++at) {
    std::string altered = *wrapped;
    altered[at] = static_cast<char>(altered[at] ^ 0x10);
    EXPECT_FALSE((*wrapping)->Unwrap("aad", altered).value()) << at;
  }
}

TEST_F(TokenKeys, WhatIsMissingIsTold) {
  EXPECT_THAT(OpenSigner(InToken("log-signing", "other"), kOrigin).error().message, HasSubstr("tokens found: 'oxpecker-test'"));
  const auto no_key = OpenSigner(InToken("nothing"), kOrigin);
  EXPECT_EQ(no_key.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(no_key.error().message, HasSubstr("no Ed25519 private key labelled 'nothing'; of that class it has: 'log-signing'"));
  EXPECT_THAT(OpenKeyWrapping(InToken("log-signing")).error().message, HasSubstr("no AES key labelled 'log-signing'; of that class it has: 'vault'"));
  const auto no_module = OpenSigner(Of("pkcs11:token=a;object=b?module-path=/none.so&pin-source=/pin"), kOrigin);
  EXPECT_THAT(no_module.error().message, HasSubstr("/none.so cannot be loaded"));
  std::filesystem::permissions(pin_file_, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  EXPECT_EQ(OpenSigner(InToken(token->signing_key), kOrigin).error().code, ErrorCode::kRefused) << "others may read the PIN";
  std::filesystem::remove(pin_file_);
  EXPECT_THAT(OpenSigner(InToken(token->signing_key), kOrigin).error().message, HasSubstr("its PIN cannot be had"));
}

TEST_F(TokenKeys, AWrongPinIsRefused) {
  std::ofstream(pin_file_) << "4321\n";
  const auto refused = OpenSigner(InToken(token->signing_key), kOrigin);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  EXPECT_THAT(refused.error().message, HasSubstr("the PIN is wrong"));
  EXPECT_THAT(refused.error().ToString(), Not(HasSubstr("4321")));
}

}  // namespace
}  // namespace oxpecker::audit
