#include "rules/feel/nearest_change.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "rules/feel/temporal.h"

namespace oxpecker::feel {
namespace {

// "5" where it is enough, "above 5" or "below 5" where it is not; "none".
std::string Nearest(const std::string& text, const std::vector<Value>& values, std::uint32_t input,
                    Truth wanted = Truth::kTrue) {
  Scope scope;
  for (const char* name : {"a", "b"}) scope.Add(name, Type::Any());
  const Program program = *Compile(text, scope, {});
  Evaluator evaluator{Limits{}};
  const auto change = NearestChange(program, scope, values, input, wanted, evaluator);
  if (!change) return "none";
  const char* words = change->is_reached ? "" : change->is_upward ? "above " : "below ";
  return words + ToDisplayText(change->bound);
}

Value N(std::string_view text) { return Value::Number(*Decimal::Parse(text)); }

TEST(NearestChange, OfComparisonsWithConstants) {
  EXPECT_EQ(Nearest("a >= 650", {N("612"), {}}, 0), "650");
  EXPECT_EQ(Nearest("a > 650", {N("612"), {}}, 0), "above 650");
  EXPECT_EQ(Nearest("a > 650", {N("650"), {}}, 0), "above 650");
  EXPECT_EQ(Nearest("a < 650", {N("650"), {}}, 0), "below 650");
  EXPECT_EQ(Nearest("a >= 650", {N("700"), {}}, 0, Truth::kFalse), "below 650");
  EXPECT_EQ(Nearest("a in [10..20) or a = 40", {N("25"), {}}, 0), "below 20");
  EXPECT_EQ(Nearest("a in [10..20) or a = 40", {N("35"), {}}, 0), "40");
  EXPECT_EQ(Nearest("not(a in (1, 2, 3))", {N("2"), {}}, 0), "above 2");
  EXPECT_EQ(Nearest("a > 5 and a < 3", {N("4"), {}}, 0), "none");
  EXPECT_EQ(Nearest("a < date(\"2026-03-16\")", {*ParseDate("2026-03-20"), {}}, 0), "below 2026-03-16");
}

TEST(NearestChange, OfSidesThatAreLinearInTheFact) {
  EXPECT_EQ(Nearest("a * 3 >= b", {N("30000"), N("100000")}, 0),
            "above 33333.33333333333333333333333333333");
  EXPECT_EQ(Nearest("a * 4 >= b", {N("10"), N("100")}, 0), "25");
  EXPECT_EQ(Nearest("a * 4 >= b", {N("10"), N("100")}, 1), "40");
  EXPECT_EQ(Nearest("(a - 5) / 2 + b < 3 - a", {N("7"), N("1")}, 0), "below 3");
  EXPECT_EQ(Nearest("-a > b", {N("2"), N("-1")}, 0), "below 1");
}

TEST(NearestChange, SaysNothingWhereItWouldGuess) {
  EXPECT_EQ(Nearest("a * a > b", {N("2"), N("9")}, 0), "none");
  EXPECT_EQ(Nearest("10 / a > b", {N("10"), N("9")}, 0), "none");
  EXPECT_EQ(Nearest("floor(a) > b", {N("2"), N("9")}, 0), "none");
  EXPECT_EQ(Nearest("a > b", {Value::String("x"), Value::String("y")}, 0), "none");
  EXPECT_EQ(Nearest("a - a > b", {N("2"), N("9")}, 0), "none");
}

// --- facts by paths, through features, of tables ---

class NearestChangeOfPaths : public testing::Test {
 protected:
  NearestChangeOfPaths() {
    const Type account = Type::Context({{"kind", Type::String(), false}, {"balance", Type::Number(), false}});
    account_ = account;
    customer_ = Type::Context({{"age", Type::Number(), false}, {"income", Type::Number(), false}, {"since", Type::Date(), false},
                               {"partner", Type::Context({{"age", Type::Number(), false}}), false}});
    scope_.Add("customer", customer_);
    scope_.Add("accounts", Type::List(account));
    scope_.Add("as_of", Type::DateTime());
    scope_.Add("amount", Type::Number());
    const std::array<Value, 4> customer = {Value::Integer(17), Value::Integer(3000), *ParseDate("2026-03-01"), Value()};
    const std::array<Value, 2> first = {Value::String("current"), Value::Integer(100)};
    const std::array<Value, 2> second = {Value::String("savings"), Value::Integer(500)};
    const std::array<Value, 2> accounts = {CopyInto(Value::Context(account_.shape(), first.data()), arena_),
                                           CopyInto(Value::Context(account_.shape(), second.data()), arena_)};
    inputs_ = {CopyInto(Value::Context(customer_.shape(), customer.data()), arena_), CopyInto(Value::List(accounts), arena_),
               *ParseDateTime("2026-03-16T12:00:00Z"), Value::Integer(1000)};
  }

