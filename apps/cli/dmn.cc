// oxpecker dmn: decide with a DMN model, find what is wrong with it, and bring it into a rulebook.
#include <algorithm>
#include <array>
#include <iostream>
#include <set>

#include "apps/cli/command.h"
#include "apps/cli/dmn_files.h"
#include "apps/cli/dmn_import.h"
#include "apps/cli/system.h"
#include "base/printable.h"
#include "rules/dmn/json_input.h"
#include "rules/dmn/model.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string model;
  std::vector<std::string> decisions;
  std::string service;
  std::string input;
  std::string now;
  bool trace = false;
};

Result<std::string> ReadInput(const std::string& file) {
  if (file != "-") return ReadFile(file);
  std::string text;
  std::array<char, 65'536> block{};
  const std::size_t bytes_max = json::Limits{}.bytes_max;
  while (std::cin && text.size() <= bytes_max) {
    std::cin.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(std::cin.gcount()));
  }
  return text;
}

Status AddGiven(const std::string& text, const std::string& file, dmn::ModelEvaluator& evaluator, dmn::Request& request) {
  const std::string place = file == "-" ? "standard input" : file;
  auto parsed = json::Document::Parse(text, {});
  if (!parsed) {
    Error error = std::move(parsed).error();
    error.place = place + ":" + error.place;
    return std::unexpected(std::move(error));
  }
  const json::Document document = *std::move(parsed);
  if (document.root().kind() != json::Kind::kObject)
    return Fail(ErrorCode::kInvalidInput, place, "the input is no JSON object", "as in {\"Amount\": 1200, \"Customer\": {\"Age\": 41}}");
  for (const json::View member : document.root()) {
    const std::string name(member.key());
    request.given.push_back({name, "", dmn::ReadJsonInput(member, evaluator.TypeOfInput(name), evaluator.arena())});
  }
  return {};
}

// A few lists that hold each other grow to any size as text: all that is told of an outcome together
// is bounded, whatever its parts are.
class TextBudget {
 public:
  static constexpr std::size_t kBytesMax = 4U << 20U;

  bool is_spent() const { return left_ == 0; }
  bool was_cut() const { return was_cut_; }
  std::string Text(const feel::Value& value) { return is_spent() ? Cut({}) : Text(feel::ToFeelText(value)); }
  std::string Text(std::string text) {
    if (text.size() > left_) return Cut(std::move(text));
    left_ -= text.size();
    return text;
  }

 private:
  std::string Cut(std::string text) {
    while (left_ > 0 && (static_cast<unsigned char>(text[left_]) & 0xC0U) == 0x80U) --left_;
    text.resize(left_);
    left_ = 0;
    was_cut_ = true;
    return text + "...";
  }

  std::size_t left_ = kBytesMax;
  bool was_cut_ = false;
};

constexpr const char* kCutNote = "the output is bounded: what is over 4 MiB is left out, where '...' stands";

json::Object ToJson(const dmn::ModelEvaluator& evaluator, const feel::Value& value, TextBudget& budget) {
  json::Object object;
  object.Set("kind", feel::Name(value.kind()));
  object.Set("value", budget.Text(value));
  if (const feel::Cause* cause = value.cause()) {
    json::Object why;
    why.Set("kind", feel::Name(cause->kind));
    why.Set("message", std::string(cause->message));
    why.Set("place", evaluator.PlaceOf(*cause));
    object.Set("cause", std::move(why));
  }
  return object;
}

json::Array TraceJson(const dmn::ModelEvaluator& evaluator, const std::vector<dmn::TraceStep>& trace, TextBudget& budget) {
  json::Array steps;
  for (const dmn::TraceStep& step : trace) {
    if (budget.is_spent()) break;
    json::Object object = ToJson(evaluator, step.value, budget);
    object.Set("depth", step.depth);
    object.Set("name", budget.Text(step.name));
    object.Set("note", budget.Text(step.note));
    object.Set("place", budget.Text(step.place));
    object.Set("what", step.what);
    steps.emplace_back(std::move(object));
  }
  return steps;
}

