// examples/berka/extract.h - the tables of the extract, read and checked against each other.
//
// Read: account, client, disp, card, loan, trans. Not read: order (standing orders carry no date,
// so nobody can say which existed on a given day) and district (nothing in facts asks for it).
//
// Example:
//   OXP_TRY(Extract extract, ReadExtract("data/berka"));
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "examples/berka/booking.h"
#include "examples/berka/calendar.h"

namespace oxpecker::berka {

// All amounts are in hundredths of a koruna (haler); the extract states tenths.
struct Transaction {
  std::int64_t id = 0;
  std::size_t sequence = 0;  // in the table
  Date date;
  const Booking* booking = nullptr;  // never null once read; a constant of booking.cc
  std::int64_t amount_minor = 0;     // not negative
  std::int64_t balance_minor = 0;    // of the account, after this row
  std::string counterparty;
};

struct Loan {
  std::int64_t id = 0;
  Date granted;
  std::int64_t amount_minor = 0;
};

struct Card {
  std::int64_t id = 0;
  Date issued;
};

struct Account {
  std::int64_t id = 0;
  Date opened;
  std::int64_t owner_client_id = 0;
  std::int64_t owner_birth_year = 0;
  std::vector<Loan> loans;                // by id
  std::vector<Card> cards;                // the owner's, by id
  std::vector<Transaction> transactions;  // by date; within a day in the order of the balances
};

struct Extract {
  std::vector<Account> accounts;  // by id; also those opened after the last transaction
  Date first;                     // of the transactions
  Date last;
  std::size_t transaction_count = 0;
  // Days of an account whose stated balances do not follow from its rows: the order of the file was
  // kept there.
  std::size_t unchained_days = 0;
};

// What one extract may hold; with amounts below 10^9 koruna, every sum stays below 2^53.
inline constexpr std::size_t kTransactionsPerAccountMax = 50'000;
inline constexpr std::size_t kIssuesMax = 100;  // listed; then reading stops

// Every problem found, with file and line. The extract must hold at least one transaction, an owner
// for each account, and no client who owns two accounts (the owner is the subject of the facts).
Checked<Extract> ReadExtract(const std::filesystem::path& directory);

// Sorts the rows of one account's day so that each stated balance follows from the one before. The
// extract rounds to tenths of a koruna: a step may be off by one tenth. True if there is such an
// order (an exact one is preferred); false if not, or if finding it takes too many steps: then the
// rows stay as they were.
bool OrderByBalance(std::int64_t balance_before_minor, std::span<Transaction> day);

}  // namespace oxpecker::berka
