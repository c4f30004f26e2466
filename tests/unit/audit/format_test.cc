// The worked examples of docs/format are decoded and recomputed: the pages and the code say the
// same.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "audit/bundle/disclosure.h"
#include "audit/bundle/record_proof.h"
#include "audit/bundle/zip_format.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/crypto.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/policy.h"
#include "audit/section_cipher.h"
#include "audit/section_parts.h"
#include "audit/tiles.h"
#include "audit/tlog_proof.h"
#include "audit/vault.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

// The bytes of the block "```hex NAME" of a page.
std::string HexBlock(const char* page, const std::string& name) {
  const auto file = std::filesystem::path(OXPECKER_SOURCE_DIR) / "docs" / "format" / page;
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const std::string start = "```hex " + name + "\n";
  const std::size_t begin = text.find(start);
  const std::size_t end = text.find("```", begin + start.size());
  if (begin == std::string::npos || end == std::string::npos) {
    ADD_FAILURE() << "no block " << name << " in " << file;
    return {};
  }
  std::string hex = text.substr(begin + start.size(), end - begin - start.size());
  std::erase(hex, '\n');
  const auto bytes = HexDecode(hex);
  EXPECT_TRUE(bytes) << name;
  return bytes.value_or(std::string());
}

// That of the block "```text NAME", as it stands.
std::string TextBlock(const char* page, const std::string& name) {
  const auto file = std::filesystem::path(OXPECKER_SOURCE_DIR) / "docs" / "format" / page;
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const std::string start = "```text " + name + "\n";
  const std::size_t begin = text.find(start);
  const std::size_t end = text.find("```", begin + start.size());
  if (begin == std::string::npos || end == std::string::npos) {
    ADD_FAILURE() << "no block " << name << " in " << file;
    return {};
  }
  return text.substr(begin + start.size(), end - begin - start.size());
}

std::string Record(const std::string& name) { return HexBlock("record_v1.md", name); }

TEST(FormatTest, TheRecordOfThePage) {
  const std::string bytes = Record("leaf");
  LeafView leaf;
  const Status decoded = DecodeLeaf(bytes, leaf);
  ASSERT_TRUE(decoded) << decoded.error().ToString();
  EXPECT_EQ(EncodeLeaf(leaf), bytes);
  EXPECT_EQ(LeafHash(bytes).view(), Record("leaf_hash"));
  EXPECT_EQ(leaf.origin, "bank.example/demo/decisions/2026-1");
  EXPECT_EQ(leaf.seq, 0U);
  EXPECT_EQ(leaf.kind, "decision");
  EXPECT_EQ(leaf.prev, Digest());
  EXPECT_EQ(leaf.time.ToString(), "2026-05-28T20:26:40Z");
  EXPECT_EQ(leaf.about, R"({"outcome":"recommend"})");
  ASSERT_EQ(leaf.sections.size(), 1U);
  EXPECT_EQ(leaf.sections[0].name, "inputs");
  EXPECT_EQ(leaf.sections[0].commit.view(), Record("commit"));
  EXPECT_EQ(leaf.sections[0].ct_sha256, Sha256(Record("stored")));
  ASSERT_TRUE(leaf.key);
  EXPECT_EQ(*leaf.key, Sha256(Record("kek_id"), Record("wrapped")));

  const Kek kek{Record("kek_id"), SecretKey(Record("kek"))};
  const auto dek = UnwrapDek(leaf.origin, leaf.record_id, kek, Record("wrapped"));
  ASSERT_TRUE(dek);
  EXPECT_EQ(dek->view(), Record("dek"));
  EXPECT_EQ(HkdfExpand(*dek, "enc/inputs").view(), Record("key_s"));
  EXPECT_EQ(SaltsOf(*dek, "inputs", 2), Record("salts"));
  const std::string salts = Record("salts");
  std::vector<Digest> parts;
  parts.push_back(CommitToPart(salts.substr(0, 32), "", std::string("{\"customer\":") + '\0' + "}"));
  parts.push_back(CommitToPart(salts.substr(32), "/customer", "\"c-1\""));
  EXPECT_EQ(std::string(parts[0].view()) + std::string(parts[1].view()), Record("parts"));
  EXPECT_EQ(CommitToParts("inputs", parts).view(), Record("commit"));
  EXPECT_EQ(DecryptSection(leaf.origin, leaf.record_id, *dek, "inputs", leaf.sections[0].commit,
                           Record("stored")),
            R"({"customer":"c-1"})");
}