  void Define(const std::string& name, const std::string& expression) {
    programs_.push_back(std::make_unique<Program>(*Compile(expression, scope_, {})));
    inputs_.push_back(evaluator_.Evaluate(*programs_.back(), inputs_, {}));
    derived_.push_back({static_cast<std::uint32_t>(scope_.variables().size()), programs_.back().get(), {}});
    scope_.Add(name, programs_.back()->type());
  }
  // Of a list's rows, such as a window: no expression.
  void DefineByRows(const std::string& name, std::vector<std::uint32_t> reads) {
    inputs_.push_back(Value::Integer(2));
    derived_.push_back({static_cast<std::uint32_t>(scope_.variables().size()), nullptr, std::move(reads)});
    scope_.Add(name, Type::Number());
  }
  Situation Now() const { return {scope_, inputs_, derived_, nullptr, {}, domain_}; }
  std::string Why(const std::string& text, const std::string& fact) {
    std::string why;
    const auto program = Compile(text, scope_, {});
    EXPECT_TRUE(program.has_value()) << text;
    NearestChange(*program, Now(), *FactPathOf(fact, scope_), Truth::kTrue, evaluator_, &why);
    return why;
  }

  // The change, once it is sure that it is one: at the bound, just under and just over.
  std::string Nearest(const std::string& text, const std::string& fact, Truth wanted = Truth::kTrue) {
    const auto program = Compile(text, scope_, {});
    EXPECT_TRUE(program.has_value()) << ToString(program.error());
    const FactPath path = *FactPathOf(fact, scope_);
    const auto change = NearestChange(*program, Now(), path, wanted, evaluator_);
    if (!change) return "none";
    const char* words = change->is_reached ? "" : change->is_upward ? "above " : "below ";
    return words + ToDisplayText(change->bound);
  }

