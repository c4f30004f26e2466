#include "rules/feel/quick_test.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/feel/program_body.h"

namespace oxpecker::feel {
namespace {

constexpr std::uint8_t kFactDigits = 6;
constexpr std::size_t kTextBytesMax = 256;  // longer texts take steps, which the evaluator counts

// A fact is below 2^63 and there are 8 terms at most, so that no sum, nor any part of one, reaches
// 2^108, which is below 10^33. Products of two facts: each below 2^50.
constexpr std::size_t kTermsMax = 8;
constexpr std::int64_t kCoefficientMax = std::int64_t{1} << 40U;
constexpr std::int64_t kProductCoefficientMax = 31;
constexpr std::int64_t kFactorMax = std::int64_t{1} << 50U;
constexpr std::uint8_t kDigitsMost = 30;

bool IsPlainNull(const Ast& ast, NodeIndex node) {
  const Node& n = ast.nodes[node];
  return n.kind == NodeKind::kLiteral && ast.constants[n.payload].is_null() &&
         ast.constants[n.payload].cause() == nullptr;
}

bool IsFact(const Ast& ast, NodeIndex node) { return ast.nodes[node].kind == NodeKind::kInput; }

bool IsTextFact(const Ast& ast, NodeIndex node) {
  return IsFact(ast, node) && ast.types[node].tag() == Type::Tag::kString;
}

}  // namespace

class QuickTestBuilder {
 public:
  QuickTestBuilder(const Ast& ast, const std::vector<bool>& is_constant, const Program::Body& body)
      : ast_(ast), is_constant_(is_constant), body_(body) {}

  std::optional<QuickTest> Build() {
    const NodeKind kind = ast_.nodes[0].kind;
    const bool fits = kind == NodeKind::kComparison    ? Texts() || Numbers()
                      : kind == NodeKind::kCallBuiltin ? TextCall()
                                                       : false;
    // One condition, and of what is computed only what is recorded: else the record would be another's.
    const std::size_t recorded = 1U + (test_.is_left_recorded_ ? 1U : 0U) + (test_.is_right_recorded_ ? 1U : 0U) +
                                 (test_.is_call_recorded_ ? 1U : 0U);
    if (!fits || (!test_.has_divisor_ && body_.trace_items.size() != recorded)) return std::nullopt;
    return std::move(test_);
  }

 private:
  using Sum = QuickTest::Sum;
  using Term = QuickTest::Term;

  bool Texts() {
    const auto op = static_cast<TestOperator>(ast_.nodes[0].detail);
    if (op != TestOperator::kEqual && op != TestOperator::kNotEqual) return false;
    const NodeIndex left = ast_.Child(0, 0);
    const NodeIndex right = ast_.Child(0, 1);
    if (!IsTextFact(ast_, left) || !IsTextFact(ast_, right)) return false;
    test_.shape_ = QuickTest::Shape::kTextEqual;
    test_.operator_ = op;
    test_.text_ = ast_.nodes[left].payload;
    test_.other_text_ = ast_.nodes[right].payload;
    return true;
  }

  bool TextCall() {
    const BuiltinCall& call = ast_.builtin_calls[ast_.nodes[0].payload];
    using S = QuickTest::Shape;
    constexpr std::array<std::pair<std::string_view, S>, 3> kShapes = {
        {{"contains", S::kContains}, {"starts with", S::kStartsWith}, {"ends with", S::kEndsWith}}};
    const auto found = std::find_if(kShapes.begin(), kShapes.end(),
                                    [&](const auto& shape) { return shape.first == call.name; });
    if (found == kShapes.end() || call.row == nullptr || !call.argument_of.empty() ||
        ast_.nodes[0].child_count != 2)
      return false;  // named arguments, or another number of them
    const NodeIndex match = ast_.Child(0, 1);
    const Value* constant = ConstantOf(match);
    if (!IsTextFact(ast_, ast_.Child(0, 0)) || constant == nullptr || constant->kind() != Kind::kString ||
        constant->string().size() > kTextBytesMax)
      return false;
    test_.shape_ = found->second;
    test_.text_ = ast_.nodes[ast_.Child(0, 0)].payload;
    test_.match_ = constant->string();
    test_.is_call_recorded_ = body_.trace_items.size() == 2;
    return true;
  }

