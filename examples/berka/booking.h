// examples/berka/booking.h - what a row of the transaction table means in facts.
//
// The extract describes a booking by three codes. Every combination that occurs is mapped, one by
// one; any other is refused, not guessed. docs/berka.md shows the same table with the reasons.
#pragma once

#include <string_view>

namespace oxpecker::berka {

enum class Counterparty { kCash, kBank, kStated };  // kStated: the columns bank and account

struct Booking {
  std::string_view type;  // the extract's codes
  std::string_view operation;
  std::string_view k_symbol;
  std::string_view direction;  // CRDT | DBIT
  std::string_view kind;       // of the facts schema
  Counterparty counterparty;
  std::string_view purpose;   // ISO 20022 purpose code; empty: absent
  std::string_view fee_code;  // empty: absent
  bool income;                // counts into the derived income
  bool essential;             // counts into the derived essential spend

  bool is_credit() const { return direction == "CRDT"; }
};

// The booking of these codes; nothing for a combination that is not mapped. Points into a constant.
const Booking* FindBooking(std::string_view type, std::string_view operation,
                           std::string_view k_symbol);

}  // namespace oxpecker::berka
