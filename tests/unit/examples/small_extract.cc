#include "tests/unit/examples/small_extract.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace oxpecker::berka {

// Account 7: opened on 1993-01-10, owner 70, a loan, a card of the owner and one of a disponent.
// Account 8: opened on 1993-03-01, owner 80. The rows of 1993-03-31 stand out of order.
SmallExtract::SmallExtract() {
  static int count = 0;
  directory_ = std::filesystem::path(testing::TempDir()) /
               ("berka_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
  std::filesystem::create_directories(directory_);
  Write("account",
        "account_id,district_id,frequency,date\n8,1,monthly,1993-03-01\n"
        "7,1,monthly,1993-01-10\n9,1,monthly,1995-01-01\n");
  Write("client",
        "client_id,gender,birth_date,district_id\n70,F,1930-05-06,1\n"
        "71,M,1960-01-01,1\n80,M,1969-12-31,1\n90,M,1971-01-01,1\n");
  Write("disp",
        "disp_id,client_id,account_id,type\n1,70,7,OWNER\n2,71,7,DISPONENT\n"
        "3,80,8,OWNER\n4,90,9,OWNER\n");
  Write("card", "card_id,disp_id,type,issued\n501,1,classic,1993-03-15\n502,2,gold,1993-01-20\n");
  Write("loan",
        "loan_id,account_id,date,amount,duration,payments,status\n"
        "601,7,1993-03-02,1200,12,100.0,B\n602,8,1997-01-01,999,12,100.0,D\n");
  Write("trans_1993_1994q1",
        "trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account\n"
        "1,7,1993-01-10,credit,cash_deposit,1000.0,1000.0,,,\n"
        "2,7,1993-02-05,credit,transfer_in,300.5,1300.5,pension,AB,111\n"
        "3,8,1993-03-01,credit,cash_deposit,50.0,50.0,,,\n"
        "4,7,1993-03-05,debit,transfer_out,100.0,1200.5,loan_payment,CD,222\n"
        "5,7,1993-03-31,debit,cash_withdrawal,14.6,-29.0,statement_fee,,\n"
        "6,7,1993-03-31,debit,cash_withdrawal,1214.9,-14.4,household,,0\n"
        "7,7,1993-04-30,debit,cash_withdrawal,0.3,-29.3,sanction_interest,,\n");
}

SmallExtract::~SmallExtract() { std::filesystem::remove_all(directory_); }

std::filesystem::path SmallExtract::File(const std::string& table) const {
  return directory_ / ("berka_" + table + ".csv");
}

void SmallExtract::Write(const std::string& table, const std::string& text) const {
  std::ofstream(File(table), std::ios::binary) << text;
}

void SmallExtract::Append(const std::string& table, const std::string& line) const {
  std::ofstream(File(table), std::ios::binary | std::ios::app) << line << '\n';
}

void SmallExtract::Replace(const std::string& table, const std::string& from,
                           const std::string& to) const {
  std::ifstream file(File(table), std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t at = text.find(from);
  ASSERT_NE(at, text.npos) << from;
  Write(table, text.replace(at, from.size(), to));
}

}  // namespace oxpecker::berka