  Type account_ = Type::Any();
  Type customer_ = Type::Any();
  Scope scope_;
  Arena arena_;
  Evaluator evaluator_{Limits{}};
  std::vector<Value> inputs_;
  std::vector<std::unique_ptr<Program>> programs_;
  std::vector<DerivedInput> derived_;
  NumberDomain domain_;
};

TEST_F(NearestChangeOfPaths, PartsOfContextsAndLists) {
  EXPECT_EQ(Nearest("customer.age >= 18", "customer.age"), "18");
  EXPECT_EQ(Nearest("customer.age > 18 and customer.income > 5", "customer.age"), "above 18");
  EXPECT_EQ(Nearest("customer.partner.age != null or customer.age >= 18", "customer.age"), "18") << "there is no partner";
  EXPECT_EQ(Nearest("customer.income * 2 >= amount * 10", "customer.income"), "5000");
  EXPECT_EQ(Nearest("customer.income * 2 >= amount * 10", "amount"), "600");
  EXPECT_EQ(Nearest("accounts[1].balance > 250", "accounts[1].balance"), "above 250");
  EXPECT_EQ(Nearest("accounts[1].balance > accounts[2].balance", "accounts[2].balance"), "below 100");
  EXPECT_EQ(Nearest("accounts[-1].balance > 800", "accounts[2].balance"), "above 800");
  EXPECT_EQ(Nearest("accounts[2].balance > 800", "accounts[-1].balance"), "above 800");
  EXPECT_EQ(Nearest("accounts[1].balance < 50 and accounts[2].kind = \"savings\"", "accounts[1].balance"), "below 50");
  EXPECT_EQ(Nearest("accounts[1].balance > 250", "accounts[2].balance"), "none") << "it has no say";
  EXPECT_EQ(Nearest("accounts[1].balance > 250", "accounts[7].balance"), "none") << "there is no such account";
  EXPECT_EQ(Nearest("sum(accounts.balance) > 250", "accounts[2].balance", Truth::kFalse), "none") << "not a line of one part";
  EXPECT_EQ(Nearest("accounts[balance > 50][1].kind = \"x\"", "accounts[1].balance"), "none");
}

TEST_F(NearestChangeOfPaths, PiecesOfLines) {
  EXPECT_EQ(Nearest("max(amount, customer.income) > 4000", "amount"), "above 4000");
  EXPECT_EQ(Nearest("min(amount, customer.income) > 2500", "amount"), "above 2500");
  EXPECT_EQ(Nearest("min(amount, customer.income) > 3500", "amount"), "none");
  EXPECT_EQ(Nearest("abs(amount - 500) < 100", "amount"), "below 600");
  EXPECT_EQ(Nearest("abs(amount - 500) > 700", "amount"), "above 1200");
  EXPECT_EQ(Nearest("amount between 1500 and 2000", "amount"), "1500");
  EXPECT_EQ(Nearest("amount in [200..600)", "amount"), "below 600");
  EXPECT_EQ(Nearest("amount in (> 5000, 1200, [3..4])", "amount"), "1200");
  EXPECT_EQ(Nearest("(if amount > 2000 then amount * 2 else amount) > 3000", "amount"), "above 2000");
  EXPECT_EQ(Nearest("not(amount < 2000) or customer.age > 90", "amount"), "2000");
  EXPECT_EQ(Nearest("(if customer.age > 3 then amount else null) > 3000", "amount"), "above 3000");
  EXPECT_EQ(Nearest("amount != null and amount > 3000", "amount"), "above 3000");
  EXPECT_EQ(Nearest("amount * amount > 5", "amount", Truth::kFalse), "none");
}

TEST_F(NearestChangeOfPaths, DatesAndTheirDifferences) {
  EXPECT_EQ(Nearest("customer.since < date(\"2026-01-10\")", "customer.since"), "below 2026-01-10");
  EXPECT_EQ(Nearest("(date(as_of) - customer.since) / duration(\"P1D\") >= 90", "customer.since"), "2025-12-16");
  EXPECT_EQ(Nearest("(as_of - customer.since) / duration(\"P1D\") > 90", "customer.since"), "2025-12-16") << "half a day more";
  EXPECT_EQ(Nearest("date(as_of) - customer.since > duration(\"P20D\")", "customer.since"), "below 2026-02-24");
}

TEST_F(NearestChangeOfPaths, ThroughWhatIsComputedFromIt) {
  Define("left", "customer.income - 400");
  Define("months", "amount / left");
  Define("enough", "left >= 5000");
  Define("rounded", "floor(customer.income / 100)");
  DefineByRows("rows", {1});
  EXPECT_EQ(Nearest("left > 4000", "customer.income"), "above 4400");
  EXPECT_EQ(Nearest("enough and customer.age > 3", "customer.income"), "5400");
  EXPECT_EQ(Nearest("months > 1", "amount"), "above 2600");
  EXPECT_EQ(Nearest("months > 1", "customer.income"), "none") << "one divided by it is no line";
  EXPECT_EQ(Nearest("rounded > 40", "customer.income"), "none");
  EXPECT_EQ(Nearest("left * rows > 8000", "customer.income"), "above 4400") << "what is found in rows stays as it is";
  EXPECT_EQ(Nearest("left * rows > 8000 and accounts[1].balance > 200", "accounts[1].balance"), "none");
}

TEST_F(NearestChangeOfPaths, WrittenPaths) {
  EXPECT_FALSE(FactPathOf("customer.aeg", scope_).has_value());
  EXPECT_FALSE(FactPathOf("amount + 1", scope_).has_value());
  EXPECT_FALSE(FactPathOf("accounts[balance > 3]", scope_).has_value());
  EXPECT_EQ(FactPathOf("accounts[-1].balance", scope_)->steps.size(), 2U);
}

TEST_F(NearestChangeOfPaths, AFilterIsWhatItKeepsNow) {
  Define("current", "accounts[kind = \"current\"][1].balance");
  EXPECT_EQ(Nearest("accounts[kind = \"current\"][1].balance > 250", "accounts[1].balance"), "above 250");
  EXPECT_EQ(Nearest("accounts[kind = \"savings\"][-1].balance < 250", "accounts[2].balance"), "below 250");
  EXPECT_EQ(Nearest("accounts[kind = \"current\"][1].balance > 250", "accounts[2].balance"), "none") << "it has no say";
  EXPECT_EQ(Nearest("current * 2 > 500", "accounts[1].balance"), "above 250");
  EXPECT_EQ(Why("accounts[balance > 50][1].balance > 250", "accounts[1].balance"), "'accounts[balance > 50][1].balance' is no line in it");
  EXPECT_EQ(Why("accounts[item.balance > 50][1].balance > 250", "accounts[1].balance"),
            "'accounts[item.balance > 50][1].balance' is no line in it");
  EXPECT_EQ(Why("current > 250", "accounts[1].balance"), "");
}

TEST_F(NearestChangeOfPaths, SaysWhyItCannotTell) {
  DefineByRows("rows", {1});
  EXPECT_EQ(Why("amount * amount > 5000000 and customer.age > 1", "amount"), "'amount * amount' is no line in it");
  EXPECT_EQ(Why("floor(amount) > 2000", "amount"), "'floor(amount)' is no line in it");
  EXPECT_EQ(Why("rows > 5", "accounts[1].balance"), "'rows' is no line in it");
  EXPECT_EQ(Why("amount > 2000", "accounts[7].balance"), "the facts have nothing there");
  EXPECT_EQ(Why("amount > 5 and amount < 3", "amount"), "") << "there is none";
}

TEST_F(NearestChangeOfPaths, KeepsToWhatTheFactMayBe) {
  const auto number = [](std::int64_t n) { return std::optional(Decimal::FromInt64(n)); };
  domain_ = {number(1), number(5), true};
  inputs_[3] = Value::Integer(3);
  EXPECT_EQ(Nearest("amount < 6", "amount", Truth::kFalse), "none");
  EXPECT_EQ(Nearest("amount > 4", "amount"), "5");
  EXPECT_EQ(Nearest("amount > 5", "amount"), "none");
  EXPECT_EQ(Nearest("amount < 1.5", "amount"), "1");
  EXPECT_EQ(Nearest("amount < 1", "amount"), "none");
  EXPECT_EQ(Nearest("amount != 3", "amount"), "4");
  EXPECT_EQ(Nearest("amount / 3 > 1.1", "amount"), "4") << "above 3.3";
  domain_ = {number(0), std::nullopt, true};
  inputs_[3] = Value::Integer(148000);
  EXPECT_EQ(Nearest("amount / 3 > 100000.5", "amount"), "300002");
  EXPECT_EQ(Nearest("amount < -1", "amount"), "none");
  domain_ = {number(0), number(1), false};
  inputs_[3] = N("0.5");
  EXPECT_EQ(Nearest("amount > 0.75", "amount"), "above 0.75");
  EXPECT_EQ(Nearest("amount >= 1", "amount"), "1");
  EXPECT_EQ(Nearest("amount > 1", "amount"), "none");
  EXPECT_EQ(Nearest("amount < 0.25", "amount"), "below 0.25");
  EXPECT_EQ(Nearest("amount < 0", "amount"), "none");
}

// Every answer over a small space: none nearer flips it, and it does flip there.
TEST_F(NearestChangeOfPaths, IsTheNearestThereIs) {
  Define("twice", "amount * 2 - 30");
  constexpr const char* kAtoms[] = {"amount > 4", "twice >= -20", "amount in [2..7)", "max(amount, 3) = 3",
                                    "abs(amount - 5) < 2", "twice < amount * 4 - 36"};
  int found = 0;
  for (const char* a : kAtoms)
    for (const char* b : kAtoms)
      for (const char* join : {" and ", " or ", " and not(", " or not("})
        for (int now = -2; now <= 11; ++now) {
          const std::string text = std::string(a) + join + b + (std::string_view(join).ends_with('(') ? ")" : "");
          const Program program = *Compile(text, scope_, {});
          const auto is = [&](const Decimal& amount) {
            inputs_[3] = Value::Number(amount);
            inputs_[4] = evaluator_.Evaluate(*programs_[0], inputs_, {});
            return evaluator_.Test(program, inputs_, {});
          };
          const auto tenths = [&](int n) { return Decimal::FromInt64(n) / Decimal::FromInt64(10); };
          const Truth at_now = is(tenths(now * 10));
          const Truth wanted = at_now == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
          const auto change = NearestChange(program, Now(), {3, {}}, wanted, evaluator_);
          std::optional<int> nearest;  // in tenths, over what the constants can reach
          for (int step = 1; step <= 250 && !nearest; ++step)
            for (const int to : {now * 10 + step, now * 10 - step})
              if (is(tenths(to)) == wanted) nearest = step;
          evaluator_.Reset();
          ASSERT_EQ(change.has_value(), nearest.has_value()) << text << " at " << now;
          if (!change) continue;
          ++found;
          const Decimal distance = (change->bound.number() - Decimal::FromInt64(now)).Abs();
          const Decimal by_steps = tenths(*nearest);
          EXPECT_EQ(change->is_reached ? distance : distance + tenths(1), by_steps) << text << " at " << now;
        }
  EXPECT_GT(found, 500);
}

TEST_F(NearestChangeOfPaths, RowsOfATable) {
  Define("share", "amount / 10");
  std::vector<Program> owned;
  const auto expression = [&](const char* text) { owned.push_back(*Compile(text, scope_, {})); };
  const auto cell = [&](const char* text) { owned.push_back(*CompileUnaryTests(text, Type::Number(), scope_, {})); };
  expression("share");
  expression("customer.age");
  for (const char* text : {">= 500", "< 18", "[200..500)", "[10..customer.age]"}) cell(text);
  const std::array<const Program*, 2> inputs = {&owned[0], &owned[1]};
  const std::array<const Program*, 6> cells = {&owned[2], nullptr, &owned[4], &owned[3], &owned[5], nullptr};
  const auto nearest = [&](const char* fact, bool first_only) -> std::string {
    const TableCells table{inputs, cells, first_only};
    const auto change = NearestRowChange(table, Now(), *FactPathOf(fact, scope_), evaluator_);
    if (!change) return "none";
    std::string text = change->change.is_reached ? "" : change->change.is_upward ? "above " : "below ";
    text += ToDisplayText(change->change.bound) + ":";
    for (const std::size_t row : change->rows) text += " " + std::to_string(row + 1);
    return text;
  };
  EXPECT_TRUE(RowsThatHit({inputs, cells, false}, Now(), evaluator_).empty());
  EXPECT_EQ(nearest("amount", false), "170: 3");
  inputs_[3] = Value::Integer(2500);
  inputs_[4] = Value::Integer(250);
  EXPECT_EQ(RowsThatHit({inputs, cells, false}, Now(), evaluator_), (std::vector<std::size_t>{1}));
  EXPECT_EQ(nearest("amount", false), "below 2000:");
  EXPECT_EQ(nearest("customer.age", false), "18:") << "too old for the second row";
  inputs_[3] = Value::Integer(4900);
  inputs_[4] = Value::Integer(490);
  EXPECT_EQ(nearest("amount", true), "5000: 1");
  EXPECT_EQ(nearest("customer.income", true), "none");
}

}  // namespace
}  // namespace oxpecker::feel
