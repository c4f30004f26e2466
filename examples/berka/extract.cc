#include "examples/berka/extract.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "examples/berka/csv.h"
#include "examples/berka/field_reader.h"

namespace oxpecker::berka {
namespace {

// Orders of one day that are tried before giving up; a day has 7 rows at most in the real extract.
constexpr int kOrderStepsMax = 20'000;
constexpr std::int64_t kRoundingMinor = 10;  // one tenth of a koruna, the unit of the extract

std::int64_t SignedAmount(const Transaction& transaction) {
  return transaction.booking->is_credit() ? transaction.amount_minor : -transaction.amount_minor;
}

// Depth first over the orders of `rest`; leaves it in the first order that follows, or as it was.
bool FollowBalance(std::int64_t before, std::span<Transaction> rest, std::int64_t tolerance_minor,
                   int& steps_left) {
  if (rest.empty()) return true;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (--steps_left < 0) return false;
    const std::int64_t gap = before + SignedAmount(rest[i]) - rest[i].balance_minor;
    if (gap < -tolerance_minor || gap > tolerance_minor) continue;
    const auto chosen = rest.begin() + static_cast<std::ptrdiff_t>(i);
    std::rotate(rest.begin(), chosen, chosen + 1);
    if (FollowBalance(rest[0].balance_minor, rest.subspan(1), tolerance_minor, steps_left))
      return true;
    std::rotate(rest.begin(), rest.begin() + 1, chosen + 1);
  }
  return false;
}

// Reads the tables one after the other; each needs those before it.
class ExtractReader {
 public:
  explicit ExtractReader(const std::filesystem::path& directory) : directory_(directory) {}

  Checked<Extract> Read() {
    ReadAccounts();
    ReadClients();
    ReadDispositions();
    ReadCards();
    ReadLoans();
    ReadTransactions();
    CheckWhole();
    if (!issues_.empty()) return std::unexpected(std::move(issues_));
    return Assemble();
  }

 private:
  // Calls `read_row(FieldReader&)` for each row of a table until there are too many problems.
  template <class ReadRow>
  void ReadTable(const char* name, std::vector<std::string> columns, const ReadRow& read_row) {
    if (full()) return;
    Result<CsvReader> opened = CsvReader::Open(directory_ / name, std::move(columns));
    if (!opened) {
      issues_.push_back(std::move(opened).error());
      return;
    }
    CsvReader reader = *std::move(opened);
    while (!full()) {
      const Result<bool> more = reader.Next();
      if (!more) {
        issues_.push_back(more.error());
        // A row of the wrong width leaves the next one readable; a broken file does not.
        if (more.error().code == ErrorCode::kUnavailable) return;
        continue;
      }
      if (!*more) return;
      FieldReader fields(reader, issues_);
      read_row(fields, reader);
    }
    issues_.push_back({ErrorCode::kLimit, reader.place(),
                       "reading stops here: " + std::to_string(kIssuesMax) + " problems are listed",
                       ""});
  }

  bool full() const { return issues_.size() >= kIssuesMax; }

  void ReadAccounts() {
    ReadTable("berka_account.csv", {"account_id", "date"},
              [&](FieldReader& fields, const CsvReader&) {
                Account account;
                account.id = fields.Id(0);
                account.opened = fields.Day(1);
                if (!fields.ok()) return;
                const std::int64_t id = account.id;
                if (!accounts_.emplace(id, std::move(account)).second)
                  fields.Refuse(0, "an account that stands above", "each account once");
              });
  }

  void ReadClients() {
    ReadTable("berka_client.csv", {"client_id", "birth_date"},
              [&](FieldReader& fields, const CsvReader&) {
                const std::int64_t id = fields.Id(0);
                const Date birth = fields.Day(1);
                if (fields.ok() && !birth_years_.emplace(id, Year(birth)).second)
                  fields.Refuse(0, "a client who stands above", "each client once");
              });
  }

  void ReadDispositions() {
    ReadTable("berka_disp.csv", {"disp_id", "client_id", "account_id", "type"},
              [&](FieldReader& fields, const CsvReader& reader) {
                const std::int64_t id = fields.Id(0);
                const std::int64_t client = fields.Id(1);
                Account* const account = FindAccount(fields, 2);
                const bool owner = reader.field(3) == "OWNER";
                if (!owner && reader.field(3) != "DISPONENT")
                  fields.Refuse(3, "another word", "OWNER or DISPONENT");
                if (fields.ok() && owner) SetOwner(fields, id, client, *account);
              });
  }

  void SetOwner(FieldReader& fields, std::int64_t disposition, std::int64_t client,
                Account& account) {
    const auto birth_year = birth_years_.find(client);
    if (birth_year == birth_years_.end())
      return fields.Refuse(1, "a client who is not in berka_client.csv", "one who is");
    if (!owners_.insert(client).second)
      return fields.Refuse(1, "a client who owns another account", "one account an owner");
    if (account.owner_client_id != 0)
      return fields.Refuse(2, "a second owner of an account", "one owner an account");
    account.owner_client_id = client;
    account.owner_birth_year = birth_year->second;
    owned_by_disposition_[disposition] = &account;
  }

  // A card of somebody else who may use the account is no card of the owner: passed over.
  void ReadCards() {
    ReadTable("berka_card.csv", {"card_id", "disp_id", "issued"},
              [&](FieldReader& fields, const CsvReader&) {
                const Card card{.id = fields.Id(0), .issued = fields.Day(2)};
                const auto account = owned_by_disposition_.find(fields.Id(1));
                if (fields.ok() && account != owned_by_disposition_.end())
                  account->second->cards.push_back(card);
              });
  }