TEST(FormatTest, TheBundleOfThePage) {
  const auto text = [](const char* name) {
    std::string block = TextBlock("bundle_v1.md", name);
    block.pop_back();  // the newline of the page
    return block;
  };
  const auto line = Disclosure::Parse(text("disclosure"));
  ASSERT_TRUE(line) << line.error().ToString();
  EXPECT_EQ(line->Commitment().view(), Record("commit"));
  EXPECT_EQ(line->parts.at(1).bytes, "\"c-1\"");
  const auto proof = RecordProof::Parse(text("ranges"));
  ASSERT_TRUE(proof) << proof.error().ToString();
  const auto root = RootOfRecords(proof->records, proof->size, proof->hashes,
                                  [](std::uint64_t seq) -> Result<Digest> { return LeafHash("leaf-" + std::to_string(seq)); });
  ASSERT_TRUE(root) << root.error().ToString();
  EXPECT_EQ(*root, proof->root);
  const std::string hello = "hello\n";
  const std::vector<ZipEntry> entries = {{"README.txt", 0, hello.size(), UpdateCrc32(0, hello), {}}};
  const std::string file = LocalHeader(entries[0]) + hello;
  EXPECT_EQ(file + CentralDirectory(entries, file.size()), HexBlock("bundle_v1.md", "zip"));
}

TEST(FormatTest, TheCheckpointOfThePage) {
  const auto key = VerifierKey::Parse(
      "bank.example/demo/decisions/2026-1+657fb06c+Ac0Us3+VbpUxlP9/tzs9gdzFYdYadTgJS3w+GmQ+5fOq");
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_TRUE(key->ToString().ends_with(
      Base64Encode("\x01" + HexBlock("checkpoint_v1.md", "vkey_public"))));
  const auto checkpoint = OpenCheckpoint(HexBlock("checkpoint_v1.md", "note"), *key);
  ASSERT_TRUE(checkpoint) << checkpoint.error().ToString();
  EXPECT_EQ(checkpoint->size, 1U);
  EXPECT_EQ(checkpoint->root.view(), Record("leaf_hash"));  // a tree of one leaf
}

TEST(FormatTest, TheTilesOfTheStorePage) {
  const auto page = [](const char* name) { return HexBlock("log_store_v1.md", name); };
  TileTree tree;
  std::vector<Tile> rows;
  for (int n = 0; n < 300; ++n)
    for (Tile& tile : tree.Append(LeafHash("leaf-" + std::to_string(n)))) rows.push_back(std::move(tile));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(Sha256(rows[0].hashes).view(), page("tile_0_sha256"));
  EXPECT_EQ(rows[1].hashes, page("tile_1"));
  EXPECT_EQ((rows[1].place), (TilePlace{1, 0}));
  EXPECT_EQ(tree.range().Root().view(), page("root_300"));
}

