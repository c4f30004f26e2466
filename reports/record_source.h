// reports/record_source.h - where a report's records come from: the log, or rows made by hand in a
// test. The contract of each call is that of audit::LogReader (audit/log_reader.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log_reader.h"
#include "base/result.h"

namespace oxpecker::reports {

class RecordSource {
 public:
  virtual ~RecordSource() = default;
  virtual std::string origin() const = 0;
  virtual std::uint64_t size() const = 0;
  virtual Status ForEach(std::uint64_t from, std::uint64_t to,
                         const std::function<Status(const audit::Record&)>& visit) = 0;
  virtual Result<audit::Record> Read(std::uint64_t seq) = 0;
  virtual Result<std::string> Decrypt(const audit::Record& record, std::string_view section) = 0;
  virtual Result<std::vector<audit::SignedCheckpoint>> Checkpoints() = 0;
};

// Reads from a log that is open for reading. Does not own it.
class LogRecordSource final : public RecordSource {
 public:
  explicit LogRecordSource(audit::LogReader& reader) : reader_(reader) {}
  std::string origin() const override;
  std::uint64_t size() const override;
  Status ForEach(std::uint64_t from, std::uint64_t to,
                 const std::function<Status(const audit::Record&)>& visit) override;
  Result<audit::Record> Read(std::uint64_t seq) override;
  Result<std::string> Decrypt(const audit::Record& record, std::string_view section) override;
  Result<std::vector<audit::SignedCheckpoint>> Checkpoints() override;

 private:
  audit::LogReader& reader_;
};

}  // namespace oxpecker::reports
