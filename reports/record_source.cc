#include "reports/record_source.h"

namespace oxpecker::reports {

std::string LogRecordSource::origin() const { return reader_.origin(); }

std::uint64_t LogRecordSource::size() const { return reader_.size(); }

Status LogRecordSource::ForEach(std::uint64_t from, std::uint64_t to,
                                const std::function<Status(const audit::Record&)>& visit) {
  return reader_.ForEach(from, to, visit);
}

Result<audit::Record> LogRecordSource::Read(std::uint64_t seq) { return reader_.Read(seq); }

Result<std::string> LogRecordSource::Decrypt(const audit::Record& record,
                                             std::string_view section) {
  return reader_.Decrypt(record, section);
}

Result<std::vector<audit::SignedCheckpoint>> LogRecordSource::Checkpoints() {
  return reader_.Checkpoints();
}

}  // namespace oxpecker::reports