  // The column status says how the loan had gone by 1998; on the day of the facts nobody knew.
  void ReadLoans() {
    ReadTable("berka_loan.csv", {"loan_id", "account_id", "date", "amount"},
              [&](FieldReader& fields, const CsvReader&) {
                const Loan loan{.id = fields.Id(0),
                                .granted = fields.Day(2),
                                .amount_minor = fields.AmountMinor(3)};
                Account* const account = FindAccount(fields, 1);
                if (fields.ok()) account->loans.push_back(loan);
              });
  }

  void ReadTransactions() {
    ReadTable("berka_trans_1993_1994q1.csv",
              {"trans_id", "account_id", "date", "type", "operation", "amount", "balance",
               "k_symbol", "bank", "account"},
              [&](FieldReader& fields, const CsvReader& reader) {
                Transaction row;
                row.id = fields.Id(0);
                Account* const account = FindAccount(fields, 1);
                row.date = fields.Day(2);
                row.amount_minor = fields.AmountMinor(5);
                row.balance_minor = fields.BalanceMinor(6);
                row.booking = FindBooking(reader.field(3), reader.field(4), reader.field(7));
                if (row.booking == nullptr)
                  fields.Refuse(3,
                                "a combination of type, operation and k_symbol without a mapping",
                                "one of those in docs/berka.md");
                else
                  row.counterparty = CounterpartyOf(fields, *row.booking);
                if (fields.ok()) AddTransaction(fields, *account, std::move(row));
              });
  }

  static std::string CounterpartyOf(FieldReader& fields, const Booking& booking) {
    switch (booking.counterparty) {
      case Counterparty::kCash:
        return "cash";
      case Counterparty::kBank:
        return "bank";
      case Counterparty::kStated:
        break;
    }
    return fields.Code(8) + "-" + fields.Code(9);
  }

  void AddTransaction(FieldReader& fields, Account& account, Transaction row) {
    if (!transaction_ids_.insert(row.id).second)
      return fields.Refuse(0, "a transaction that stands above", "each transaction once");
    if (row.date < account.opened)
      return fields.Refuse(2, "a day before the account was opened", "that day or a later one");
    if (account.transactions.size() == kTransactionsPerAccountMax)
      return fields.Refuse(1, "an account with more transactions",
                           "at most " + std::to_string(kTransactionsPerAccountMax));
    row.sequence = transaction_ids_.size();
    account.transactions.push_back(std::move(row));
  }

  // Null, with an issue, where the field names no account.
  Account* FindAccount(FieldReader& fields, std::size_t index) {
    const bool was_ok = fields.ok();
    const auto found = accounts_.find(fields.Id(index));
    if (found != accounts_.end()) return &found->second;
    if (was_ok == fields.ok())
      fields.Refuse(index, "an account that is not in berka_account.csv", "one that is");
    return nullptr;
  }

  void CheckWhole() {
    if (!issues_.empty()) return;  // what is missing would follow from them
    std::size_t without_owner = 0;
    for (const auto& [id, account] : accounts_) without_owner += account.owner_client_id == 0;
    if (without_owner > 0)
      issues_.push_back({ErrorCode::kInvalidInput, "berka_disp.csv",
                         std::to_string(without_owner) + " accounts have no row of type OWNER",
                         ""});
    if (transaction_ids_.empty())
      issues_.push_back({ErrorCode::kInvalidInput, "berka_trans_1993_1994q1.csv",
                         "found no transaction, expected at least one", ""});
  }

  Extract Assemble() {
    Extract extract;
    extract.transaction_count = transaction_ids_.size();
    bool any = false;
    for (auto& [id, account] : accounts_) {
      std::ranges::sort(account.loans, {}, &Loan::id);
      std::ranges::sort(account.cards, {}, &Card::id);
      extract.unchained_days += OrderTransactions(account.transactions);
      if (!account.transactions.empty()) {
        const Date first = account.transactions.front().date;
        const Date last = account.transactions.back().date;
        extract.first = any ? std::min(extract.first, first) : first;
        extract.last = any ? std::max(extract.last, last) : last;
        any = true;
      }
      extract.accounts.push_back(std::move(account));
    }
    return extract;
  }

  // Gives the number of days without an order that follows.
  static std::size_t OrderTransactions(std::vector<Transaction>& rows) {
    std::ranges::sort(rows, [](const Transaction& a, const Transaction& b) {
      return std::pair(a.date, a.sequence) < std::pair(b.date, b.sequence);
    });
    std::size_t unchained = 0;
    std::int64_t balance_minor = 0;  // an account is opened empty
    for (std::size_t begin = 0; begin < rows.size();) {
      std::size_t end = begin + 1;
      while (end < rows.size() && rows[end].date == rows[begin].date) ++end;
      const std::span day = std::span(rows).subspan(begin, end - begin);
      if (!OrderByBalance(balance_minor, day)) ++unchained;
      balance_minor = day.back().balance_minor;
      begin = end;
    }
    return unchained;
  }

  const std::filesystem::path& directory_;
  Issues issues_;
  std::map<std::int64_t, Account> accounts_;
  std::map<std::int64_t, std::int64_t> birth_years_;  // by client
  std::map<std::int64_t, Account*> owned_by_disposition_;
  std::set<std::int64_t> owners_;
  std::set<std::int64_t> transaction_ids_;
};

}  // namespace

bool OrderByBalance(std::int64_t balance_before_minor, std::span<Transaction> day) {
  for (const std::int64_t tolerance_minor : {std::int64_t{0}, kRoundingMinor}) {
    int steps_left = kOrderStepsMax;
    if (FollowBalance(balance_before_minor, day, tolerance_minor, steps_left)) return true;
  }
  return false;
}

Checked<Extract> ReadExtract(const std::filesystem::path& directory) {
  return ExtractReader(directory).Read();
}

}  // namespace oxpecker::berka
