// tests/unit/reports/fake_log.h - records made by hand, in memory, with a verification that agrees
// with them: a report's counts can then be said in advance.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "audit/verify.h"
#include "base/instant.h"
#include "base/json/value.h"
#include "reports/period_report.h"
#include "reports/record_source.h"

namespace oxpecker::reports::test {

// A candidate of a decision, in the words of docs/format/decision_v1.md.
struct Proposal {
  std::string action;
  std::string rule = "late_fees";
  std::string state = "selected";
  std::string guard;   // decided_by, with a verdict that fits `state`
  std::string reason;  // that the guard gave
  std::string action_class = "service";
};

struct Made {
  std::string time;
  std::string as_of;  // empty: the same as `time`
  std::string event = "customer.review";
  std::string release;
  std::vector<Proposal> proposals;
  std::vector<std::string> flags;
  std::vector<std::string> reasons;
  std::vector<std::pair<std::string, std::string>> unknowns;  // rule, kind of cause
  std::vector<std::string> unknown_features = {};
};

Instant At(const std::string& text);  // aborts on text that is no instant
std::string ReleaseDigest(char digit);  // 64 times that digit

class FakeLog final : public RecordSource {
 public:
  void AddRelease(const std::string& time, const std::string& digest,
                  const std::string& pack_version = "1.0.0", int approvals = 0,
                  const std::string& tests = "passed", const std::string& late_fee_n = "3");
  void AddDecision(const Made& made);
  void AddRefusal(const std::string& time, const std::string& release,
                  const std::vector<std::pair<std::string, std::string>>& issues);
  void AddPlain(audit::RecordKind kind, const std::string& time, json::Object about = {});

  // What the verifier would say of these records: all holds, all under one signed head.
  audit::LogVerification Proven() const;

  // Damage done afterwards.
  void Drop(std::size_t seq);  // and renumbers nothing: what follows keeps its number
  std::vector<audit::Record>& records() { return records_; }
  std::map<std::pair<std::uint64_t, std::string>, Result<std::string>>& sections() {
    return sections_;
  }

  std::string origin() const override { return "bank.example/test/decisions"; }
  std::uint64_t size() const override { return records_.size(); }
  Status ForEach(std::uint64_t from, std::uint64_t to,
                 const std::function<Status(const audit::Record&)>& visit) override;
  Result<audit::Record> Read(std::uint64_t seq) override;
  Result<std::string> Decrypt(const audit::Record& record, std::string_view section) override;
  Result<std::vector<audit::SignedCheckpoint>> Checkpoints() override;

 private:
  void Add(audit::RecordKind kind, const std::string& time, json::Object about,
           const std::string& section, const json::Value& content);
  std::vector<audit::Record> records_;
  std::map<std::pair<std::uint64_t, std::string>, Result<std::string>> sections_;
};

// About 300 records over 15 months: releases, decisions of every kind, refusals, erased sections.
// The same records at every call.
FakeLog SampleLog();
PeriodQuery SampleQuery();

}  // namespace oxpecker::reports::test
