#include "examples/berka/booking.h"

#include <algorithm>
#include <array>

namespace oxpecker::berka {
namespace {

constexpr bool kIncome = true;
constexpr bool kEssential = true;

// Penalty interest is what this bank charges a customer for being late in covering the account:
// hence LATE, with the bank as creditor. That is a judgement, and the only one in this table.
constexpr std::array<Booking, 14> kBookings = {{
    {"credit", "cash_deposit", "", "CRDT", "cash", Counterparty::kCash, "", "", kIncome, false},
    {"credit", "transfer_in", "", "CRDT", "credit_transfer", Counterparty::kStated, "", "", kIncome,
     false},
    {"credit", "transfer_in", "pension", "CRDT", "credit_transfer", Counterparty::kStated, "PENS",
     "", kIncome, false},
    {"credit", "", "interest_credited", "CRDT", "interest", Counterparty::kBank, "", "", false,
     false},
    {"debit", "cash_withdrawal", "", "DBIT", "cash", Counterparty::kCash, "", "", false, false},
    {"debit_cash", "cash_withdrawal", "", "DBIT", "cash", Counterparty::kCash, "", "", false,
     false},
    {"debit", "cash_withdrawal", "household", "DBIT", "cash", Counterparty::kCash, "", "", false,
     kEssential},
    {"debit", "card_withdrawal", "", "DBIT", "card", Counterparty::kCash, "", "", false, false},
    {"debit", "transfer_out", "", "DBIT", "credit_transfer", Counterparty::kStated, "", "", false,
     kEssential},
    {"debit", "transfer_out", "household", "DBIT", "credit_transfer", Counterparty::kStated, "", "",
     false, kEssential},
    {"debit", "transfer_out", "insurance", "DBIT", "credit_transfer", Counterparty::kStated, "INSU",
     "", false, kEssential},
    {"debit", "transfer_out", "loan_payment", "DBIT", "credit_transfer", Counterparty::kStated,
     "LOAR", "", false, kEssential},
    {"debit", "cash_withdrawal", "statement_fee", "DBIT", "fee", Counterparty::kBank, "",
     "STATEMENT", false, false},
    {"debit", "cash_withdrawal", "sanction_interest", "DBIT", "fee", Counterparty::kBank, "",
     "LATE", false, false},
}};

}  // namespace

const Booking* FindBooking(std::string_view type, std::string_view operation,
                           std::string_view k_symbol) {
  const auto found = std::ranges::find_if(kBookings, [&](const Booking& booking) {
    return booking.type == type && booking.operation == operation && booking.k_symbol == k_symbol;
  });
  return found == kBookings.end() ? nullptr : &*found;
}

}  // namespace oxpecker::berka
