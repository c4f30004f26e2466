#include "examples/berka/account_facts.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/check.h"

namespace oxpecker::berka {
namespace {

constexpr std::int64_t kMonthsForMeans = 3;
constexpr std::int64_t kLowestBalanceDays = 90;

std::string AccountId(const Account& account) {
  return "berka-account-" + std::to_string(account.id);
}

// The rows that were known on the evening of `as_of`.
std::span<const Transaction> Known(const Account& account, Date as_of) {
  const auto end = std::ranges::upper_bound(account.transactions, as_of, {}, &Transaction::date);
  return {account.transactions.begin(), end};
}

// A month's mean, rounded down, of the rows that `counts` over the latest whole months.
template <class Counts>
std::int64_t MonthlyMean(std::span<const Transaction> rows, const Months& months,
                         const Counts& counts) {
  if (months.count == 0) return 0;
  std::int64_t sum_minor = 0;
  for (const Transaction& row : rows)
    if (months.Contains(row.date) && counts(*row.booking)) sum_minor += row.amount_minor;
  return sum_minor / months.count;
}

json::Object Sources(Date as_of) {
  const std::string at = EndOfDay(as_of).ToString();
  json::Object sources;
  for (const char* source : {"transactions", "balances", "consents", "products", "feedback", "crm"})
    sources.Set(source, at);
  return sources;
}

json::Object Customer(const Account& account, std::span<const Transaction> rows, Date as_of) {
  const Months months = LatestWholeMonths(account.opened, as_of, kMonthsForMeans);
  json::Object customer;
  customer.Set("id", "berka-client-" + std::to_string(account.owner_client_id));
  customer.Set("birth_year", account.owner_birth_year);
  customer.Set("residence", "CZ");
  customer.Set("timezone", "Europe/Prague");
  customer.Set("language", "cs");
  customer.Set("employment_status", "unknown");
  customer.Set("net_income_minor_month",
               MonthlyMean(rows, months, [](const Booking& b) { return b.income; }));
  customer.Set("essential_spend_minor_month",
               MonthlyMean(rows, months, [](const Booking& b) { return b.essential; }));
  customer.Set("currency", "CZK");
  return customer;
}

// The lowest balance that stood in the window: after each row in it, and the one that the window
// opened with. An account opened within the window had none to open with.
std::int64_t LowestBalance(std::span<const Transaction> rows, const Window& window) {
  std::int64_t lowest_minor = rows.back().balance_minor;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    lowest_minor = std::min(lowest_minor, row->balance_minor);
    if (!window.Contains(Noon(row->date))) break;
  }
  return lowest_minor;
}

json::Object CurrentAccount(const Account& account, std::span<const Transaction> rows, Date as_of) {
  json::Object current;
  current.Set("id", AccountId(account));
  current.Set("kind", "current");
  current.Set("currency", "CZK");
  current.Set("balance_minor", rows.empty() ? 0 : rows.back().balance_minor);
  if (!rows.empty())
    current.Set("min_balance_90d_minor",
                LowestBalance(rows, DaysBefore(EndOfDay(as_of), kLowestBalanceDays)));
  return current;
}

// What is still owed, as a negative balance: the amount granted less the loan payments booked
// since.
json::Object LoanAccount(const Loan& loan, std::span<const Transaction> rows) {
  std::int64_t owed_minor = loan.amount_minor;
  for (const Transaction& row : rows)
    if (row.booking->purpose == "LOAR" && row.date >= loan.granted) owed_minor -= row.amount_minor;
  json::Object object;
  object.Set("id", "berka-loan-" + std::to_string(loan.id));
  object.Set("kind", "loan");
  object.Set("currency", "CZK");
  object.Set("balance_minor", -owed_minor);
  return object;
}

json::Object CardAccount(const Card& card) {
  json::Object object;
  object.Set("id", "berka-card-" + std::to_string(card.id));
  object.Set("kind", "card");
  object.Set("currency", "CZK");
  object.Set("balance_minor", 0);
  return object;
}

json::Array Accounts(const Account& account, std::span<const Transaction> rows, Date as_of) {
  json::Array accounts;
  accounts.emplace_back(CurrentAccount(account, rows, as_of));
  for (const Loan& loan : account.loans)
    if (loan.granted <= as_of) accounts.emplace_back(LoanAccount(loan, rows));
  for (const Card& card : account.cards)
    if (card.issued <= as_of) accounts.emplace_back(CardAccount(card));
  return accounts;
}

json::Object TransactionFacts(const Account& account, const Transaction& row) {
  json::Object object;
  object.Set("id", "berka-trans-" + std::to_string(row.id));
  object.Set("account", AccountId(account));
  object.Set("booked_at", Noon(row.date).ToString());
  object.Set("amount_minor", row.amount_minor);
  object.Set("currency", "CZK");
  object.Set("dir", row.booking->direction);
  object.Set("kind", row.booking->kind);
  object.Set("counterparty", row.counterparty);
  if (!row.booking->purpose.empty()) object.Set("purpose", row.booking->purpose);
  if (!row.booking->fee_code.empty()) {
    object.Set("fee_code", row.booking->fee_code);
    object.Set("creditor", "bank");
  }
  return object;
}

// The schema wants these; the extract has nothing to say. Values that prefer nothing.
void SetNeutral(json::Object& facts) {
  facts.Set("preferences",
            json::Object()
                .Set("channels", json::Object())
                .Set("human_mode", "assisted")
                .Set("detail", "unset")
                .Set("friction", "standard")
                .Set("quiet_hours", json::Object().Set("from", "00:00").Set("to", "00:00")));
  facts.Set("digital", json::Object().Set("confidence", 3));
  facts.Set("advisers", json::Object()
                            .Set("primary", nullptr)
                            .Set("history", json::Array())
                            .Set("pool", json::Array()));
  facts.Set("tax_season", false);
}

}  // namespace

json::Value AccountFacts(const Account& account, Date as_of) {
  OXP_CHECK(account.opened <= as_of);
  const std::span<const Transaction> rows = Known(account, as_of);
  json::Object facts;
  facts.Set("schema", "oxpecker.facts/1");
  facts.Set("as_of", EndOfDay(as_of).ToString());
  facts.Set("sources", Sources(as_of));
  facts.Set("customer", Customer(account, rows, as_of));
  SetNeutral(facts);
  facts.Set("accounts", Accounts(account, rows, as_of));
  json::Array transactions;
  transactions.reserve(rows.size());
  for (const Transaction& row : rows) transactions.emplace_back(TransactionFacts(account, row));
  facts.Set("transactions", std::move(transactions));
  for (const char* absent :
       {"consents", "vulnerability", "autopay_creditors", "insurance", "feedback", "contacts",
        "goals", "life_events", "complaints", "signals", "model_scores", "documents_due"})
    facts.Set(absent, json::Array());
  return facts;
}

}  // namespace oxpecker::berka
