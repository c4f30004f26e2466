#include "apps/cli/rules_show.h"

#include <map>

#include "apps/cli/pack.h"
#include "base/printable.h"
#include "engine/facts/fact_list.h"
#include "rules/rulebook/form.h"
#include "rules/rulebook/rulebook_changes.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string folder;  // empty: the workspace's rules
  std::string id;
  std::string filter;
};

using Places = std::map<std::pair<std::string, std::string>, SourceOrigin>;  // by kind of part and id

Places PlacesOf(const rules::Rulebook& book) {
  Places places;
  const auto add = [&](const char* part, const auto& parts) {
    for (const auto& p : parts) places[{part, p.id}] = p.authorship.origin;
  };
  add("threshold", book.thresholds);
  add("action", book.actions);
  add("feature", book.features);
  add("rule", book.rules);
  add("table", book.tables);
  add("guard", book.guards);
  add("text of action", book.action_texts);
  add("text of reason", book.reason_texts);
  return places;
}

std::string PlaceIn(const Places& places, const rules::PartChange& part) {
  const auto at = places.find({part.part, part.id});
  return at == places.end() ? "" : PlaceOf(at->second, "", 0);
}

std::string FieldOf(const rules::PartChange& part, std::string_view name) {
  for (const rules::FieldChange& field : part.fields)
    if (field.field == name) return field.after;
  return {};
}

// Lines of an expression stay under each other.
std::string Indented(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\n      ") : std::string(1, c);
  return out;
}

void PrintPart(const rules::PartChange& part, const std::string& place) {
  const std::string version = FieldOf(part, "version");
  const std::string title = FieldOf(part, "title");
  Print(part.part + " " + Printable(part.id) + (version.empty() ? "" : " v" + Printable(version)) +
        (title.empty() ? "" : ": " + Printable(title)) + "\n");
  for (const rules::FieldChange& field : part.fields) {
    if (field.field == "version" || field.field == "title") continue;
    Print("  " + (field.field == "rationale" ? "why" : Printable(field.field)) + ": " + Indented(field.after) + "\n");
  }
  if (!place.empty()) Print("  at: " + Printable(place) + "\n");
}

json::Object ToJson(const rules::PartChange& part, const std::string& place) {
  json::Object fields;
  for (const rules::FieldChange& field : part.fields) fields.Set(field.field, field.after);
  json::Object out;
  if (!place.empty()) out.Set("at", place);
  out.Set("fields", std::move(fields));
  out.Set("id", part.id);
  out.Set("part", part.part);
  return out;
}

int RunShow(const Globals& globals, const Arguments& arguments) {
  auto pack = LoadPack(globals, arguments.folder);
  if (!pack) return Complain(globals, pack.error());
  if (globals.json && arguments.id.empty()) return PrintJson(pack->release->Manifest()), kDone;
  const rules::Rulebook& book = pack->release->rulebook().authored();
  const Places places = PlacesOf(book);
  json::Array found;
  std::vector<std::string> known;
  // All that a book says is what differs between it and an empty one.
  for (const rules::PartChange& part : rules::CompareRulebooks({}, book)) {
    known.push_back(part.id);
    if (!arguments.id.empty() && part.id != arguments.id) continue;
    const std::string place = PlaceIn(places, part);
    if (!globals.json) PrintPart(part, place);
    found.emplace_back(ToJson(part, place));
  }
  if (found.empty()) {
    const std::string near = rules::Nearest(arguments.id, known);
    return Complain(globals, {ErrorCode::kNotFound, arguments.id,
                              "the pack has no rule, table, guard, feature, threshold, action or reason of that id",
                              near.empty() ? "'oxpecker rules show' lists them" : "did you mean '" + near + "'?"});
  }
  if (globals.json) {
    json::Object out;
    out.Set("parts", std::move(found));
    PrintJson(std::move(out));
  }
  return kDone;
}

Checked<std::vector<facts::FactEntry>> AllFacts() {
  std::vector<facts::FactEntry> entries;
  for (const rules::PackFile& file : engine::EmbeddedSchemas()) {
    OXP_TRY(const facts::Schema schema, facts::Schema::Load(file.bytes, file.path));
    const bool event = file.path.ends_with("event.v1.schema.json");
    for (facts::FactEntry& entry : facts::ListFacts(schema)) {
      if (event) entry.path = "event." + entry.path;
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

int RunFacts(const Globals& globals, const Arguments& arguments) {
  auto entries = AllFacts();
  if (!entries) return Complain(globals, entries.error());
  std::erase_if(*entries, [&](const auto& entry) { return entry.path.find(arguments.filter) == std::string::npos; });
  if (entries->empty())
    return Complain(globals, {ErrorCode::kNotFound, arguments.filter, "no fact has a path that holds this",
                              "'oxpecker rules facts' lists all of them"});
  json::Array list;
  std::size_t width = 0;
  for (const facts::FactEntry& entry : *entries) width = std::max(width, entry.path.size());
  for (const facts::FactEntry& entry : *entries) {
    if (!globals.json)
      Print(entry.path + std::string(width - entry.path.size() + 2, ' ') + entry.type +
            (entry.optional ? "  (may be missing)" : "") +
            (entry.description.empty() ? "" : "  " + entry.description) + "\n");
    json::Object out;
    out.Set("description", entry.description);
    out.Set("optional", entry.optional);
    out.Set("path", entry.path);
    out.Set("type", entry.type);
    list.emplace_back(std::move(out));
  }
  if (globals.json) {
    json::Object out;
    out.Set("facts", std::move(list));
    PrintJson(std::move(out));
  } else if (!globals.quiet) {
    Print("\nIn a list, [] stands for each row: a window over transactions reads amount_minor, an expression\n"
          "sum(transactions.amount_minor). 'oxpecker rules show' lists features and thresholds.\n");
  }
  return kDone;
}

}  // namespace

void AddRulesShow(CLI::App& rules, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* show = rules.add_subcommand("show", "What there is, who owns it and why; or one part by its id");
  show->add_option("--rules", arguments->folder, "A folder of rules (default: the workspace's rules/)");
  show->add_option("ID", arguments->id, "Id of a rule, table, guard, feature, threshold, action or reason");
  show->callback([=] { commands.chosen = [=] { return RunShow(commands.globals, *arguments); }; });
  CLI::App* list = rules.add_subcommand("facts", "Every fact that a rule may use: path, type, whether it may be missing");
  list->add_option("PART", arguments->filter, "Only paths that hold this, as in: accounts");
  list->callback([=] { commands.chosen = [=] { return RunFacts(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