  bool Numbers() {
    NodeIndex left = ast_.Child(0, 0);
    NodeIndex right = ast_.Child(0, 1);
    test_.operator_ = static_cast<TestOperator>(ast_.nodes[0].detail);
    if (IsQuotient(right)) {
      std::swap(left, right);
      test_.operator_ = Mirrored(test_.operator_);
    }
    if (IsQuotient(left)) return Quotient(left, right);
    auto a = SumOf(left);
    auto b = a ? SumOf(right) : std::nullopt;
    if (!b || !Align(*a, *b)) return false;
    test_.is_left_recorded_ = IsComputed(left);
    test_.is_right_recorded_ = IsComputed(right);
    return Compared(*std::move(a), *std::move(b));
  }

  // dividend / divisor op side, as dividend op side * divisor.
  bool Quotient(NodeIndex quotient, NodeIndex side) {
    auto dividend = SumOf(ast_.Child(quotient, 0));
    auto divisor = dividend ? SumOf(ast_.Child(quotient, 1)) : std::nullopt;
    const auto other = divisor ? SumOf(side) : std::nullopt;
    auto product = other ? Product(*other, *divisor) : std::nullopt;
    if (!product || !Align(*dividend, *product) || !IsBounded(*divisor)) return false;
    test_.has_divisor_ = true;
    test_.divisor_ = *std::move(divisor);
    return Compared(*std::move(dividend), *std::move(product));
  }

  // The value of a constant part as the program holds it; nullptr where it is none.
  const Value* ConstantOf(NodeIndex node) const {
    const Operand location = body_.trace[node].location;
    const bool is_held = is_constant_[node] && static_cast<Bank>(location >> kBankShift) == Bank::kConstant;
    return is_held ? &body_.constants[location & kOperandIndexMask] : nullptr;
  }
  std::optional<Decimal> NumberOf(NodeIndex node) const {
    const Value* constant = ConstantOf(node);
    return constant != nullptr && constant->kind() == Kind::kNumber ? std::optional(constant->number())
                                                                    : std::nullopt;
  }
  bool IsQuotient(NodeIndex node) const {
    return ast_.nodes[node].kind == NodeKind::kArithmetic &&
           static_cast<ArithmeticOperator>(ast_.nodes[node].detail) == ArithmeticOperator::kDivide;
  }
  bool IsComputed(NodeIndex node) const { return !IsFact(ast_, node) && !NumberOf(node); }

  bool Compared(Sum left, Sum right) {
    test_.left_ = std::move(left);
    test_.right_ = std::move(right);
    return IsBounded(test_.left_) && IsBounded(test_.right_);
  }

  static bool IsBounded(const Sum& sum) {
    const auto within = [](Int128 value, std::int64_t most) { return value <= most && value >= -most; };
    return sum.terms.size() <= kTermsMax && sum.digits <= kDigitsMost &&
           within(sum.constant, std::int64_t{1} << 62U) &&
           std::all_of(sum.terms.begin(), sum.terms.end(), [&](const Term& term) {
             const bool is_product = term.other_fact != QuickTest::kNoFact;
             return within(term.coefficient, is_product ? kProductCoefficientMax : kCoefficientMax);
           });
  }

  std::optional<Sum> SumOf(NodeIndex node) {
    if (const auto constant = NumberOf(node)) return Constant(*constant);
    const Node& n = ast_.nodes[node];
    if (n.kind == NodeKind::kInput) return Sum{{Term{.coefficient = 1, .fact = n.payload}}, 0, kFactDigits};
    if (n.kind == NodeKind::kIf) return FactOr(node);
    if (n.kind != NodeKind::kArithmetic) return std::nullopt;
    const auto op = static_cast<ArithmeticOperator>(n.detail);
    auto a = SumOf(ast_.Child(node, 0));
    auto b = a ? SumOf(ast_.Child(node, 1)) : std::nullopt;
    if (!b) return std::nullopt;
    if (op == ArithmeticOperator::kMultiply) return Product(*a, *b);
    if (op != ArithmeticOperator::kAdd && op != ArithmeticOperator::kSubtract) return std::nullopt;
    if (!Align(*a, *b)) return std::nullopt;
    if (op == ArithmeticOperator::kSubtract && !Scale(*b, -1)) return std::nullopt;
    a->terms.insert(a->terms.end(), b->terms.begin(), b->terms.end());
    a->constant += b->constant;
    return IsBounded(*a) ? std::move(a) : std::nullopt;
  }

