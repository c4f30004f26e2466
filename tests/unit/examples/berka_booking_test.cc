#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "examples/berka/booking.h"

namespace oxpecker::berka {
namespace {

TEST(Booking, PensionIsAPensionCredit) {
  const Booking* booking = FindBooking("credit", "transfer_in", "pension");
  ASSERT_NE(booking, nullptr);
  EXPECT_EQ(booking->direction, "CRDT");
  EXPECT_EQ(booking->kind, "credit_transfer");
  EXPECT_EQ(booking->purpose, "PENS");
  EXPECT_EQ(booking->counterparty, Counterparty::kStated);
}

TEST(Booking, PenaltyInterestIsALateFeeOfTheBank) {
  const Booking* booking = FindBooking("debit", "cash_withdrawal", "sanction_interest");
  ASSERT_NE(booking, nullptr);
  EXPECT_EQ(booking->direction, "DBIT");
  EXPECT_EQ(booking->kind, "fee");
  EXPECT_EQ(booking->fee_code, "LATE");
  EXPECT_EQ(booking->counterparty, Counterparty::kBank);
  EXPECT_FALSE(booking->essential);
}

// Over all words that occur, in every combination: 14 of 3 x 6 x 8 are mapped, and each of them is
// within the vocabulary of the facts schema.
TEST(Booking, MapsExactlyTheCombinationsThatOccur) {
  constexpr std::array types = {"credit", "debit", "debit_cash"};
  constexpr std::array operations = {
      "", "cash_deposit", "cash_withdrawal", "card_withdrawal", "transfer_in", "transfer_out"};
  constexpr std::array symbols = {
      "",        "household",         "insurance",    "interest_credited", "loan_payment",
      "pension", "sanction_interest", "statement_fee"};
  const std::set<std::string_view> kinds = {"card", "credit_transfer", "cash", "fee", "interest"};
  int mapped = 0;
  for (const char* type : types)
    for (const char* operation : operations)
      for (const char* symbol : symbols) {
        const Booking* booking = FindBooking(type, operation, symbol);
        if (booking == nullptr) continue;
        ++mapped;
        EXPECT_TRUE(kinds.contains(booking->kind)) << booking->kind;
        EXPECT_EQ(booking->is_credit(), std::string_view(type) == "credit");
        EXPECT_TRUE(booking->purpose.empty() || booking->purpose.size() == 4);
        EXPECT_FALSE(booking->income && booking->essential);
      }
  EXPECT_EQ(mapped, 14);
}

TEST(Booking, RefusesWhatIsNotMapped) {
  EXPECT_EQ(FindBooking("credit", "transfer_in", "household"), nullptr);
  EXPECT_EQ(FindBooking("debit", "transfer_out", "pension"), nullptr);
  EXPECT_EQ(FindBooking("CREDIT", "cash_deposit", ""), nullptr);
  EXPECT_EQ(FindBooking("", "", ""), nullptr);
}

}  // namespace
}  // namespace oxpecker::berka
