// What a bundle shows and does not show, and that each way to alter one has its own word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "audit/bundle/disclosure.h"
#include "audit/bundle/profile.h"
#include "audit/section_parts.h"
#include "base/encoding.h"
#include "tests/unit/audit/bundle_fixture.h"

namespace oxpecker::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string AllOf(const Files& files) {
  std::string all;
  for (const BundleOf& file : files) all += file.bytes;
  return all;
}

TEST_F(BundleTest, TheWholeLogHolds) {
  Fill(40);
  for (const char* profile : {"headers", "personal-withheld", "full"}) {
    const auto bundle = Export(zip(), profile);
    ASSERT_HOLDS(bundle);
    const auto verified = VerifyBundle(zip(), {.key = Keys()});
    ASSERT_HOLDS(verified);
    EXPECT_FALSE(verified->first_break) << profile << ": " << verified->first_break->ToString();
    EXPECT_EQ(verified->integrity, Verdict::kHolds);
    EXPECT_EQ(verified->completeness, Verdict::kHolds);
    EXPECT_EQ(verified->authenticity, Verdict::kHolds);
    EXPECT_EQ(verified->sha256, bundle->sha256);
    EXPECT_EQ(verified->manifest.scope.records.ToString(), "0-40");
    EXPECT_EQ(verified->coverage.kinds.at("refusal"), 4U);
  }
}

TEST_F(BundleTest, WithoutAKeyAuthenticityIsNotShown) {
  Fill(5);
  ASSERT_HOLDS(Export(zip(), "full"));
  const auto verified = VerifyBundle(zip(), {});
  ASSERT_HOLDS(verified);
  EXPECT_TRUE(verified->ok());
  EXPECT_EQ(verified->integrity, Verdict::kHolds);
  EXPECT_EQ(verified->authenticity, Verdict::kNotShown);
}

TEST_F(BundleTest, TheSameQuestionGivesTheSameBytes) {
  Fill(20);
  ASSERT_HOLDS(Export(zip(), "full"));
  ASSERT_HOLDS(Export(altered(), "full"));
  EXPECT_EQ(ReadText(zip()), ReadText(altered()));
}

TEST_F(BundleTest, ProfilesWithholdWhatTheySay) {
  Fill(20);
  ASSERT_HOLDS(Export(zip(), "headers"));
  Files headers = TakeApart(zip());
  EXPECT_EQ(FileIn(headers, "disclosures.jsonl"), "");
  ASSERT_HOLDS(Export(zip(), "personal-withheld"));
  const std::string some = AllOf(TakeApart(zip()));
  EXPECT_THAT(some, Not(HasSubstr("customer-3")));
  EXPECT_THAT(some, Not(HasSubstr("birth_year")));
  EXPECT_THAT(some, HasSubstr("/reasons"));
  EXPECT_THAT(some, Not(HasSubstr("/features\"")));
  ASSERT_HOLDS(Export(zip(), "full"));
  EXPECT_THAT(AllOf(TakeApart(zip())), HasSubstr("customer-3"));
}

TEST_F(BundleTest, ARangeOfTimeIsShownToBeWhole) {
  Fill(30);
  const std::vector<std::tuple<int, int, const char*, const char*>> periods = {
      {10, 20, "10-19", "0,9,20"}, {0, 5, "0-4", "5"}, {25, 99, "25-30", "0,24"}};
  for (const auto& [from, to, records, context] : periods) {
    ASSERT_HOLDS(Export(zip(), "personal-withheld", {.from = kNow.PlusSeconds(from), .to = kNow.PlusSeconds(to)}));
    const auto verified = VerifyBundle(zip(), {.key = Keys()});
    ASSERT_HOLDS(verified);
    ASSERT_FALSE(verified->first_break) << verified->first_break->ToString();
    EXPECT_EQ(verified->manifest.scope.records.ToString(), records);
    EXPECT_EQ(verified->manifest.scope.context.ToString(), context);
    EXPECT_EQ(verified->completeness, Verdict::kHolds);
  }
}