  // if fact = null then constant else fact
  std::optional<Sum> FactOr(NodeIndex node) const {
    const NodeIndex condition = ast_.Child(node, 0);
    if (ast_.nodes[condition].kind != NodeKind::kComparison ||
        static_cast<TestOperator>(ast_.nodes[condition].detail) != TestOperator::kEqual)
      return std::nullopt;
    const NodeIndex fact = ast_.Child(condition, 0);
    const NodeIndex other = ast_.Child(node, 2);
    const auto constant = NumberOf(ast_.Child(node, 1));
    const bool fits = IsFact(ast_, fact) && IsPlainNull(ast_, ast_.Child(condition, 1)) &&
                      IsFact(ast_, other) && ast_.nodes[fact].payload == ast_.nodes[other].payload;
    const auto scaled = fits && constant ? constant->ScaledBy(kFactDigits) : std::nullopt;
    if (!scaled || !scaled->is_exact) return std::nullopt;
    return Sum{{Term{.coefficient = 1,
                     .fact = ast_.nodes[fact].payload,
                     .has_default = true,
                     .if_null = scaled->floor}},
               0, kFactDigits};
  }

  // With as few digits as it needs.
  static std::optional<Sum> Constant(Decimal constant) {
    for (std::uint8_t digits = 0; digits <= 12; ++digits) {
      const auto scaled = constant.ScaledBy(digits);
      if (scaled && scaled->is_exact) return Sum{{}, scaled->floor, digits};
    }
    return std::nullopt;
  }

  // False where a number becomes too large.
  static bool Scale(Sum& sum, std::int64_t by) {
    for (Term& term : sum.terms)
      if (__builtin_mul_overflow(term.coefficient, by, &term.coefficient)) return false;
    const auto constant = static_cast<std::int64_t>(sum.constant);
    if (constant != sum.constant) return false;
    sum.constant = static_cast<Int128>(constant) * by;
    return IsBounded(sum);
  }

  static std::optional<Sum> Product(const Sum& a, const Sum& b) {
    const bool a_is_constant = a.terms.empty();
    if (a_is_constant || b.terms.empty()) {
      Sum scaled = a_is_constant ? b : a;
      const Sum& constant = a_is_constant ? a : b;
      scaled.digits = static_cast<std::uint8_t>(a.digits + b.digits);
      const auto by = static_cast<std::int64_t>(constant.constant);
      return by == constant.constant && Scale(scaled, by) ? std::optional(scaled) : std::nullopt;
    }
    const bool are_facts = a.terms.size() == 1 && b.terms.size() == 1 && a.constant == 0 && b.constant == 0;
    if (!are_facts || !IsPlain(a.terms[0]) || !IsPlain(b.terms[0])) return std::nullopt;
    Term term = a.terms[0];
    term.other_fact = b.terms[0].fact;
    if (__builtin_mul_overflow(term.coefficient, b.terms[0].coefficient, &term.coefficient)) return std::nullopt;
    Sum product{{term}, 0, static_cast<std::uint8_t>(a.digits + b.digits)};
    return IsBounded(product) ? std::optional(product) : std::nullopt;
  }
  static bool IsPlain(const Term& term) {
    return !term.has_default && term.other_fact == QuickTest::kNoFact;
  }

  static bool Align(Sum& a, Sum& b) {
    if (a.digits > b.digits) return Align(b, a);
    const auto by = static_cast<std::size_t>(b.digits - a.digits);
    constexpr std::size_t kScaleMost = 18;  // a power of ten in 63 bits
    a.digits = b.digits;
    return by <= kScaleMost && Scale(a, static_cast<std::int64_t>(kPowersOfTen[by]));
  }