void PrintTrace(const std::vector<dmn::TraceStep>& trace, TextBudget& budget) {
  constexpr std::size_t kShownBytesMax = 160;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const dmn::TraceStep& step = trace[i];
    std::string shown = step.what == "rule" ? step.note : feel::ToFeelText(step.value);
    if (shown.size() > kShownBytesMax) shown = shown.substr(0, kShownBytesMax) + "...";
    const std::string name = step.what == "rule" || step.name.empty() ? step.name : " " + step.name;
    Print(budget.Text(std::string(static_cast<std::size_t>(step.depth) * 2, ' ') + (step.what == "rule" ? "" : step.what) +
                      Printable(name + ": " + shown) + "\n"));
    if (budget.is_spent() && i + 1 < trace.size()) return Print("\n(" + std::to_string(trace.size() - i - 1) + " more steps are not shown)\n");
  }
}

// What went wrong, each thing once: decisions that rest on one null share its cause.
void TellCauses(const dmn::ModelEvaluator& evaluator, const dmn::Outcome& outcome) {
  for (const dmn::NamedValue& named : outcome.failed_below) {
    const feel::Cause* cause = named.value.cause();
    const std::string place = evaluator.PlaceOf(*cause);
    PrintError("it rests on '" + Printable(named.name) + "', which has no value: " +
               Printable((place.empty() ? "" : place + ": ") + std::string(cause->message)) + " (" + feel::Name(cause->kind) + ")\n");
  }
  for (const std::string& name : outcome.not_given)
    PrintError("no value was given for input data '" + Printable(name) + "': it is null\n");
  std::set<std::string> told;
  for (const dmn::NamedValue& named : outcome.values) {
    const feel::Cause* cause = named.value.cause();
    if (cause == nullptr) continue;
    const std::string place = evaluator.PlaceOf(*cause);
    const std::string line = Printable((place.empty() ? "" : place + ": ") + std::string(cause->message)) + " (" + feel::Name(cause->kind) + ")\n";
    if (told.insert(line).second) PrintError(line);
  }
}

json::Object OutcomeJson(const dmn::ModelEvaluator& evaluator, const dmn::Outcome& outcome, const std::vector<dmn::TraceStep>* trace) {
  TextBudget budget;
  json::Array decisions;
  for (const dmn::NamedValue& named : outcome.values) {
    json::Object object = ToJson(evaluator, named.value, budget);
    object.Set("name", named.name);
    decisions.emplace_back(std::move(object));
  }
  json::Array failed_below;
  for (const dmn::NamedValue& named : outcome.failed_below) {
    json::Object object = ToJson(evaluator, named.value, budget);
    object.Set("name", named.name);
    failed_below.emplace_back(std::move(object));
  }
  json::Array not_given;
  for (const std::string& name : outcome.not_given) not_given.emplace_back(name);
  json::Object out;
  out.Set("decisions", std::move(decisions));
  out.Set("failed_below", std::move(failed_below));
  out.Set("not_given", std::move(not_given));
  if (trace != nullptr) {
    json::Array steps = TraceJson(evaluator, *trace, budget);
    if (steps.size() < trace->size()) out.Set("trace_steps_left_out", static_cast<std::int64_t>(trace->size() - steps.size()));
    out.Set("trace", std::move(steps));
  }
  if (budget.was_cut()) out.Set("cut", kCutNote);
  return out;
}

// A null without a cause is what the model means; one with a cause could not be found.
int PrintOutcome(const Globals& globals, const Arguments& arguments, const dmn::ModelEvaluator& evaluator,
                 const dmn::Outcome& outcome, const std::vector<dmn::TraceStep>& trace) {
  const bool failed = std::ranges::any_of(outcome.values, [](const dmn::NamedValue& named) { return named.value.cause() != nullptr; });
  if (globals.json) {
    PrintJson(OutcomeJson(evaluator, outcome, arguments.trace ? &trace : nullptr));
    return failed ? kRefused : kDone;
  }
  TextBudget steps;  // the values come after the steps, and are shown whatever those took
  if (arguments.trace) PrintTrace(trace, steps);
  TextBudget values;
  for (const dmn::NamedValue& named : outcome.values) Print(Printable(named.name + " = " + values.Text(named.value)) + "\n");
  if (values.was_cut() || steps.was_cut()) PrintError(std::string(kCutNote) + "\n");
  if (failed || !outcome.failed_below.empty() || !globals.quiet) TellCauses(evaluator, outcome);
  return failed ? kRefused : kDone;
}

