#include "base/digest.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace oxpecker {
namespace {

TEST(DigestTest, GivesTheSamplesOfTheStandard) {  // FIPS 180-4 examples
  EXPECT_EQ(Sha256("").ToHex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256("abc").ToHex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").ToHex(),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(DigestTest, PartsAreTheWhole) {
  const std::string text = "the oxpecker rides on the rhino";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(Sha256(text.substr(0, cut), text.substr(cut)), Sha256(text));
    EXPECT_EQ(Sha256(text.substr(0, cut), "", text.substr(cut)), Sha256(text));
    Sha256Stream stream;
    stream.Update(text.substr(0, cut));
    stream.Update(text.substr(cut));
    EXPECT_EQ(stream.Finish(), Sha256(text));
    EXPECT_EQ(stream.Finish(), Sha256(""));  // starts anew
  }
}

TEST(DigestTest, GoesThroughHex) {
  const Digest digest = Sha256("abc");
  EXPECT_EQ(Digest::FromHex(digest.ToHex()), digest);
  EXPECT_EQ(digest.view().size(), 32U);
  EXPECT_FALSE(Digest::FromHex(digest.ToHex().substr(1)));
  EXPECT_FALSE(Digest::FromHex(digest.ToHex() + "00"));
  EXPECT_FALSE(Digest::FromHex(""));
  EXPECT_LT(Digest(), digest);
}

TEST(DigestTest, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  const Digest expected = Sha256("a", "b", "c");
  for (std::size_t t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1'000; ++i) wrong[t] += Sha256("a", "b", "c") == expected ? 0 : 1;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace oxpecker
