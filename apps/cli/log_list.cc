// oxpecker log list: the records of the log, a line each, by customer, outcome, action, reason and time.
#include "apps/cli/log_list.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "apps/cli/outcome_text.h"
#include "apps/cli/system.h"
#include "apps/cli/workspace.h"
#include "audit/kinds.h"
#include "base/printable.h"
#include "engine/explain/recorded.h"

namespace oxpecker::cli {
namespace {

struct Arguments {
  std::string customer;
  std::string outcome;
  std::string action;
  std::string reason;
  std::string from;
  std::string to;
  std::string kind;
  std::uint64_t limit = 0;  // 0: all
};

// Read from the end in parts of this size, where only the last records are asked for.
constexpr std::uint64_t kPartRecords = 512;

std::string AboutText(const audit::Record& record, std::string_view key) {
  const json::Value* value = record.about.Find(key);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

std::string Shortened(const std::string& ranges) {
  constexpr std::size_t kShownMax = 60;
  return ranges.size() <= kShownMax ? ranges : ranges.substr(0, ranges.find_last_of(',', kShownMax)) + ",...";
}

bool Contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool Concerns(const engine::Decision& decision, const std::string& action) {
  const auto of_it = [&](const engine::Candidate& c) { return c.action == action; };
  return Contains(decision.flags, action) || std::any_of(decision.candidates.begin(), decision.candidates.end(), of_it);
}

// What a refusal answers stands with its candidates.
bool Gives(const engine::Decision& decision, const std::string& reason) {
  const auto by_it = [&](const engine::Candidate& c) { return Contains(c.reasons, reason); };
  return Contains(decision.reasons, reason) ||
         (decision.refused && std::any_of(decision.candidates.begin(), decision.candidates.end(), by_it));
}

// One record, opened as far as its line needs it.
struct Opened {
  const audit::Record& record;
  std::string customer;                        // empty: none, or erased
  std::optional<engine::Decision> decision;    // of a decision or refusal whose section is there
};

bool IsRequest(const audit::Record& record) {
  return record.kind == audit::RecordKind::kDecision || record.kind == audit::RecordKind::kRefusal;
}

json::Array Outcomes(const engine::Decision& decision) {
  json::Array list;
  for (const std::size_t i : decision.outcomes) {
    const engine::Candidate& c = decision.candidates[i];
    json::Object entry;
    entry.Set("action", c.action);
    entry.Set("delivery", c.delivery);
    list.emplace_back(std::move(entry));
  }
  return list;
}

json::Array NotSaid(const engine::Decision& decision) {
  json::Array list;
  for (const engine::Candidate& c : decision.candidates) {
    if (!IsHeldBack(c)) continue;
    json::Object entry;
    entry.Set("action", c.action);
    entry.Set("by", c.decided_by);
    entry.Set("state", engine::Name(c.state));
    list.emplace_back(std::move(entry));
  }
  return list;
}

std::string JsonLine(const Opened& opened) {
  const audit::Record& record = opened.record;
  json::Object out;
  if (!opened.customer.empty()) out.Set("customer", opened.customer);
  if (record.decision_id) out.Set("decision_id", record.decision_id->str());
  out.Set("kind", record.kind_name);
  for (const char* key : {"cause", "erasure", "event", "hold", "outcome", "pack", "pack_version", "ranges", "release", "tests"})
    if (const std::string text = AboutText(record, key); !text.empty()) out.Set(key, text);
  out.Set("seq", std::to_string(record.seq));
  out.Set("time", record.time.ToString());
  if (opened.decision) {
    const engine::Decision& d = *opened.decision;
    out.Set("flags", json::Array(d.flags.begin(), d.flags.end()));
    out.Set("not_said", NotSaid(d));
    out.Set("outcomes", Outcomes(d));
    out.Set("reasons", json::Array(d.reasons.begin(), d.reasons.end()));
  } else if (IsRequest(record)) {
    out.Set("erased", true);
  }
  return json::Canonical(std::move(out)) + "\n";
}

std::string TextLine(const Opened& opened) {
  const audit::Record& record = opened.record;
  const std::string who = opened.customer.empty() ? "-" : Printable(opened.customer);
  std::string what = record.kind_name;
  if (opened.decision) what = OutcomeText(*opened.decision);
  else if (IsRequest(record)) what = AboutText(record, "outcome") + " (what it said was erased)";
  else if (record.kind == audit::RecordKind::kErasure)
    what = "erasure of one customer, " + AboutText(record, "cause") + ": records " + Shortened(AboutText(record, "ranges"));
  else if (record.kind == audit::RecordKind::kHold || record.kind == audit::RecordKind::kHoldRelease)
    what = (record.kind == audit::RecordKind::kHold ? "hold " : "release of hold ") + AboutText(record, "hold").substr(0, 12);
  else if (record.kind == audit::RecordKind::kRelease)
    what = "release " + AboutText(record, "release").substr(0, 12) + " put in force: " + AboutText(record, "pack") + " " +
           AboutText(record, "pack_version") + ", tests " + AboutText(record, "tests");
  return record.time.ToString() + "  " + (record.decision_id ? record.decision_id->str() : std::string("-")) + "  #" +
         std::to_string(record.seq) + "  " + who + "  " + Printable(what) + "\n";
}

class Listing {
 public:
  Listing(const Globals& globals, const Arguments& arguments, audit::LogReader& reader)
      : globals_(globals), arguments_(arguments), reader_(reader), progress_("read", globals.quiet) {}

  int Run() {
    auto from = BoundOf(arguments_.from);
    if (!from) return Complain(globals_, from.error());
    auto to = BoundOf(arguments_.to);
    if (!to) return Complain(globals_, to.error());
    from_ = *from;
    to_ = *to;
    const Status listed = arguments_.limit == 0 ? ListAll() : ListLast();
    progress_.Clear();
    if (!listed) return Complain(globals_, listed.error());
    if (!globals_.quiet) TellRest();
    return damaged_ == 0 ? kDone : kIntegrity;
  }

 private:
  static Result<std::optional<Instant>> BoundOf(const std::string& text) {
    if (text.empty()) return std::optional<Instant>();
    OXP_TRY(const Instant bound, ParseBound(text));
    return std::optional<Instant>(bound);
  }

  Status ListAll() {
    return Walk(0, reader_.size(), [&](std::string line) {
      progress_.Clear();
      Print(line);
    });
  }

  Status ListLast() {
    std::deque<std::string> last;
    for (std::uint64_t end = reader_.size(); end > 0 && last.size() < arguments_.limit;) {
      const std::uint64_t begin = end - std::min(end, kPartRecords);
      std::vector<std::string> part;
      OXP_TRY(Walk(begin, end, [&](std::string line) { part.push_back(std::move(line)); }));
      for (auto line = part.rbegin(); line != part.rend() && last.size() < arguments_.limit; ++line)
        last.push_front(std::move(*line));
      end = begin;
    }
    progress_.Clear();
    for (const std::string& line : last) Print(line);
    return {};
  }

  Status Walk(std::uint64_t from, std::uint64_t to, const std::function<void(std::string)>& give) {
    const auto visit = [&](const audit::Record& record) -> Status {
      progress_.Report(++read_, reader_.size());
      auto line = LineOf(record);
      if (!line && line.error().code == ErrorCode::kIntegrity) {
        give(DamageLine(record.seq, record.seq, line.error()));
        return {};
      }
      if (!line) return std::unexpected(line.error());
      if (!line->empty()) {
        ++given_;
        give(*std::move(line));
      }
      return {};
    };
    return reader_.ForEachReadable(from, to, visit, [&](const audit::LogReader::Damage& damage) {
      give(DamageLine(damage.first, damage.last, damage.error));
    });
  }

  std::string DamageLine(std::uint64_t first, std::uint64_t last, const Error& error) {
    damaged_ += last - first + 1;
    if (!globals_.json) return "-  -  #" + std::to_string(first) + "  -  DAMAGED: " + Printable(error.message) + "\n";
    json::Object out;
    out.Set("damaged", error.message);
    out.Set("seq", std::to_string(first));
    return json::Canonical(std::move(out)) + "\n";
  }

  bool HeaderFits(const audit::Record& record) const {
    if (!arguments_.kind.empty() && record.kind_name != arguments_.kind) return false;
    if (!arguments_.outcome.empty() && AboutText(record, "outcome") != arguments_.outcome) return false;
    return (!from_ || *from_ <= record.time) && (!to_ || record.time < *to_);
  }
  // Empty where the record is none of those asked for. What costs least is looked at first.
  Result<std::string> LineOf(const audit::Record& record) {
    if (!HeaderFits(record)) return std::string();
    Opened opened{record, {}, {}};
    if (IsRequest(record)) {
      OXP_TRY(opened.customer, CustomerOf(reader_, record));
      if (!arguments_.customer.empty() && opened.customer != arguments_.customer) {
        erased_ += IsErased(record, "facts") ? 1U : 0U;
        return std::string();
      }
      auto section = reader_.Decrypt(record, "decision");
      if (!section && section.error().code != ErrorCode::kNotFound) return std::unexpected(section.error());
      if (section) {
        OXP_TRY(engine::RecordedDecision read, engine::ReadDecision(*section));
        opened.decision = std::move(read.decision);
      }
    }
    if (!SectionsFit(opened)) return std::string();
    return globals_.json ? JsonLine(opened) : TextLine(opened);
  }

  bool SectionsFit(const Opened& opened) {
    const bool asks_inside = !arguments_.action.empty() || !arguments_.reason.empty();
    if (!IsRequest(opened.record)) return arguments_.customer.empty() && !asks_inside;
    if (!asks_inside) return true;
    if (!opened.decision) {
      ++erased_;
      return false;
    }
    return (arguments_.action.empty() || Concerns(*opened.decision, arguments_.action)) &&
           (arguments_.reason.empty() || Gives(*opened.decision, arguments_.reason));
  }

  bool IsErased(const audit::Record& record, std::string_view section) {
    const auto opened = reader_.Decrypt(record, section);
    return !opened && opened.error().code == ErrorCode::kNotFound;
  }

  void TellRest() const {
    if (given_ == 0 && damaged_ == 0)
      PrintError("no such record among " + std::to_string(reader_.size()) + "; names are matched whole: see 'oxpecker rules show'\n");
    if (erased_ != 0)
      PrintError(std::to_string(erased_) + " more cannot be searched: their sections were erased\n");
    if (damaged_ != 0)
      PrintError("oxpecker: the log is broken: " + std::to_string(damaged_) +
                 (damaged_ == 1 ? " record is" : " records are") + " damaged; 'oxpecker log verify' says what to do\n");
  }

  const Globals& globals_;
  const Arguments& arguments_;
  audit::LogReader& reader_;
  Progress progress_;
  std::optional<Instant> from_;
  std::optional<Instant> to_;
  std::uint64_t read_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t damaged_ = 0;
  std::uint64_t erased_ = 0;
};

int RunList(const Globals& globals, const Arguments& arguments) {
  auto workspace = Workspace::Find(globals.workspace);
  if (!workspace) return Complain(globals, workspace.error());
  auto reader = workspace->OpenReader();
  if (!reader) return Complain(globals, reader.error());
  return Listing(globals, arguments, *reader).Run();
}

}  // namespace

namespace {

std::vector<std::string> KindNames() {
  std::vector<std::string> names;
  for (const audit::KindDefinition& kind : audit::KindDefinitions()) names.emplace_back(kind.name);
  return names;
}

}  // namespace

void AddLogList(CLI::App& log, Commands commands) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* list = log.add_subcommand("list", "The records, a line each, newest last: all, or those asked for");
  list->add_option("--customer", arguments->customer, "Of this customer, by the id in the facts");
  list->add_option("--outcome", arguments->outcome, "That came to this")->check(CLI::IsMember({"action", "silent", "refused"}));
  list->add_option("--action", arguments->action, "In which this action or flag came up, said or held back");
  list->add_option("--reason", arguments->reason, "That give this reason's code");
  list->add_option("--from", arguments->from, "Recorded on or after this day or instant, UTC");
  list->add_option("--to", arguments->to, "Recorded before this day or instant, UTC");
  list->add_option("--kind", arguments->kind, "Of this kind")
      ->check(CLI::IsMember(KindNames()));
  list->add_option("--limit", arguments->limit, "The last N of them")->check(CLI::PositiveNumber);
  list->footer("Names are matched whole. A damaged record is listed as such, whatever was asked for, since nobody can tell\n"
               "what it held.\n\n"
               "Examples:\n  oxpecker log list --customer tomas\n  oxpecker log list --outcome refused --limit 20\n"
               "  oxpecker log list --action autopay_setup --from 2026-10-01 --to 2026-11-01 --json\n\n"
               "Exit codes: 0 listed, be it nothing; 4 the log is broken.");
  list->callback([=] { commands.chosen = [=] { return RunList(commands.globals, *arguments); }; });
}

}  // namespace oxpecker::cli