int RunEval(const Globals& globals, const Arguments& arguments) {
  auto model = ReadModel(arguments.model, {});
  if (!model) return Complain(globals, model.error());
  dmn::Request request;
  request.decisions = arguments.decisions;
  request.service = arguments.service;
  if (const Issues refusals = model->RefusalsFor(request.decisions); !refusals.empty()) return Complain(globals, refusals);
  if (request.decisions.empty() && request.service.empty()) request.decisions = model->decision_names();
  request.environment.now = SystemClock().Now();
  if (!arguments.now.empty()) {
    auto now = Instant::Parse(arguments.now);
    if (!now) return Complain(globals, now.error());
    request.environment.now = *now;
  }
  dmn::ModelEvaluator evaluator(*model, feel::Limits{});
  if (!arguments.input.empty()) {
    auto text = ReadInput(arguments.input);
    if (!text) return Complain(globals, text.error());
    if (auto given = AddGiven(*text, arguments.input, evaluator, request); !given) return Complain(globals, given.error());
  }
  std::vector<dmn::TraceStep> trace;
  auto outcome = evaluator.Decide(request, arguments.trace ? &trace : nullptr);
  if (!outcome) return Complain(globals, outcome.error());
  if (!outcome->unknown_given.empty()) {
    std::string known;
    for (const dmn::InputInfo& input : model->inputs()) known += (known.empty() ? "" : ", ") + input.name;
    return Complain(globals, {ErrorCode::kInvalidInput, arguments.input, "the model has no input '" + outcome->unknown_given.front() + "'",
                              "it has: " + known});
  }
  return PrintOutcome(globals, arguments, evaluator, *outcome, trace);
}

int RunCheck(const Globals& globals, const Arguments& arguments) {
  auto model = ReadModel(arguments.model, {});
  if (!model) return Complain(globals, model.error()), kRefused;
  Issues errors;
  Issues doubts;
  for (const dmn::Problem& problem : model->problems()) (problem.refuses ? errors : doubts).push_back(problem.error);
  if (globals.json) {
    const auto list = [](const Issues& issues) {
      json::Array array;
      for (const Error& issue : issues) array.emplace_back(issue.ToString());
      return array;
    };
    json::Object out;
    out.Set("doubts", list(doubts));
    out.Set("problems", list(errors));
    PrintJson(std::move(out));
    return errors.empty() ? kDone : kRefused;
  }
  if (!errors.empty()) Complain(globals, errors);
  for (const Error& doubt : doubts) Complain(globals, Error{doubt.code, doubt.place, "in doubt: " + doubt.message, doubt.hint});
  Print(std::to_string(model->decision_names().size()) + " decisions, " + std::to_string(errors.size()) + " problems, " +
        std::to_string(doubts.size()) + " in doubt\n");
  return errors.empty() ? kDone : kRefused;
}

}  // namespace

void AddDmn(Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = commands.app.add_subcommand("dmn", "Decide with a DMN model (1.1 to 1.5), or bring it into a rulebook");
  app->footer("Examples:\n  oxpecker dmn check loan.dmn\n  oxpecker dmn eval loan.dmn --input applicant.json\n"
              "  oxpecker dmn eval loan.dmn --decision Approval --input - --trace < applicant.json\n"
              "  oxpecker dmn import loan.dmn --out rules/loan");
  app->require_subcommand(1);
  const auto model = [&](CLI::App* sub) { sub->add_option("MODEL", arguments->model, "The model's file; what it imports is looked for beside it")->required(); };
  CLI::App* eval = app->add_subcommand("eval", "Evaluate decisions; exit code 1 where one is null for a cause");
  model(eval);
  eval->add_option("--decision", arguments->decisions, "A decision by name or id (default: all of the model); may be repeated");
  eval->add_option("--service", arguments->service, "A decision service by name instead");
  eval->add_option("--input", arguments->input, "A JSON object with a member for each input; '-' for standard input");
  eval->add_option("--now", arguments->now, "The instant of now() and today() (default: the system's)");
  eval->add_flag("--trace", arguments->trace, "Show what was evaluated, and which rules matched");
  eval->callback([=] { commands.chosen = [=] { return RunEval(commands.globals, *arguments); }; });
  CLI::App* check = app->add_subcommand("check", "Find every problem: structure, names, types, circles");
  model(check);
  check->callback([=] { commands.chosen = [=] { return RunCheck(commands.globals, *arguments); }; });
  AddDmnImport(commands, *app);
}

}  // namespace oxpecker::cli
