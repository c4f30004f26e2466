#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "examples/berka/extract.h"
#include "tests/unit/examples/small_extract.h"

namespace oxpecker::berka {
namespace {

using testing::HasSubstr;

std::vector<std::int64_t> Ids(const std::vector<Transaction>& rows) {
  std::vector<std::int64_t> ids;
  for (const Transaction& row : rows) ids.push_back(row.id);
  return ids;
}

// The one problem of an extract that must have one.
Error OnlyIssue(const SmallExtract& small) {
  const Checked<Extract> extract = ReadExtract(small.directory());
  if (extract.has_value()) {
    ADD_FAILURE() << "the extract was accepted";
    return {};
  }
  EXPECT_EQ(extract.error().size(), 1U) << ToString(extract.error());
  return extract.error().front();
}

TEST(Extract, JoinsTheTables) {
  const SmallExtract small;
  const Checked<Extract> extract = ReadExtract(small.directory());
  ASSERT_TRUE(extract.has_value()) << ToString(extract.error());
  ASSERT_EQ(extract->accounts.size(), 3U);
  const Account& account = extract->accounts[0];
  EXPECT_EQ(account.id, 7);
  EXPECT_EQ(account.owner_client_id, 70);
  EXPECT_EQ(account.owner_birth_year, 1930);
  ASSERT_EQ(account.cards.size(), 1U) << "the disponent's card is not the owner's";
  EXPECT_EQ(account.cards[0].id, 501);
  ASSERT_EQ(account.loans.size(), 1U);
  EXPECT_EQ(account.loans[0].amount_minor, 120'000);
  EXPECT_EQ(extract->transaction_count, 7U);
  EXPECT_EQ(ToString(extract->first), "1993-01-10");
  EXPECT_EQ(ToString(extract->last), "1993-04-30");
  EXPECT_EQ(extract->unchained_days, 0U);
}

TEST(Extract, OrdersADayByItsBalances) {
  const SmallExtract small;
  const Checked<Extract> extract = ReadExtract(small.directory());
  ASSERT_TRUE(extract.has_value()) << ToString(extract.error());
  EXPECT_EQ(Ids(extract->accounts[0].transactions), (std::vector<std::int64_t>{1, 2, 4, 6, 5, 7}));
}

TEST(Extract, CountsDaysThatDoNotFollowAndKeepsTheirOrder) {
  const SmallExtract small;
  small.Replace("trans_1993_1994q1", "1214.9,-14.4", "1214.9,-14.1");
  const Checked<Extract> extract = ReadExtract(small.directory());
  ASSERT_TRUE(extract.has_value()) << ToString(extract.error());
  EXPECT_EQ(extract->unchained_days,
            2U);  // that day; and the next row follows from another balance
  EXPECT_EQ(Ids(extract->accounts[0].transactions), (std::vector<std::int64_t>{1, 2, 4, 5, 6, 7}));
}

TEST(Extract, ReadsCarriageReturnsAndColumnsInAnyOrder) {
  const SmallExtract small;
  small.Write("client",
              "birth_date,note,client_id\r\n1930-05-06,x,70\r\n1960-01-01,,71\r\n"
              "1969-12-31,,80\r\n1971-01-01,,90\r\n");
  const Checked<Extract> extract = ReadExtract(small.directory());
  ASSERT_TRUE(extract.has_value()) << ToString(extract.error());
  EXPECT_EQ(extract->accounts[0].owner_birth_year, 1930);
}

struct BadRow {
  const char* table;
  const char* from;
  const char* to;
  const char* place;
  const char* message;
};

class BadExtract : public testing::TestWithParam<BadRow> {};

TEST_P(BadExtract, NamesFileLineAndColumn) {
  const BadRow& bad = GetParam();
  const SmallExtract small;
  small.Replace(bad.table, bad.from, bad.to);
  const Error issue = OnlyIssue(small);
  EXPECT_EQ(issue.place, bad.place);
  EXPECT_THAT(issue.message, HasSubstr(bad.message));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadExtract,
    testing::Values(
        BadRow{"trans_1993_1994q1", "operation,amount", "operation,sum",
               "berka_trans_1993_1994q1.csv:1", "lacks column 'amount'"},
        BadRow{"trans_1993_1994q1", "1993-02-05", "1993-02-30", "berka_trans_1993_1994q1.csv:3",
               "'date': found a text of 10 characters, expected a day"},
        BadRow{"trans_1993_1994q1", "300.5,", "300.x,", "berka_trans_1993_1994q1.csv:3",
               "'amount': found a text of 5 characters, expected an amount"},
        BadRow{"trans_1993_1994q1", "300.5,", "-300.5,", "berka_trans_1993_1994q1.csv:3",
               "'amount': found a negative amount"},
        BadRow{"trans_1993_1994q1", ",-29.0,", ",,", "berka_trans_1993_1994q1.csv:6",
               "'balance': found nothing"},
        BadRow{"trans_1993_1994q1", "pension", "alimony", "berka_trans_1993_1994q1.csv:3",
               "'type': found a combination of type, operation and k_symbol without a mapping"},
        BadRow{"trans_1993_1994q1", "AB,111", "AB,", "berka_trans_1993_1994q1.csv:3",
               "'account': found nothing"},
        BadRow{"trans_1993_1994q1", "AB,111", "A\xff,111", "berka_trans_1993_1994q1.csv:3",
               "'bank': found a text of 2 characters"},
        BadRow{"trans_1993_1994q1", "AB,111", "AB,111,", "berka_trans_1993_1994q1.csv:3",
               "found 11 fields, expected 10"},
        BadRow{"trans_1993_1994q1", "AB,111", "\"AB\",111", "berka_trans_1993_1994q1.csv:3",
               "found a quoted field"},
        BadRow{"trans_1993_1994q1", "\n2,7", "\n1,7", "berka_trans_1993_1994q1.csv:3",
               "'trans_id': found a transaction that stands above"},
        BadRow{"trans_1993_1994q1", "\n2,7", "\n2,77", "berka_trans_1993_1994q1.csv:3",
               "'account_id': found an account that is not in berka_account.csv"},
        BadRow{"trans_1993_1994q1", "\n2,7", "\n2,seven", "berka_trans_1993_1994q1.csv:3",
               "'account_id': found a text of 5 characters"},
        BadRow{"trans_1993_1994q1", "1,7,1993-01-10", "1,7,1993-01-09",
               "berka_trans_1993_1994q1.csv:2",
               "'date': found a day before the account was opened"},
        BadRow{"disp", "3,80,8", "3,70,8", "berka_disp.csv:4",
               "'client_id': found a client who owns another account"},
        BadRow{"disp", "3,80,8", "3,80,7", "berka_disp.csv:4",
               "'account_id': found a second owner"},
        BadRow{"disp", "3,80,8", "3,81,8", "berka_disp.csv:4",
               "'client_id': found a client who is not in berka_client.csv"},
        BadRow{"disp", "80,8,OWNER", "80,8,owner", "berka_disp.csv:4",
               "'type': found another word"},
        BadRow{"disp", "80,8,OWNER", "80,8,DISPONENT", "berka_disp.csv",
               "1 accounts have no row of type OWNER"},
        BadRow{"account", "\n7,", "\n8,1,x,1993-03-01\n7,", "berka_account.csv:3",
               "'account_id': found an account"},
        BadRow{"client", "\n71,", "\n70,", "berka_client.csv:3", "'client_id': found a client"}));

TEST(Extract, ListsEveryProblemAtOnce) {
  const SmallExtract small;
  small.Replace("trans_1993_1994q1", "1993-02-05", "soon");
  small.Replace("trans_1993_1994q1", "50.0,50.0", "fifty,50.0");
  small.Replace("loan", "1200,", "-1200,");
  const Checked<Extract> extract = ReadExtract(small.directory());
  ASSERT_FALSE(extract.has_value());
  std::vector<std::string> places;
  for (const Error& issue : extract.error()) places.push_back(issue.place);
  EXPECT_THAT(places, testing::ElementsAre("berka_loan.csv:2", "berka_trans_1993_1994q1.csv:3",
                                           "berka_trans_1993_1994q1.csv:4"));
}

TEST(Extract, StopsAtItsLimitOfProblems) {
  const SmallExtract small;
  for (int i = 0; i < 500; ++i) small.Append("card", "x,1,classic,1993-03-15");
  const Checked<Extract> extract = ReadExtract(small.directory());
  ASSERT_FALSE(extract.has_value());
  EXPECT_EQ(extract.error().size(), kIssuesMax + 1);
  EXPECT_EQ(extract.error().back().code, ErrorCode::kLimit);
}

TEST(Extract, NamesTheTableThatIsNotThere) {
  const SmallExtract small;
  std::filesystem::remove(small.directory() / "berka_loan.csv");
  const Error issue = OnlyIssue(small);
  EXPECT_EQ(issue.code, ErrorCode::kNotFound);
  EXPECT_THAT(issue.place, HasSubstr("berka_loan.csv"));
}

TEST(Extract, WantsAtLeastOneTransaction) {
  const SmallExtract small;
  small.Write("trans_1993_1994q1",
              "trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account\n");
  EXPECT_THAT(OnlyIssue(small).message, HasSubstr("found no transaction"));
}

Transaction Row(std::int64_t id, const char* type, std::int64_t amount, std::int64_t balance) {
  const bool credit = std::string_view(type) == "credit";
  return {.id = id,
          .booking = FindBooking(type, credit ? "cash_deposit" : "cash_withdrawal", ""),
          .amount_minor = amount,
          .balance_minor = balance};
}

// A day of five rows, in each of its 120 orders: the one order that follows is found.
TEST(OrderByBalance, FindsTheOrderFromEveryStart) {
  std::vector<Transaction> day = {Row(0, "credit", 500, 1500), Row(1, "debit", 200, 1300),
                                  Row(2, "debit", 900, 400), Row(3, "credit", 500, 900),
                                  Row(4, "debit", 910, -10)};
  const auto by_id = [](const Transaction& a, const Transaction& b) { return a.id < b.id; };
  int orders = 0;
  do {
    std::vector<Transaction> shuffled = day;
    ASSERT_TRUE(OrderByBalance(1000, shuffled));
    EXPECT_EQ(Ids(shuffled), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
    ++orders;
  } while (std::next_permutation(day.begin(), day.end(), by_id));
  EXPECT_EQ(orders, 120);
}

TEST(OrderByBalance, AllowsOneTenthOfRoundingAndNoMore) {
  std::array day = {Row(1, "credit", 100, 1110)};
  EXPECT_TRUE(OrderByBalance(1000, day));
  day[0].balance_minor = 1090;
  EXPECT_TRUE(OrderByBalance(1000, day));
  day[0].balance_minor = 1111;
  EXPECT_FALSE(OrderByBalance(1000, day));
  day[0].balance_minor = 1089;
  EXPECT_FALSE(OrderByBalance(1000, day));
}

TEST(OrderByBalance, PrefersTheExactOrder) {
  // Within the tolerance 1 could go first; exactly, only 2 can.
  std::array day = {Row(1, "credit", 0, 10), Row(2, "credit", 10, 10)};
  ASSERT_TRUE(OrderByBalance(0, day));
  EXPECT_EQ(day[0].id, 2);
}

TEST(OrderByBalance, GivesUpOnALargeDayAndLeavesItAsItWas) {
  std::vector<Transaction> day;
  for (std::int64_t id = 0; id < 40; ++id) day.push_back(Row(id, "credit", 0, 0));
  day.back().balance_minor = 1'000'000;  // follows from nothing
  EXPECT_FALSE(OrderByBalance(0, day));
  for (std::int64_t id = 0; id < 40; ++id) EXPECT_EQ(day[static_cast<std::size_t>(id)].id, id);
}

}  // namespace
}  // namespace oxpecker::berka
