#include "apps/cli/feel_names.h"

#include <algorithm>
#include <iterator>

#include "apps/cli/request_line.h"
#include "apps/cli/system.h"
#include "base/json/document.h"
#include "engine/decide/decider.h"
#include "engine/features/features.h"

namespace oxpecker::cli {
namespace {

Issues In(const std::string& file, Issues issues) {
  for (Error& issue : issues) issue.place = issue.place.empty() ? file : file + ":" + issue.place;
  return issues;
}

Checked<facts::Schema> EmbeddedSchema(std::string_view name) {
  for (const rules::PackFile& file : engine::EmbeddedSchemas())
    if (file.path.ends_with(name)) return facts::Schema::Load(file.bytes, file.path);
  return std::unexpected(Issues{{ErrorCode::kNotFound, "", "this build embeds no " + std::string(name), ""}});
}

// The document meant, and what to call it in messages.
struct Chosen {
  std::string_view text;
  std::string name;
};

std::optional<std::string_view> LineOf(std::string_view text, std::size_t number) {
  while (--number > 0) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  const std::string_view line = text.substr(0, text.find('\n'));
  return line.find_first_not_of(" \t\r") == std::string_view::npos ? std::nullopt : std::optional(line);
}

// A whole file that is one document; else its first line, where that is one; else the file, to be refused.
Result<Chosen> Choose(std::string_view text, const FeelSources& sources) {
  const std::string& file = sources.facts_file;
  if (sources.line > 0) {
    const auto line = LineOf(text, sources.line);
    if (!line) return Fail(ErrorCode::kNotFound, file, "the file has no line " + std::to_string(sources.line) + ", or nothing stands there");
    return Chosen{*line, file + ", line " + std::to_string(sources.line)};
  }
  const auto first = LineOf(text, 1);
  if (first && first->size() < text.size() && !json::Document::Parse(text, {}) && json::Document::Parse(*first, {}))
    return Chosen{*first, file + ", line 1"};
  return Chosen{text, file};
}

Status ReadDocuments(const FeelSources& sources, const facts::Schema& facts_schema, const facts::Schema& event_schema,
                     FeelNames& names, Issues& issues) {
  OXP_TRY(const std::string text, ReadFile(sources.facts_file));
  OXP_TRY(const Chosen chosen, Choose(text, sources));
  const auto request = ReadRequest(chosen.text);
  if (!request) {
    issues = In(chosen.name, {request.error()});
    return {};
  }
  auto facts = facts::ReadFacts(facts_schema, request->facts, {});
  auto event = facts::ReadFacts(event_schema, request->event.empty() ? engine::kDefaultEventJson : request->event, {});
  if (!facts) issues = In(chosen.name, std::move(facts).error());
  if (!event) std::ranges::move(In(chosen.name + ":event", std::move(event).error()), std::back_inserter(issues));
  if (!issues.empty()) return {};
  names.facts.emplace(*std::move(facts));
  names.event.emplace(*std::move(event));
  const feel::Value* as_of = feel::FindEntry(names.facts->root(), "as_of");
  names.as_of = as_of == nullptr ? std::nullopt : engine::ToInstant(*as_of);
  return {};
}

// Names of the rules, with the features of these facts.
void UsePack(FeelNames& names, feel::Evaluator& evaluator) {
  const rules::CompiledRulebook& rulebook = names.pack->release->rulebook();
  if (!names.facts) {
    names.scope.Add("policy", rulebook.policy_type());
    names.inputs.push_back(rulebook.policy());
    return;
  }
  const feel::ContextView root = names.facts->root().context();
  const std::span<const feel::Value> values(root.slots, root.shape->size());
  names.scope = rulebook.base_scope();
  names.inputs.assign(engine::InputCount(rulebook, values), feel::Value{});
  std::copy(values.begin(), values.end(), names.inputs.begin());
  names.inputs[rulebook.layout().event] = names.event->root();
  names.inputs[rulebook.layout().policy] = rulebook.policy();
  engine::FindFeatures(rulebook, names.as_of.value_or(Instant{}), evaluator, names.inputs);
}

void UseFacts(FeelNames& names) {
  if (!names.facts) return;
  for (const feel::Field& field : names.facts->schema().type().fields()) names.scope.Add(field.name, field.type);
  const feel::ContextView root = names.facts->root().context();
  names.inputs.assign(root.slots, root.slots + root.shape->size());
  if (names.scope.Find("event") != nullptr) return;
  names.scope.Add("event", names.event->schema().type());
  names.inputs.push_back(names.event->root());
}

}  // namespace

Checked<FeelNames> LoadFeelNames(const Globals& globals, const FeelSources& sources, feel::Evaluator& evaluator) {
  FeelNames names;
  const bool is_asked = !sources.rules.empty() || !globals.workspace.empty();
  const bool may_look = is_asked || (!sources.facts_file.empty() && Workspace::Find("").has_value());
  if (may_look) {
    auto pack = LoadPack(globals, sources.rules);
    if (pack) names.pack.emplace(*std::move(pack));
    else if (is_asked) return std::unexpected(std::move(pack).error());
    else names.warning = "the workspace's rules have problems ('oxpecker rules check' tells them), so policy and features are not known";
  }
  if (!sources.facts_file.empty()) {
    OXP_TRY(const facts::Schema facts_schema, EmbeddedSchema("facts.v1.schema.json"));
    OXP_TRY(const facts::Schema event_schema, EmbeddedSchema("event.v1.schema.json"));
    Issues issues;
    const Status read = names.pack ? ReadDocuments(sources, names.pack->release->facts_schema(), names.pack->release->event_schema(), names, issues)
                                   : ReadDocuments(sources, facts_schema, event_schema, names, issues);
    if (!read) return std::unexpected(Issues{read.error()});
    if (!issues.empty()) return std::unexpected(std::move(issues));
  }
  if (names.pack) UsePack(names, evaluator);
  else UseFacts(names);
  return names;
}

Checked<std::vector<std::string>> FactNames() {
  OXP_TRY(const facts::Schema schema, EmbeddedSchema("facts.v1.schema.json"));
  std::vector<std::string> names;
  for (const feel::Field& field : schema.type().fields()) names.push_back(field.name);
  return names;
}

}  // namespace oxpecker::cli