TEST_F(BundleTest, OneDecisionHasItsProofs) {
  Fill(30);
  ASSERT_HOLDS(Export(zip(), "full", {.decision = DecisionNumber(17).str()}));
  Files files = TakeApart(zip());
  EXPECT_EQ(Verified(zip()), "holds");
  EXPECT_NE(FileIn(files, "proofs/17.tlog-proof"), "");
  const auto verified = VerifyBundle(zip(), {.key = Keys()});
  EXPECT_EQ(verified->completeness, Verdict::kNotShown);
  EXPECT_EQ(verified->manifest.scope.context.ToString(), "0");
  const auto none = Export(altered(), "full", {.decision = DecisionNumber(99).str()});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST_F(BundleTest, WhoWasErasedIsNotInABundleMadeAfter) {
  Fill(30);
  EraseCustomer("customer-3");
  const auto bundle = Export(zip(), "full");
  ASSERT_HOLDS(bundle);
  EXPECT_EQ(Verified(zip()), "holds");
  ASSERT_EQ(bundle->coverage.erasures.size(), 1U);
  EXPECT_EQ(bundle->coverage.erasures[0].records.ToString(), "3,10,17,24");
  EXPECT_EQ(bundle->coverage.erasures[0].record, 31U);
  EXPECT_TRUE(bundle->coverage.key_absent.empty());
  const std::string all = AllOf(TakeApart(zip()));
  EXPECT_THAT(all, Not(HasSubstr("customer-3")));
  EXPECT_THAT(all, Not(HasSubstr("<17>")));
  EXPECT_THAT(all, Not(HasSubstr("\\u003c17>")));
  EXPECT_THAT(all, HasSubstr("customer-4"));
  // Of a part of the log, the erasure's record comes along.
  ASSERT_HOLDS(Export(zip(), "headers", {.from = kNow.PlusSeconds(3), .to = kNow.PlusSeconds(5)}));
  EXPECT_EQ(Verified(zip()), "holds");
  EXPECT_EQ(VerifyBundle(zip(), {})->manifest.scope.context.ToString(), "0,2,5,31");
}

TEST_F(BundleTest, AHeldHeadShowsAForkAndAnOldOneTheGrowth) {
  Fill(20);
  ASSERT_HOLDS(Export(zip(), "headers"));
  const SigningKey key = Key();
  const auto head = ReadCheckpoint(ReadText(paths_.published_checkpoint));
  ASSERT_HOLDS(head);
  EXPECT_EQ(Verified(zip(), ReadText(paths_.published_checkpoint)), "holds");
  Checkpoint other = *head;
  other.root.bytes[0] ^= 1;
  const auto fork = VerifyBundle(zip(), {.key = Keys(), .held_checkpoint = Sign(other, key).note});
  ASSERT_HOLDS(fork);
  EXPECT_TRUE(fork->fork);
  other.size = 7;  // the leaves tell the root of the first seven
  EXPECT_EQ(Verified(zip(), Sign(other, key).note), "fork");
  EXPECT_THAT(Verified(zip(), "no note"), HasSubstr("error"));
  LogReader reader = *LogReader::Open(paths_, WithVault::kNo);
  const auto checkpoints = reader.Checkpoints();
  ASSERT_HOLDS(checkpoints);
  for (const SignedCheckpoint& kept : *checkpoints) EXPECT_EQ(Verified(zip(), kept.note), "holds");
}

TEST_F(BundleTest, AnOlderHeadAndTheProofFromIt) {
  Fill(20);
  ASSERT_HOLDS(Export(zip(), "headers", {.from = kNow.PlusSeconds(15)}));
  Files files = TakeApart(zip());
  ASSERT_EQ(Verified(files), "holds");
  EXPECT_THAT(FileIn(files, "log/checkpoint.old"), HasSubstr("\n11\n"));
  Files mended = files;
  std::string& proof = FileIn(mended, "log/consistency.json");
  const std::size_t hash = proof.find("hashes\":[\"") + 10;
  proof[hash] = proof[hash] == 'A' ? 'B' : 'A';
  EXPECT_EQ(VerifiedSignedAnew(mended), "consistency");
  mended = files;
  Checkpoint old = *ReadCheckpoint(FileIn(files, "log/checkpoint.old"));
  old.root.bytes[3] ^= 1;
  FileIn(mended, "log/checkpoint.old") = Sign(old, Key()).note;
  EXPECT_EQ(VerifiedSignedAnew(mended), "consistency");
}

// A stranger with the file: whatever is done to the files, the signature tells.
TEST_F(BundleTest, EachChangeOfFilesHasItsWord) {
  Fill(12);
  ASSERT_HOLDS(Export(zip(), "full"));
  const Files files = TakeApart(zip());
  ASSERT_EQ(Verified(files), "holds");
  for (const BundleOf& file : files) {
    Files altered = files;
    std::string& bytes = FileIn(altered, file.path);
    if (bytes.empty()) bytes = "x";
    else bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    const std::string code = Verified(altered);
    EXPECT_NE(code, "holds") << file.path;
    if (file.path == "log/leaves.jsonl" || file.path == "disclosures.jsonl" || file.path == "README.txt") {
      EXPECT_EQ(code, "file_digest");
    }
    altered = files;
    std::erase_if(altered, [&](const BundleOf& one) { return one.path == file.path; });
    EXPECT_EQ(Verified(altered), "missing_file") << file.path;
  }
  Files altered = files;
  altered.push_back({"artefacts/" + std::string(64, 'a'), "x"});
  std::ranges::sort(altered, [](const BundleOf& a, const BundleOf& b) { return ComesBefore(a.path, b.path); });
  EXPECT_EQ(Verified(altered), "unlisted_file");
  altered.push_back({"extra.txt", "x"});
  EXPECT_EQ(Verified(altered), "unknown_file");
  altered = files;
  std::swap(altered[2], altered[3]);
  EXPECT_EQ(Verified(altered), "order");
  altered = files;
  std::swap(FileIn(altered, "log/leaves.jsonl"), FileIn(altered, "redactions.jsonl"));
  EXPECT_EQ(Verified(altered), "file_digest");
}

TEST_F(BundleTest, AnotherKeyAndAnotherHead) {
  Fill(12);
  ASSERT_HOLDS(Export(zip(), "full"));
  const Files files = TakeApart(zip());
  const SigningKey thief = *SigningKey::Generate(kOrigin);
  Files altered = files;
  FileIn(altered, "keys/log.vkey") = thief.verifier().ToString() + "\n";
  const Checkpoint head = *ReadCheckpoint(FileIn(altered, "log/checkpoint"));
  FileIn(altered, "log/checkpoint") = Sign(head, thief).note;
  FileIn(altered, "policy.txt") = "log " + thief.verifier().ToString() + "\nquorum none\n";
  SignAnew(altered, thief);
  EXPECT_EQ(Verified(altered), "key");  // whole in itself, and not the log's
  PutTogether(altered, this->altered());
  EXPECT_TRUE(VerifyBundle(this->altered(), {})->ok());
  altered = files;
  FileIn(altered, "log/checkpoint") = Sign(head, thief).note;
  EXPECT_EQ(Verified(altered), "checkpoint");
  altered = files;
  LogReader reader = *LogReader::Open(paths_, WithVault::kNo);
  FileIn(altered, "log/checkpoint") = reader.Checkpoints()->at(1).note;  // an older one, signed by the log
  EXPECT_EQ(Verified(altered), "checkpoint");
  altered = files;
  FileIn(altered, "manifest.note") = SignNote(ManifestNoteText(kOrigin, FileIn(altered, "manifest.json")), thief);
  EXPECT_EQ(Verified(altered), "manifest_note");
  altered = files;
  FileIn(altered, "manifest.note") += FileIn(altered, "manifest.note").substr(FileIn(altered, "manifest.note").rfind("\n\n") + 2);
  EXPECT_EQ(Verified(altered), "manifest_note");
}

// Somebody with the log's key, who says of altered content that it is the log's.
TEST_F(BundleTest, WhatTheTreeDoesNotHoldIsFound) {
  Fill(12);
  ASSERT_HOLDS(Export(zip(), "full"));
  const Files files = TakeApart(zip());
  const auto with = [&](std::string_view path, const auto& alter) {
    Files altered = files;
    alter(FileIn(altered, path));
    return VerifiedSignedAnew(altered);
  };
  const auto replace = [](std::string from, std::string to) {
    return [=](std::string& text) {
      const std::size_t at = text.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      text.replace(at, from.size(), to);
    };
  };
  const auto cut_line = [](std::string& text) { text.erase(0, text.find('\n') + 1); };
  ASSERT_EQ(with("README.txt", [](std::string&) {}), "holds");
  EXPECT_EQ(with("log/leaves.jsonl", replace("\"silent\"", "\"action\"")), "prev");
  EXPECT_EQ(with("log/leaves.jsonl", cut_line), "sequence");
  EXPECT_EQ(with("log/leaves.jsonl", [](std::string& text) { text.erase(text.rfind('\n', text.size() - 2) + 1); }), "leaves");
  EXPECT_EQ(with("log/leaves.jsonl", [](std::string& text) { text += text.substr(0, text.find('\n') + 1); }), "leaves");
  EXPECT_EQ(with("proofs/ranges.json", replace("\"hashes\":[]", "\"hashes\":[\"" + Base64Encode(std::string(32, 'h')) + "\"]")), "leaves");
  EXPECT_EQ(with("disclosures.jsonl", replace("\\\"customer-1\\\"", "\\\"customer-2\\\"")), "commitment");
  EXPECT_EQ(with("disclosures.jsonl", replace("/customer/id", "/customer/no")), "commitment");
  EXPECT_EQ(with("disclosures.jsonl", cut_line), "redactions");  // shown no more, and nobody says so
  EXPECT_EQ(with("disclosures.jsonl", [](std::string& text) { text += text.substr(0, text.find('\n') + 1); }), "disclosure");
  EXPECT_EQ(with("redactions.jsonl", cut_line), "redactions");
  EXPECT_EQ(with("redactions.jsonl", replace("artefact", "key_absent")), "coverage");
  EXPECT_EQ(with("coverage.json", replace("\"holds\":\"0\"", "\"holds\":\"x\"")), "coverage");
  EXPECT_EQ(with("coverage.json", replace("\"decision\":\"11\"", "\"decision\":\"12\"")), "coverage");
  EXPECT_EQ(with("artefacts/" + Sha256(kReleaseText).ToHex(), replace("files", "filez")), "artefact");
  EXPECT_EQ(with("policy.txt", replace("log ", "lag ")), "policy");
}

TEST_F(BundleTest, ARangeThatBeginsElsewhereThanItSays) {
  Fill(30);
  ASSERT_HOLDS(Export(zip(), "headers", {.from = kNow.PlusSeconds(10), .to = kNow.PlusSeconds(20)}));
  Files files = TakeApart(zip());
  auto manifest = Manifest::Parse(FileIn(files, "manifest.json"));
  manifest->scope.from = kNow.PlusSeconds(8);  // as if nothing lay between
  FileIn(files, "manifest.json") = manifest->ToString();
  SignAnew(files, Key());
  PutTogether(files, altered());
  const auto verified = VerifyBundle(altered(), {.key = Keys()});
  ASSERT_HOLDS(verified);
  EXPECT_EQ(verified->completeness, Verdict::kNotShown);
}

TEST(DisclosureTest, LinesComeBackAndNothingElseDoes) {
  SectionParts parts;
  const std::string text = "{\"a\":1,\"b\":\"\xff\",\"c\":null}";
  parts.Cut("event", text);
  ASSERT_EQ(parts.size(), 4U);
  const std::string salts(128, 's');
  const Disclosure some = Disclosure::Of(17, "event", parts, salts, {true, false, true, true});
  const auto read = Disclosure::Parse(some.ToLine());
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->Commitment(), some.Commitment());
  EXPECT_EQ(read->Withheld().ToString(), "1");
  EXPECT_FALSE(read->ShapeProblem());
  EXPECT_THAT(some.ToLine(), HasSubstr("\\u0000"));
  EXPECT_THAT(some.ToLine(), HasSubstr("base64"));
  for (const char* other : {"", "{}", "[]", R"({"parts":[],"section":"a","seq":"01"})", R"({"parts":[{}],"section":"a","seq":"1"})",
                            R"({"parts":[],"section":"a","seq":"1","x":1})", R"({"parts":[], "section":"a","seq":"1"})"})
    EXPECT_FALSE(Disclosure::Parse(other)) << other;
  Disclosure moved = some;
  std::swap(moved.parts[2].pointer, moved.parts[3].pointer);
  EXPECT_TRUE(moved.ShapeProblem());
}

