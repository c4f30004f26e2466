// A request that comes again is answered with its record, whichever release decides by then.
#include "engine/recording_decider.h"

#include <gtest/gtest.h>

#include "tests/unit/audit/log_fixture.h"
#include "base/encoding.h"
#include "tests/unit/engine/small_pack.h"

namespace oxpecker::engine {
namespace {

class RecordingTest : public audit::LogFixture {
 protected:
  void SetUp() override {
    audit::LogFixture::SetUp();
    auto opened = OpenLog();
    ASSERT_TRUE(opened.has_value());
    log_ = *std::move(opened);
  }
  const std::shared_ptr<const Release> old_ = ShippedPack();
  const std::shared_ptr<const Release> new_ = GoodPack("actions:\n" + Action("a1"));
  const TestDocuments documents_ = Documents(*old_, "event: {}");
  const DecisionId id_ = audit::DecisionNumber(1);
  std::unique_ptr<audit::Log> log_;
};

TEST(VaultName, IsTheIdUnlessThatIsTooLong) {
  EXPECT_EQ(VaultNameOf(""), "");
  EXPECT_EQ(VaultNameOf("tomas"), "tomas");
  const std::string longest(1024, 'c');
  EXPECT_EQ(VaultNameOf(longest), longest);
  EXPECT_EQ(VaultNameOf(longest + "c"), "\xFF" + std::string(Sha256(longest + "c").view()));
  EXPECT_NE(VaultNameOf(longest + "c"), VaultNameOf(longest + "d"));
  EXPECT_FALSE(IsUtf8(VaultNameOf(longest + "c"))) << "so that it is nobody's id";
}

TEST_F(RecordingTest, ARepetitionIsAnsweredAsRecordedByEitherWay) {
  const auto first = RecordingDecider(old_, *log_, clock_).Decide(id_, documents_.facts, documents_.event);
  ASSERT_TRUE(first.has_value()) << first.error().ToString();
  EXPECT_FALSE(first->receipt.repeated);
  EXPECT_FALSE(first->recorded_section);
  RecordingDecider decider(new_, *log_, clock_);
  ASSERT_NE(ToCanonicalJson(Decider(new_).Decide(documents_.facts, documents_.event)),
            ToCanonicalJson(first->decision));
  Answers answers(*log_);
  for (const bool blocking : {true, false, false}) {
    const auto again = blocking ? decider.Decide(id_, documents_.facts, documents_.event)
                                : answers.Await(decider.Start(id_, documents_.facts, documents_.event));
    ASSERT_TRUE(again.has_value()) << again.error().ToString();
    EXPECT_TRUE(again->receipt.repeated);
    EXPECT_EQ(again->receipt.seq, first->receipt.seq);
    EXPECT_EQ(again->recorded_section, ToCanonicalJson(first->decision));
    EXPECT_EQ(ToCanonicalJson(again->decision), ToCanonicalJson(first->decision));
  }
}

// One reader serves repetitions in a row, also of records that came after it was opened.
TEST_F(RecordingTest, RepetitionsAndNewRequestsInAnyOrder) {
  RecordingDecider decider(old_, *log_, clock_);
  Answers answers(*log_);
  for (const std::uint64_t n : {1U, 1U, 2U, 1U, 2U, 2U, 3U, 3U, 1U}) {
    const auto answer =
        answers.Await(decider.Start(audit::DecisionNumber(n), documents_.facts, documents_.event));
    ASSERT_TRUE(answer.has_value()) << answer.error().ToString();
    EXPECT_EQ(answer->receipt.seq, n - 1);
    EXPECT_EQ(answer->recorded_section.has_value(), answer->receipt.repeated);
  }
}

TEST_F(RecordingTest, OtherFactsOrAnotherEventUnderTheIdAreRefused) {
  RecordingDecider decider(old_, *log_, clock_);
  ASSERT_TRUE(decider.Decide(id_, documents_.facts, documents_.event).has_value());
  for (const auto& [facts, event] :
       {std::pair(documents_.facts + " ", documents_.event), std::pair(documents_.facts, documents_.event + " "),
        std::pair(documents_.facts, std::string())}) {
    const auto refused = decider.Decide(id_, facts, event);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  }
}

}  // namespace
}  // namespace oxpecker::engine
