#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/json/value.h"
#include "examples/berka/account_facts.h"
#include "tests/unit/examples/small_extract.h"

namespace oxpecker::berka {
namespace {

constexpr const char* kAsOf = "1993-03-31";

Extract ReadSmall(const SmallExtract& small) {
  Checked<Extract> extract = ReadExtract(small.directory());
  if (extract.has_value()) return *std::move(extract);
  ADD_FAILURE() << ToString(extract.error());
  return {};
}

std::string FactsLine(const SmallExtract& small, std::size_t account, const char* as_of) {
  return json::Canonical(
      AccountFacts(ReadSmall(small).accounts.at(account), ParseDate(as_of).value()));
}

const json::Value& At(const json::Value& object, std::string_view key) {
  const json::Value* member = object.object()->Find(key);
  EXPECT_NE(member, nullptr) << key;
  static const json::Value null;
  return member == nullptr ? null : *member;
}

std::int64_t Integer(const json::Value& object, std::string_view key) {
  return *At(object, key).integer();
}

json::Value Facts(const SmallExtract& small, std::size_t account, const char* as_of) {
  return AccountFacts(ReadSmall(small).accounts.at(account), ParseDate(as_of).value());
}

TEST(BerkaFacts, WholeDocumentByteForByte) {
  const SmallExtract small;
  EXPECT_EQ(
      FactsLine(small, 1, kAsOf),
      R"({"accounts":[{"balance_minor":5000,"currency":"CZK","id":"berka-account-8",)"
      R"("kind":"current","min_balance_90d_minor":5000}],"advisers":{"history":[],"pool":[],)"
      R"("primary":null},)"
      R"("as_of":"1993-03-31T23:59:59Z","autopay_creditors":[],"complaints":[],"consents":[],)"
      R"("contacts":[],"customer":{"birth_year":1969,"currency":"CZK",)"
      R"("employment_status":"unknown","essential_spend_minor_month":0,"id":"berka-client-80",)"
      R"("language":"cs","net_income_minor_month":5000,"residence":"CZ",)"
      R"("timezone":"Europe/Prague"},"digital":{"confidence":3},"documents_due":[],"feedback":[],)"
      R"("goals":[],"insurance":[],"life_events":[],"model_scores":[],"preferences":{)"
      R"("channels":{},"detail":"unset","friction":"standard","human_mode":"assisted",)"
      R"("quiet_hours":{"from":"00:00","to":"00:00"}},"schema":"oxpecker.facts/1","signals":[],)"
      R"("sources":{"balances":"1993-03-31T23:59:59Z","consents":"1993-03-31T23:59:59Z",)"
      R"("crm":"1993-03-31T23:59:59Z","feedback":"1993-03-31T23:59:59Z",)"
      R"("products":"1993-03-31T23:59:59Z","transactions":"1993-03-31T23:59:59Z"},)"
      R"("tax_season":false,"transactions":[{"account":"berka-account-8","amount_minor":5000,)"
      R"("booked_at":"1993-03-01T12:00:00Z","counterparty":"cash","currency":"CZK","dir":"CRDT",)"
      R"("id":"berka-trans-3","kind":"cash"}],"vulnerability":[]})");
}

TEST(BerkaFacts, BalancesLoanAndCard) {
  const SmallExtract small;
  const json::Value facts = Facts(small, 0, kAsOf);
  const json::Array& accounts = *At(facts, "accounts").array();
  ASSERT_EQ(accounts.size(), 3U);
  EXPECT_EQ(Integer(accounts[0], "balance_minor"), -2'900);  // by the balances, not the file
  EXPECT_EQ(Integer(accounts[0], "min_balance_90d_minor"), -2'900);
  EXPECT_EQ(*At(accounts[1], "kind").string(), "loan");
  EXPECT_EQ(Integer(accounts[1], "balance_minor"), -(120'000 - 10'000));
  EXPECT_EQ(*At(accounts[2], "id").string(), "berka-card-501");
}

TEST(BerkaFacts, DerivedMeansCountWholeMonthsOnly) {
  const SmallExtract small;
  const json::Value facts = Facts(small, 0, kAsOf);
  // February and March: the account was opened within January.
  EXPECT_EQ(Integer(At(facts, "customer"), "net_income_minor_month"), 30'050 / 2);
  EXPECT_EQ(Integer(At(facts, "customer"), "essential_spend_minor_month"), (10'000 + 121'490) / 2);
  const json::Value day_before = Facts(small, 0, "1993-03-30");
  EXPECT_EQ(Integer(At(day_before, "customer"), "net_income_minor_month"), 30'050);
  EXPECT_EQ(Integer(At(day_before, "customer"), "essential_spend_minor_month"), 0);
  const json::Value opening = Facts(small, 0, "1993-01-31");
  EXPECT_EQ(Integer(At(opening, "customer"), "net_income_minor_month"), 0);
}

TEST(BerkaFacts, FeesAndPensionCarryTheirCodes) {
  const SmallExtract small;
  const json::Value facts = Facts(small, 0, "1993-04-30");
  const json::Array& rows = *At(facts, "transactions").array();
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(*At(rows[1], "purpose").string(), "PENS");
  EXPECT_EQ(*At(rows[1], "counterparty").string(), "AB-111");
  EXPECT_EQ(*At(rows[4], "fee_code").string(), "STATEMENT");
  EXPECT_EQ(*At(rows[5], "fee_code").string(), "LATE");
  EXPECT_EQ(*At(rows[5], "creditor").string(), "bank");
  EXPECT_EQ(rows[0].object()->Find("purpose"), nullptr);
  EXPECT_EQ(rows[0].object()->Find("fee_code"), nullptr);
}

// The lowest balance of 90 days: the balance that the window opened with counts, one before not.
TEST(BerkaFacts, LowestBalanceIsOfNinetyDays) {
  const SmallExtract small;
  const char* const header =
      "trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account\n";
  small.Write("trans_1993_1994q1", std::string(header) +
                                       "1,7,1993-01-10,credit,cash_deposit,10.0,10.0,,,\n"
                                       "2,7,1993-02-01,credit,cash_deposit,20.0,30.0,,,\n"
                                       "3,7,1993-03-01,credit,cash_deposit,20.0,50.0,,,\n");
  const auto lowest = [&](const char* as_of) {
    const json::Value facts = Facts(small, 0, as_of);
    return Integer(At(facts, "accounts").array()->at(0), "min_balance_90d_minor");
  };
  EXPECT_EQ(lowest("1993-03-31"), 1'000);
  EXPECT_EQ(lowest("1993-05-01"), 1'000);  // 90 days: the window's first row is that of 1 February
  EXPECT_EQ(lowest("1993-05-02"), 3'000);  // that row is the opening balance now
  EXPECT_EQ(lowest("1993-05-29"), 3'000);
  EXPECT_EQ(lowest("1993-05-30"), 5'000);
}

// Whatever is booked, granted or issued later leaves the document of an earlier day as it was.
TEST(BerkaFacts, NothingLaterLeaksIn) {
  const SmallExtract small;
  const std::string before = FactsLine(small, 0, kAsOf);
  small.Append("trans_1993_1994q1", "90,7,1993-04-01,credit,transfer_in,9000.0,8971.0,,AB,111");
  small.Append("trans_1993_1994q1",
               "91,7,1993-04-02,debit,transfer_out,99.0,8872.0,loan_payment,C,2");
  small.Append("loan", "603,7,1993-04-01,5000,12,100.0,A");
  small.Append("card", "503,1,gold,1993-04-01");
  EXPECT_EQ(FactsLine(small, 0, kAsOf), before);
  EXPECT_NE(FactsLine(small, 0, "1993-04-01"), before);
}

// How a loan went is known since 1998 only.
TEST(BerkaFacts, TheStatusOfALoanIsNotUsed) {
  const SmallExtract small;
  const std::string before = FactsLine(small, 0, kAsOf);
  small.Replace("loan", "100.0,B", "100.0,D");
  EXPECT_EQ(FactsLine(small, 0, kAsOf), before);
}

TEST(BerkaFacts, AnAccountWithoutTransactionsIsEmpty) {
  const SmallExtract small;
  const json::Value facts = Facts(small, 2, "1995-01-01");
  const json::Value& current = At(facts, "accounts").array()->at(0);
  EXPECT_EQ(Integer(current, "balance_minor"), 0);
  EXPECT_EQ(current.object()->Find("min_balance_90d_minor"), nullptr);
  EXPECT_TRUE(At(facts, "transactions").array()->empty());
}

// The real extract, where it lies beside the repository.
TEST(BerkaFacts, RealExtractAtEveryMonthEnd) {
  const std::filesystem::path directory =
      std::filesystem::path(OXPECKER_SOURCE_DIR) / ".." / "shared" / "data" / "berka";
  if (!std::filesystem::exists(directory))
    GTEST_SKIP() << "the Berka extract is not beside the repository: ../shared/data/berka";
  const Checked<Extract> extract = ReadExtract(directory);
  ASSERT_TRUE(extract.has_value()) << ToString(extract.error());
  EXPECT_EQ(extract->transaction_count, 49'102U);
  EXPECT_EQ(extract->unchained_days, 28U);
  std::map<std::string, int> documents;
  std::set<std::int64_t> late_accounts;
  for (const Account& account : extract->accounts) {
    for (const Transaction& row : account.transactions)
      if (row.booking->fee_code == "LATE") late_accounts.insert(account.id);
    for (const Date end : MonthEnds(extract->first, extract->last))
      if (account.opened <= end) ++documents[ToString(end)];
  }
  EXPECT_EQ(documents.size(), 15U);
  EXPECT_EQ(documents["1993-01-31"], 96);
  EXPECT_EQ(documents["1993-12-31"], 1'139);
  EXPECT_EQ(documents["1994-03-31"], 1'229);
  EXPECT_EQ(late_accounts.size(), 23U);
}

}  // namespace
}  // namespace oxpecker::berka