TEST(RedactionProfileTest, RulesNameParts) {
  SectionParts parts;
  parts.Cut("facts", R"({"as_of":1,"customer":{"id":2,"idx":3},"x":4})");
  RedactionProfile profile{"p", "", "", {{"facts", {SectionRule::Show::kOnly, {"/customer/id", "/as_of"}}}}};
  EXPECT_EQ(profile.Shown("decision", "facts", parts), (std::vector<bool>{false, true, true, false, false}));
  EXPECT_EQ(profile.Shown("refusal", "facts", parts), std::vector<bool>(5, false));
  EXPECT_EQ(profile.Shown("decision", "event", parts), std::vector<bool>(5, false));
  profile.sections["facts"] = {SectionRule::Show::kAllBut, {"/customer"}};
  EXPECT_EQ(profile.Shown("decision", "facts", parts), (std::vector<bool>{true, true, false, false, true}));
  profile.sections["facts"] = {SectionRule::Show::kOnly, {""}};
  EXPECT_EQ(profile.Shown("decision", "facts", parts), (std::vector<bool>{true, false, false, false, false}));
  parts.Cut("facts", "no object");
  EXPECT_EQ(profile.Shown("decision", "facts", parts), std::vector<bool>{false});
  profile.sections["*"] = {SectionRule::Show::kAll, {}};
  EXPECT_EQ(profile.Shown("refusal", "message", parts), std::vector<bool>{true});
}

}  // namespace
}  // namespace oxpecker::audit
