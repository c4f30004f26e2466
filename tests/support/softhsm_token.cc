#include "tests/support/softhsm_token.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace oxpecker::test {
namespace {

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

CK_FUNCTION_LIST* Load(const std::string& path) {
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return nullptr;
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  return get_list != nullptr && get_list(&functions) == CKR_OK ? functions : nullptr;
}

void MakePair(CK_FUNCTION_LIST* functions, CK_SESSION_HANDLE session, std::string label) {
  std::array<unsigned char, 14> curve = {0x13, 0x0c, 'e', 'd', 'w', 'a', 'r', 'd', 's', '2', '5', '5', '1', '9'};
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  CK_ATTRIBUTE open[] = {{CKA_TOKEN, &yes, sizeof yes}, {CKA_VERIFY, &yes, sizeof yes},
                         {CKA_EC_PARAMS, curve.data(), curve.size()}, {CKA_LABEL, label.data(), label.size()}};
  CK_ATTRIBUTE closed[] = {{CKA_TOKEN, &yes, sizeof yes}, {CKA_PRIVATE, &yes, sizeof yes}, {CKA_SENSITIVE, &yes, sizeof yes},
                           {CKA_EXTRACTABLE, &no, sizeof no}, {CKA_SIGN, &yes, sizeof yes}, {CKA_LABEL, label.data(), label.size()}};
  CK_MECHANISM mechanism{CKM_EC_EDWARDS_KEY_PAIR_GEN, nullptr, 0};
  CK_OBJECT_HANDLE public_key = 0;
  CK_OBJECT_HANDLE private_key = 0;
  EXPECT_EQ(functions->C_GenerateKeyPair(session, &mechanism, open, std::size(open), closed, std::size(closed), &public_key, &private_key), CKR_OK);
}

void MakeAes(CK_FUNCTION_LIST* functions, CK_SESSION_HANDLE session, std::string label) {
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  unsigned long size = 32;
  CK_ATTRIBUTE attributes[] = {{CKA_TOKEN, &yes, sizeof yes}, {CKA_PRIVATE, &yes, sizeof yes}, {CKA_SENSITIVE, &yes, sizeof yes},
                               {CKA_EXTRACTABLE, &no, sizeof no}, {CKA_ENCRYPT, &yes, sizeof yes}, {CKA_DECRYPT, &yes, sizeof yes},
                               {CKA_VALUE_LEN, &size, sizeof size}, {CKA_LABEL, label.data(), label.size()}};
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  CK_OBJECT_HANDLE key = 0;
  EXPECT_EQ(functions->C_GenerateKey(session, &mechanism, attributes, std::size(attributes), &key), CKR_OK);
}

// The slot of the token with this label.
CK_SLOT_ID SlotOf(CK_FUNCTION_LIST* functions, const std::string& label) {
  unsigned long count = 0;
  functions->C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  functions->C_GetSlotList(CK_TRUE, slots.data(), &count);
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    if (functions->C_GetTokenInfo(slot, &info) == CKR_OK && std::equal(label.begin(), label.end(), std::begin(info.label))) return slot;
  }
  ADD_FAILURE() << "no token " << label;
  return 0;
}

}  // namespace

std::optional<SoftHsmToken> MakeSoftHsmToken(const std::filesystem::path& folder) {
  SoftHsmToken token{{}, folder / "softhsm2.conf", "oxpecker-test", "1234", "log-signing", "vault"};
  for (const char* path : {"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                           "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"})
    if (std::filesystem::exists(path)) token.module_path = path;
  if (token.module_path.empty()) return std::nullopt;
  std::filesystem::create_directories(folder / "tokens");
  std::ofstream(token.settings) << "directories.tokendir = " << (folder / "tokens").string() << "\nobjectstore.backend = file\nlog.level = ERROR\n";
  ::setenv("SOFTHSM2_CONF", token.settings.c_str(), 1);
  CK_FUNCTION_LIST* const functions = Load(token.module_path);
  if (functions == nullptr || functions->C_Initialize(nullptr) != CKR_OK) return std::nullopt;
  std::string officer = "officer";
  std::string padded = token.label + std::string(32 - token.label.size(), ' ');
  CK_SLOT_ID free_slot = 0;
  unsigned long count = 1;
  functions->C_GetSlotList(CK_TRUE, &free_slot, &count);
  EXPECT_EQ(functions->C_InitToken(free_slot, Bytes(officer), officer.size(), Bytes(padded)), CKR_OK);
  CK_SESSION_HANDLE session = 0;
  EXPECT_EQ(functions->C_OpenSession(SlotOf(functions, token.label), CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), CKR_OK);
  EXPECT_EQ(functions->C_Login(session, CKU_SO, Bytes(officer), officer.size()), CKR_OK);
  EXPECT_EQ(functions->C_InitPIN(session, Bytes(token.pin), token.pin.size()), CKR_OK);
  functions->C_Logout(session);
  EXPECT_EQ(functions->C_Login(session, CKU_USER, Bytes(token.pin), token.pin.size()), CKR_OK);
  MakePair(functions, session, token.signing_key);
  MakeAes(functions, session, token.vault_key);
  functions->C_CloseSession(session);
  EXPECT_EQ(functions->C_Finalize(nullptr), CKR_OK);
  return token;
}

}  // namespace oxpecker::test
