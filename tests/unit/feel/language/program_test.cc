#include "rules/feel/program.h"

#include <algorithm>

#include "tests/unit/feel/language/expressions.h"

namespace oxpecker::feel {
namespace {

Scope Numbers() {
  Scope scope;
  for (const char* name : {"a", "b", "c"}) scope.Add(name, Type::Number());
  scope.Add("p", Type::Boolean());
  return scope;
}

Program Compiled(std::string_view text) {
  Checked<Program> program = Compile(text, Numbers(), {});
  EXPECT_TRUE(program.has_value()) << ToString(program.error());
  return *std::move(program);
}

std::string ConditionsOf(const Program& program) {
  std::string all;
  for (const Condition& condition : program.conditions()) {
    all += "[" + std::string(program.Text(condition.span)) + "]";
    for (const Condition::Operand& operand : condition.operands) {
      all += " " + std::string(program.Text(operand.span));
    }
    all += "\n";
  }
  return all;
}

// "(and a not(b))": the tree of how conditions are joined, with the conditions' texts.
std::string LogicOf(const Program& program) {
  constexpr const char* kNames[] = {"", "and", "or", "not"};
  const auto logic = program.logic();
  const auto tell = [&](const auto& self, std::size_t at) -> std::string {
    if (logic[at].kind == LogicNode::Kind::kCondition)
      return std::string(program.Text(program.conditions()[logic[at].condition].span));
    std::string text = std::string("(") + kNames[static_cast<std::size_t>(logic[at].kind)];
    for (std::size_t i = at + 1; i < logic.size(); ++i)
      if (logic[i].parent == at) text += " " + self(self, i);
    return text + ")";
  };
  return logic.empty() ? std::string() : tell(tell, 0);
}

TEST(Logic, TellsHowConditionsAreJoined) {
  Scope scope;
  for (const char* name : {"a", "b", "c"}) scope.Add(name, Type::Boolean());
  scope.Add("n", Type::Number());
  const auto logic_of = [&](const char* source) {
    const auto program = Compile(source, scope, {});
    EXPECT_TRUE(program.has_value()) << source;
    return program ? LogicOf(*program) : std::string();
  };
  EXPECT_EQ(logic_of("a"), "a");
  EXPECT_EQ(logic_of("n + 1"), "") << "no condition";
  EXPECT_EQ(logic_of("n >= 3 and not(b) and c"), "(and (and n >= 3 (not b)) c)");
  EXPECT_EQ(logic_of("not(a or b and not(c))"), "(not (or a (and b (not c))))");
  const auto program = Compile("a and not(b or (c))", scope, {});
  ASSERT_TRUE(program.has_value());
  EXPECT_EQ(program->Text(program->logic()[2].span), "not(b or (c))");
}

TEST(Program, ConditionsAreWhatLogicJoins) {
  EXPECT_EQ(ConditionsOf(Compiled("a >= 3 and (b in (1, 2) or not(c < a * 2)) and p")),
            "[a >= 3] a\n[b in (1, 2)] b\n[c < a * 2] c a * 2\n[p] p\n");
  EXPECT_EQ(ConditionsOf(Compiled("a between 1 and b")), "[a between 1 and b] a b\n");
  EXPECT_EQ(ConditionsOf(Compiled("even(a)")), "[even(a)] even(a)\n");
  EXPECT_EQ(ConditionsOf(Compiled("a + b")), "");
  EXPECT_EQ(ConditionsOf(Compiled("1 = 1")), "[1 = 1]\n");
}

TEST(Program, SaysWhatItReads) {
  const Program program = Compiled("c + a + c");
  EXPECT_EQ(std::vector<std::uint32_t>(program.reads().begin(), program.reads().end()),
            (std::vector<std::uint32_t>{0, 2}));
  EXPECT_FALSE(program.is_constant());
  EXPECT_TRUE(Compiled("1 + sum([1, 2])").is_constant());
  EXPECT_FALSE(Compiled("now() = now()").is_constant());
  EXPECT_TRUE(Compiled("for x in [1] return x").is_constant());
}

TEST(Program, NodesFormATreeInPreOrder) {
  const Program program = Compiled("a + b * 2");
  ASSERT_EQ(program.nodes().size(), 5U);
  EXPECT_EQ(program.nodes()[0].parent, -1);
  EXPECT_EQ(program.Text(program.nodes()[0].span), "a + b * 2");
  EXPECT_EQ(program.Text(program.nodes()[2].span), "b * 2");
  EXPECT_EQ(program.nodes()[4].parent, 2);
  EXPECT_TRUE(program.nodes()[4].is_constant);
  EXPECT_FALSE(program.nodes()[2].repeats);
  const Program loop = Compiled("[a][item > 1]");
  EXPECT_FALSE(loop.nodes()[1].repeats);
  EXPECT_TRUE(std::any_of(loop.nodes().begin(), loop.nodes().end(),
                          [](const NodeInfo& node) { return node.repeats; }));
}

TEST(Program, UnaryTestsAreAboutTheInput) {
  const auto verdict = [](std::string_view cell, const Value& input) {
    const Checked<Program> program = CompileUnaryTests(cell, Type::Number(), Numbers(), {});
    if (!program) return ToString(program.error());
    const Value inputs[] = {Value::Integer(1), Value::Integer(2), Value::Integer(3),
                            Value::Boolean(true), input};
    Evaluator evaluator{Limits{}};
    return ToFeelText(evaluator.Evaluate(*program, inputs, {}));
  };
  EXPECT_EQ(verdict("-", Value::Null()), "true");
  EXPECT_EQ(verdict("< 5", Value::Integer(4)), "true");
  EXPECT_EQ(verdict("< 5", Value::Integer(5)), "false");
  EXPECT_EQ(verdict("< 5", Value::Null()), "null");
  EXPECT_EQ(verdict("[1..10)", Value::Integer(10)), "false");
  EXPECT_EQ(verdict("not(1, 2)", Value::Integer(2)), "false");
  EXPECT_EQ(verdict("not(1, 2)", Value::Integer(3)), "true");
  EXPECT_EQ(verdict("1, b, > 7", Value::Integer(2)), "true");
  EXPECT_EQ(verdict("? > a and ? < c", Value::Integer(2)), "true");
  EXPECT_EQ(verdict("p", Value::Integer(2)), "true");
  EXPECT_EQ(verdict("p", Value::Null()), "false");
  EXPECT_EQ(verdict("-5", Value::Integer(-5)), "true");
  EXPECT_EQ(verdict("\"x\"", Value::Integer(2)), "1:1: cannot compare number with string");
  EXPECT_EQ(verdict("", Value::Integer(2)), "1:1: found the end, expected an operand");
}

TEST(Program, UsesItsConditionsOfACell) {
  const Checked<Program> program = CompileUnaryTests("< a, 7", Type::Number(), Numbers(), {});
  ASSERT_TRUE(program.has_value());
  ASSERT_EQ(program->conditions().size(), 1U);
  EXPECT_EQ(program->conditions()[0].operands.size(), 2U);  // the input and a
  EXPECT_EQ(program->reads().size(), 2U);
}

}  // namespace
}  // namespace oxpecker::feel
