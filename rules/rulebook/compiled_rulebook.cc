// Looking things up in a compiled rulebook.
#include "rules/rulebook/compiled_rulebook.h"

#include "rules/feel/instance_of.h"

namespace oxpecker::rules {

namespace {

using OptionalProgram = std::optional<Program>;

void AddThose(std::initializer_list<const OptionalProgram*> some, std::vector<const Program*>& to) {
  for (const OptionalProgram* program : some)
    if (*program) to.push_back(&**program);
}

}  // namespace

std::vector<const Program*> CompiledWindow::Programs() const {
  std::vector<const Program*> programs;
  for (const auto* length : {&from_days, &from_hours, &to_days})
    if (*length) programs.push_back(&(*length)->program);
  AddThose({&where, &of, &when_empty}, programs);
  return programs;
}

std::vector<const Program*> CompiledPair::Programs() const {
  std::vector<const Program*> programs;
  AddThose({&where, &within_hours, &later_within_days, &unless_where}, programs);
  return programs;
}

feel::Scope RowScope(const feel::Scope& base, const feel::Type& row) {
  feel::Scope scope;
  for (const feel::Variable& variable : base.variables()) {
    const bool hidden = row.FindField(variable.name) != nullptr;
    scope.Add(hidden ? "\x01outer_" + variable.name : variable.name, variable.type);
  }
  for (const feel::Field& field : row.fields()) scope.Add(field.name, field.type);
  return scope;
}

feel::Scope CompiledRulebook::guard_scope() const {
  feel::Scope scope = base_scope_;
  scope.Add("action", action_type_);
  scope.Add("candidate", candidate_type_);
  scope.Add("candidates", feel::Type::List(feel::Type::String()));
  return scope;
}

std::vector<const Program*> CompiledTableFeature::Programs() const {
  std::vector<const Program*> programs;
  for (const Input& input : inputs) {
    programs.push_back(&input.expression);
    AddThose({&input.allowed}, programs);
  }
  for (const Output& output : outputs) AddThose({&output.allowed, &output.order, &output.default_value}, programs);
  for (const Row& row : rows) {
    for (const OptionalProgram& test : row.tests) AddThose({&test}, programs);
    for (const Program& result : row.results) programs.push_back(&result);
  }
  return programs;
}

std::vector<const Program*> CompiledFeature::Programs() const {
  std::vector<const Program*> programs;
  if (const auto* program = std::get_if<Program>(&definition)) programs.push_back(program);
  if (const auto* window = std::get_if<CompiledWindow>(&definition)) programs = window->Programs();
  if (const auto* pair = std::get_if<CompiledPair>(&definition)) programs = pair->Programs();
  if (const auto* table = std::get_if<std::shared_ptr<const CompiledTableFeature>>(&definition)) programs = (*table)->Programs();
  AddThose({&allowed}, programs);
  return programs;
}

bool CompiledFeature::HasType(const feel::Value& value) const {
  return !declared || value.is_null() || feel::IsInstanceOf(value, *declared);
}

const Text* CompiledRulebook::ActionText(std::string_view action) const {
  for (const Text& text : authored_.action_texts)
    if (text.id == action) return &text;
  return nullptr;
}

const Text* CompiledRulebook::ReasonText(std::string_view code) const {
  for (const Text& text : authored_.reason_texts)
    if (text.id == code) return &text;
  return nullptr;
}

std::optional<std::size_t> CompiledRulebook::FindAction(std::string_view id) const {
  for (std::size_t i = 0; i < authored_.actions.size(); ++i)
    if (authored_.actions[i].id == id) return i;
  return std::nullopt;
}

std::optional<std::size_t> CompiledRulebook::FindSimulation(std::string_view id) const {
  for (std::size_t i = 0; i < authored_.simulations.size(); ++i)
    if (authored_.simulations[i].id == id) return i;
  return std::nullopt;
}

std::size_t CompiledRulebook::memory_bytes() const {
  std::size_t bytes = 0;
  for (const CompiledRule& rule : rules_) bytes += rule.when.memory_bytes();
  for (const CompiledGuard& guard : guards_) bytes += guard.when.memory_bytes();
  for (const CompiledTable& table : tables_) bytes += table.index.memory_bytes();
  for (const CompiledTable& table : tables_)
    for (const CompiledTableRow& row : table.rows)
      for (const auto& test : row.tests) bytes += test ? test->memory_bytes() : 0;
  return bytes;
}

}  // namespace oxpecker::rules