TEST(FormatTest, TheProofsOfTheTilesPage) {
  const auto keys = LogKeys::Parse(TextBlock("checkpoint_v1.md", "keys"));
  ASSERT_TRUE(keys) << keys.error().ToString();
  EXPECT_EQ(keys->ToString(), TextBlock("checkpoint_v1.md", "keys"));
  const std::string head_text = TextBlock("checkpoint_v1.md", "head");
  const auto head = OpenCheckpoint(head_text, *keys);
  ASSERT_TRUE(head) << head.error().ToString();
  for (const KeyTerm& term : keys->terms()) EXPECT_TRUE(IsSignedBy(head_text, term.key));

  TileTree tree;
  std::string bundle;
  CompactRange older;
  for (std::size_t n = 0; n < 5; ++n) {
    const std::string leaf = "leaf-" + std::to_string(n);
    bundle += std::string(1, '\0') + static_cast<char>(leaf.size()) + leaf;
    tree.Append(LeafHash(leaf));
    if (n < 3) older.Append(LeafHash(leaf));
  }
  EXPECT_EQ(head->root, tree.range().Root());
  EXPECT_EQ(tree.Open(0)->hashes, HexBlock("tiles_v1.md", "tile"));
  EXPECT_EQ(bundle, HexBlock("tiles_v1.md", "entries"));

  const std::string proof_text = TextBlock("tiles_v1.md", "proof");
  const auto proof = TlogProof::Parse(proof_text);
  ASSERT_TRUE(proof) << proof.error().ToString();
  EXPECT_EQ(proof->ToString(), proof_text);
  EXPECT_TRUE(VerifyProof(*proof, LeafHash("leaf-2"), *keys));
  EXPECT_FALSE(VerifyProof(*proof, LeafHash("leaf-3"), *keys));

  const std::string consistency_text = TextBlock("tiles_v1.md", "consistency");
  const auto consistency = ConsistencyProof::Parse(consistency_text);
  ASSERT_TRUE(consistency) << consistency.error().ToString();
  EXPECT_EQ(consistency->ToString(), consistency_text);
  EXPECT_EQ(consistency->older.root, older.Root());
  EXPECT_TRUE(VerifyConsistency(3, older.Root(), head->size, head->root, consistency->hashes));
}

TEST(FormatTest, TheCosignedHeadOfTheAnchorsPage) {
  std::string vkey = TextBlock("anchors_v1.md", "witness");
  vkey.pop_back();
  const auto witness = VerifierKey::Parse(vkey, KeyType::kCosignature);
  ASSERT_TRUE(witness) << witness.error().ToString();
  EXPECT_EQ(witness->ToString(), vkey);
  const auto policy = Policy::Parse(TextBlock("anchors_v1.md", "policy"));
  ASSERT_TRUE(policy) << policy.error().ToString();
  const std::string note = TextBlock("anchors_v1.md", "cosigned");
  const auto verdict = policy->Judge(note);
  ASSERT_TRUE(verdict) << verdict.error().ToString();
  EXPECT_TRUE(verdict->quorum);
  EXPECT_EQ(verdict->seen, (std::vector<WitnessSeen>{{"w1", "witness.example/w1", 1'780'000'060}}));
  EXPECT_TRUE(OpenCheckpoint(note, policy->logs()[0]));
  // Ed25519 signs the same bytes the same way: what another program made, this one makes too.
  std::string seed(1, '\x04');
  for (int i = 0; i < 32; ++i) seed += static_cast<char>(0xc0 + i);
  const auto key = SigningKey::Parse("PRIVATE+KEY+" + vkey.substr(0, vkey.rfind('+') + 1) + Base64Encode(seed), KeyType::kCosignature);
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_TRUE(note.ends_with(CosignatureLine(Note::Parse(note)->text, *key, 1'780'000'060)));
}

TEST(FormatTest, TheVaultOfThePage) {
  const auto counted = [](char from, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
      bytes[i] = static_cast<char>(from + static_cast<char>(i));
    return bytes;
  };
  const std::string tag = HexBlock("vault_v1.md", "subject_tag");
  EXPECT_EQ(HmacSha256(counted('\x80', 32), "c-1").view(), tag);
  const std::string aad = std::string("oxpecker/vault/kek/v1") + '\0' + counted('\x60', 16) + tag;
  const auto kek =
      UnwrapKey(SecretKey(counted('\x40', 32)), aad, HexBlock("vault_v1.md", "wrapped_kek"));
  ASSERT_TRUE(kek);
  EXPECT_EQ(kek->view(), counted('\x20', 32));
}

}  // namespace
}  // namespace oxpecker::audit