  const Ast& ast_;
  const std::vector<bool>& is_constant_;
  const Program::Body& body_;
  QuickTest test_;
};

std::optional<QuickTest> QuickTest::Of(const Ast& ast, const std::vector<bool>& is_constant,
                                       const Program::Body& body) {
  return QuickTestBuilder(ast, is_constant, body).Build();
}

// coefficient * fact * other_fact. False where they are not as they should be.
bool QuickTest::FindProduct(const Term& term, std::span<const Value> inputs, Int128& product) {
  product = term.coefficient;
  for (const std::uint32_t fact : {term.fact, term.other_fact}) {
    if (inputs[fact].kind() != Kind::kNumber) return false;
    const Decimal::Scaled scaled = inputs[fact].number().ScaledUpBy(kFactDigits);
    if (!scaled.is_exact || scaled.floor > kFactorMax || scaled.floor < -kFactorMax) return false;
    product *= scaled.floor;
  }
  return true;
}

// False where a fact is not as it should be.
inline bool QuickTest::Find(const Sum& sum, std::span<const Value> inputs, Int128& total) {
  Int128 found = sum.constant;
  for (const Term& term : sum.terms) {
    const Value& value = inputs[term.fact];
    if (term.other_fact != kNoFact) {
      Int128 product = 0;
      if (!FindProduct(term, inputs, product)) return false;
      found += product;
    } else if (value.kind() == Kind::kNumber) {
      const Decimal::Scaled scaled = value.number().ScaledUpBy(kFactDigits);
      if (!scaled.is_exact) return false;
      found += static_cast<Int128>(term.coefficient) * scaled.floor;
    } else if (term.has_default && value.is_null()) {
      found += static_cast<Int128>(term.coefficient) * term.if_null;
    } else {
      return false;
    }
  }
  total = found;
  return true;
}

bool QuickTest::Compare(Int128 left, Int128 right) const {
  switch (operator_) {
    case TestOperator::kLess: return left < right;
    case TestOperator::kLessEqual: return left <= right;
    case TestOperator::kGreater: return left > right;
    case TestOperator::kGreaterEqual: return left >= right;
    case TestOperator::kEqual: return left == right;
    case TestOperator::kNotEqual: return left != right;
  }
  return false;
}

std::optional<bool> QuickTest::AnswerTexts(std::span<const Value> inputs) const {
  const Value& text = inputs[text_];
  if (text.kind() != Kind::kString || text.string().size() > kTextBytesMax) return std::nullopt;
  if (shape_ == Shape::kContains) return text.string().find(match_) != std::string_view::npos;
  if (shape_ == Shape::kStartsWith) return text.string().starts_with(match_);
  if (shape_ == Shape::kEndsWith) return text.string().ends_with(match_);
  const Value& other = inputs[other_text_];
  if (other.kind() != Kind::kString || other.string().size() > kTextBytesMax) return std::nullopt;
  return (text.string() == other.string()) == (operator_ == TestOperator::kEqual);
}

std::optional<bool> QuickTest::Answer(std::span<const Value> inputs) const {
  if (shape_ != Shape::kNumbers) return AnswerTexts(inputs);
  Int128 left = 0;
  Int128 right = 0;
  Int128 divisor = 1;
  if (!Find(left_, inputs, left) || !Find(right_, inputs, right)) return std::nullopt;
  if (has_divisor_ && (!Find(divisor_, inputs, divisor) || divisor <= 0)) return std::nullopt;
  return Compare(left, right);
}

std::optional<bool> QuickTest::Record(std::span<const Value> inputs, TraceBuffer& to) const {
  if (has_divisor_) return std::nullopt;
  if (shape_ != Shape::kNumbers) {
    const auto answer = AnswerTexts(inputs);
    if (!answer) return std::nullopt;
    to.Append(*answer ? 't' : 'f');
    if (is_call_recorded_) AppendValue(Value::Boolean(*answer), to);
    return answer;
  }
  Int128 left = 0;
  Int128 right = 0;
  if (!Find(left_, inputs, left) || !Find(right_, inputs, right)) return std::nullopt;
  const bool answer = Compare(left, right);
  to.Append(answer ? 't' : 'f');
  if (is_left_recorded_) AppendScaled(left, left_.digits, to);
  if (is_right_recorded_) AppendScaled(right, right_.digits, to);
  return answer;
}

}  // namespace oxpecker::feel
