// engine/recording_decider.h - the production entry: decide, record, and only then answer.
//
// One record for every request, refusals included (docs/format/decision_v1.md). There is no state
// without a log. One a thread, all over one Log; Start() hands the record to the log's sequencer and
// returns, so that deciding and committing overlap.
//
// A request that comes again - the same id, facts and event, byte for byte - is answered with what was
// recorded the first time, whichever release is in force now; other facts or another event under a
// known id are refused (kRefused).
//
// Example:
//   RecordingDecider decider(release, log, clock);
//   OXP_TRY(Recorded recorded, decider.Decide(id, facts_json, event_json));
//   Answer(recorded.decision, recorded.receipt);
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "audit/log.h"
#include "audit/log_reader.h"
#include "audit/record.h"
#include "base/clock.h"
#include "base/identifier.h"
#include "engine/decide/decider.h"

namespace oxpecker::engine {

struct Recorded {
  DecisionId id;
  std::string subject;  // the customer's id; empty where a refused document shows none
  Decision decision;
  audit::Receipt receipt;
  // Where the request came again: the section `decision` of its record, verbatim; `decision` is read
  // from it, without its trace.
  std::optional<std::string> recorded_section;
};

// A decision whose record is on its way to the disk. Nothing may be answered before the receipt.
struct Pending {
  DecisionId id;
  std::string subject;  // as in Recorded
  Decision decision;
  std::future<Result<audit::Receipt>> receipt;
};

// Waits for receipts, and reads back what was recorded for requests that came again. Not thread-safe.
class Answers {
 public:
  explicit Answers(const audit::Log& log) : log_(log) {}  // must outlive it
  Result<Recorded> Await(Pending pending);

 private:
  Result<Recorded> ReadBack(Pending pending, const audit::Receipt& receipt);
  const audit::Log& log_;
  std::optional<audit::LogReader> reader_;  // kept from one repetition to the next
};

class RecordingDecider {
 public:
  // `log` and `clock` must outlive it. The clock gives the record's time, never the decision's.
  RecordingDecider(std::shared_ptr<const Release> release, audit::Log& log, Clock& clock);

  // Blocks until the record is durable.
  Result<Recorded> Decide(const DecisionId& id, std::string_view facts_json, std::string_view event_json);

  Pending Start(const DecisionId& id, std::string_view facts_json, std::string_view event_json);

 private:
  Decider decider_;
  audit::Log& log_;
  Clock& clock_;
  Answers answers_;
};

// The entry that records a decision. Pure; used by the recording decider and by tests.
// The name under which the vault keeps a customer's key: the id, or, where it is longer than the log
// takes, a byte FF and its SHA-256. No id is that, since an id is UTF-8. The log refuses no document
// for the length of an id.
std::string VaultNameOf(const std::string& customer_id);

audit::Entry RecordOf(const Decision& decision, const DecisionId& id, const std::string& subject, Instant time,
                      std::string_view facts_json, std::string_view event_json);

// Did the pack's own tests pass before the release came into force? PERSISTED by name.
enum class PackTestRun : std::uint8_t {
  kPassed,
  kSkipped,  // somebody said so
  kNotRun,   // they were not at hand: the rules had changed since the release was built
};
std::string_view Name(PackTestRun run);  // "passed", "skipped", "not_run"

// The entry that records a release coming into force (docs/format/decision_v1.md).
audit::Entry RecordOf(const Release& release, PackTestRun tests, Instant time);

}  // namespace oxpecker::engine
