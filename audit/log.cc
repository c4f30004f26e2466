#include "audit/log.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "audit/entry_encoder.h"
#include "audit/key_rotation.h"
#include "audit/log_writer.h"

namespace oxpecker::audit {
namespace {

constexpr const char* kWriterComponent = "log_writer";  // PERSISTED, in records of kind heartbeat

// What waits for the sequencer: an entry, or the wish for a checkpoint, or both with the key that takes
// over there.
struct Waiting {
  std::optional<EncodedEntry> entry;
  std::optional<SigningKey> next_key;
  bool urgent = true;  // somebody blocks on it already
  std::promise<Result<Receipt>> receipt;
  std::promise<Result<SignedCheckpoint>> checkpoint;

  bool wants_receipt() const { return entry && !next_key; }  // and not a head
  void Refuse(const Error& error) {
    if (wants_receipt())
      receipt.set_value(std::unexpected(error));
    else
      checkpoint.set_value(std::unexpected(error));
  }
};

std::future<Result<Receipt>> Ready(Error error) {
  std::promise<Result<Receipt>> promise;
  promise.set_value(std::unexpected(std::move(error)));
  return promise.get_future();
}

}  // namespace

class Log::Impl {
 public:
  Impl(const LogOptions& options, std::unique_ptr<LogWriter> writer)
      : limits_(options.limits),
        bounds_(options.group),
        cadence_(options.cadence),
        queue_records_max_(options.queue_records_max),
        queue_bytes_max_(options.queue_bytes_max),
        origin_(writer->origin()),
        paths_(options.paths),
        clock_(options.clock),
        wait_clock_(options.wait_clock != nullptr ? options.wait_clock : &steady_),
        writer_(std::move(writer)),
        quiet_since_(wait_clock_->Now()),
        size_seen_(writer_->size()),
        sequencer_([this] { Sequence(); }) {}

  std::future<Result<Receipt>> Submit(Entry entry, bool urgent);
  Result<SignedCheckpoint> WriteCheckpoint();
  Result<SignedCheckpoint> RotateKey();
  Status Close();
  const std::string& origin() const { return origin_; }
  const LogPaths& paths() const { return paths_; }
  Vault& vault() { return writer_->vault(); }

 private:
  using Group = std::vector<Waiting>;
  std::optional<Error> Refusal();
  std::optional<Error> RefusalLocked() const;
  std::optional<Error> Enqueue(Waiting waiting);
  // The sequencer's thread, and nobody else, runs these.
  void Sequence();
  bool Gathered() const;
  Group TakeGroup();  // empty: closing, or a checkpoint or heartbeat is due
  bool IsOver();
  std::optional<Error> Failure();
  void Write(Group& group);
  void WriteEntries(Group& group);
  WaitClock::Time NextDue() const;
  void KeepCadence();
  Status Seal();
  Status WriteHeartbeat();
  void FailAll(Group& group, const Error& error);

  const RecordLimits limits_;
  const GroupCommitBounds bounds_;
  const CheckpointCadence cadence_;
  const std::size_t queue_records_max_;
  const std::size_t queue_bytes_max_;
  const std::string origin_;
  const LogPaths paths_;
  Clock* const clock_;
  SteadyWaitClock steady_;
  WaitClock* const wait_clock_;
  std::unique_ptr<LogWriter> writer_;  // the sequencer's, except for its vault
  // Likewise: when the first record was committed that no head covers, and when the last one was.
  std::optional<WaitClock::Time> unsealed_since_;
  WaitClock::Time quiet_since_;
  std::uint64_t size_seen_;

  std::mutex mutex_;  // guards all below
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<Waiting> queue_;
  std::size_t queue_bytes_ = 0;
  std::size_t queue_urgent_ = 0;
  enum class Wants { kNothing, kWork, kGroup };
  Wants sequencer_wants_ = Wants::kNothing;  // what it sleeps for
  bool closing_ = false;
  std::optional<Error> failed_;

  std::mutex close_mutex_;
  std::optional<Status> closed_;  // what Close answered
  std::thread sequencer_;         // last: it uses all of the above
};

std::optional<Error> Log::Impl::RefusalLocked() const {
  if (failed_) return failed_;
  if (closing_) return Error{ErrorCode::kRefused, origin_, "the log is closed", "open it again"};
  return std::nullopt;
}

std::optional<Error> Log::Impl::Refusal() {
  const std::lock_guard lock(mutex_);
  return RefusalLocked();
}

std::optional<Error> Log::Impl::Enqueue(Waiting waiting) {
  const std::size_t bytes = waiting.entry ? waiting.entry->bytes : 0;
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] {
    return closing_ || failed_ || queue_.empty() ||
           (queue_.size() < queue_records_max_ && queue_bytes_ < queue_bytes_max_);
  });
  if (auto refusal = RefusalLocked()) return refusal;
  queue_urgent_ += waiting.urgent ? 1U : 0U;
  queue_.push_back(std::move(waiting));
  queue_bytes_ += bytes;
  const bool wake = sequencer_wants_ == Wants::kWork ||
                    (sequencer_wants_ == Wants::kGroup && Gathered());
  lock.unlock();
  if (wake) work_.notify_one();
  return std::nullopt;
}

std::future<Result<Receipt>> Log::Impl::Submit(Entry entry, bool urgent) {
  if (auto refusal = Refusal()) return Ready(*std::move(refusal));
  auto encoded = EncodeEntry(origin_, std::move(entry), limits_, writer_->vault());
  if (!encoded) return Ready(std::move(encoded).error());
  Waiting waiting;
  waiting.entry = *std::move(encoded);
  waiting.urgent = urgent;
  auto receipt = waiting.receipt.get_future();
  if (auto error = Enqueue(std::move(waiting))) return Ready(*std::move(error));
  return receipt;
}

Result<SignedCheckpoint> Log::Impl::WriteCheckpoint() {
  Waiting waiting;
  auto checkpoint = waiting.checkpoint.get_future();
  if (auto error = Enqueue(std::move(waiting))) return std::unexpected(*std::move(error));
  return checkpoint.get();
}

Result<SignedCheckpoint> Log::Impl::RotateKey() {
  if (auto refusal = Refusal()) return std::unexpected(*std::move(refusal));
  OXP_TRY(const LogKeys keys, LogKeys::FromFileOrText(paths_.verifier_key.string()));
  OXP_TRY(SigningKey next, NextSigningKey(paths_, keys));
  Entry entry{.kind = RecordKind::kKeyRotation, .time = clock_->Now()};
  entry.about.Set("new_key", next.verifier().ToString());
  entry.about.Set("old_key", keys.current().ToString());
  entry.about.Set("purpose", kSigningPurpose);
  OXP_TRY(EncodedEntry encoded, EncodeEntry(origin_, std::move(entry), limits_, writer_->vault()));
  Waiting waiting;
  waiting.entry = std::move(encoded);
  waiting.next_key = std::move(next);
  auto head = waiting.checkpoint.get_future();
  if (auto error = Enqueue(std::move(waiting))) return std::unexpected(*std::move(error));
  return head.get();
}

// There is no reason to wait for more company.
bool Log::Impl::Gathered() const {
  return closing_ || queue_urgent_ > 0 || queue_.size() >= bounds_.gather_records ||
         queue_bytes_ >= bounds_.bytes_max;
}

Log::Impl::Group Log::Impl::TakeGroup() {
  Group group;
  std::unique_lock lock(mutex_);
  // Once failed, it only refuses what comes: nothing is due any more.
  const WaitClock::Time due = failed_ ? WaitClock::kNever : NextDue();
  sequencer_wants_ = Wants::kWork;
  while (!closing_ && queue_.empty() && wait_clock_->Now() < due) wait_clock_->WaitUntil(work_, lock, due);
  if (queue_.empty()) return group;
  sequencer_wants_ = Wants::kGroup;
  const WaitClock::Time gathered_by = wait_clock_->Now() + bounds_.gather_max;
  while (!Gathered() && wait_clock_->Now() < gathered_by) wait_clock_->WaitUntil(work_, lock, gathered_by);
  sequencer_wants_ = Wants::kNothing;
  std::size_t bytes = 0;
  while (!queue_.empty() && group.size() < bounds_.records_max && bytes < bounds_.bytes_max) {
    const bool is_entry = queue_.front().wants_receipt();
    if (!is_entry && !group.empty()) break;  // a checkpoint is a group of its own
    if (queue_.front().entry) bytes += queue_.front().entry->bytes;
    queue_urgent_ -= queue_.front().urgent ? 1U : 0U;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (!is_entry) break;
  }
  queue_bytes_ -= bytes;
  lock.unlock();
  room_.notify_all();
  return group;
}

bool Log::Impl::IsOver() {
  const std::lock_guard lock(mutex_);
  return closing_ && queue_.empty();
}

std::optional<Error> Log::Impl::Failure() {
  const std::lock_guard lock(mutex_);
  return failed_;
}

void Log::Impl::Sequence() {
  while (true) {
    Group group = TakeGroup();
    if (group.empty() && IsOver()) return;
    if (const auto failed = Failure()) {
      for (Waiting& waiting : group) waiting.Refuse(*failed);
      continue;
    }
    if (!group.empty()) Write(group);
    if (!Failure()) KeepCadence();
  }
}

WaitClock::Time Log::Impl::NextDue() const {
  WaitClock::Time due = WaitClock::kNever;
  if (unsealed_since_) due = *unsealed_since_ + cadence_.interval;
  if (cadence_.heartbeat.count() > 0) due = std::min<WaitClock::Time>(due, quiet_since_ + cadence_.heartbeat);
  return due;
}

// After each group, and when something is due.
void Log::Impl::KeepCadence() {
  const WaitClock::Time now = wait_clock_->Now();
  const std::uint64_t unsealed = writer_->records_since_checkpoint();
  if (writer_->size() != size_seen_) quiet_since_ = now;
  size_seen_ = writer_->size();
  if (unsealed > 0 && !unsealed_since_) unsealed_since_ = now;
  if (unsealed == 0) unsealed_since_.reset();
  Status kept;
  if (unsealed_since_ && (unsealed >= cadence_.records_max || now >= *unsealed_since_ + cadence_.interval)) {
    kept = Seal();
  } else if (cadence_.heartbeat.count() > 0 && now >= quiet_since_ + cadence_.heartbeat) {
    kept = WriteHeartbeat();
    quiet_since_ = now;
  }
  Group nobody;
  if (!kept) FailAll(nobody, kept.error());
}

Status Log::Impl::Seal() {
  OXP_TRY([[maybe_unused]] const SignedCheckpoint head, writer_->WriteCheckpoint());
  unsealed_since_.reset();
  return {};
}

Status Log::Impl::WriteHeartbeat() {
  Entry entry{.kind = RecordKind::kHeartbeat, .time = clock_->Now()};
  entry.about.Set("component", kWriterComponent);
  OXP_TRY(const EncodedEntry encoded, EncodeEntry(origin_, std::move(entry), limits_, writer_->vault()));
  const EncodedEntry* group[] = {&encoded};
  OXP_TRY([[maybe_unused]] const auto receipts, writer_->WriteGroup(group));
  size_seen_ = writer_->size();
  return Seal();
}

void Log::Impl::Write(Group& group) {
  Waiting& first = group.front();
  if (first.wants_receipt()) return WriteEntries(group);
  auto checkpoint = first.next_key ? writer_->RotateKey(*first.entry, *std::move(first.next_key))
                                   : writer_->WriteCheckpoint();
  if (!checkpoint) return FailAll(group, checkpoint.error());
  group.front().checkpoint.set_value(std::move(checkpoint));
}

void Log::Impl::WriteEntries(Group& group) {
  std::vector<const EncodedEntry*> entries;
  entries.reserve(group.size());
  for (const Waiting& waiting : group) entries.push_back(&*waiting.entry);
  auto receipts = writer_->WriteGroup(entries);
  if (!receipts) return FailAll(group, receipts.error());
  for (std::size_t i = 0; i < group.size(); ++i)
    group[i].receipt.set_value(std::move((*receipts)[i]));
}

// After a failed commit nobody knows what the disk holds. The log stays failed until it is opened
// again, which reads what is there.
void Log::Impl::FailAll(Group& group, const Error& cause) {
  Error error = cause;
  error.hint =
      "the log takes no more records until it is opened again; then retry with the same "
      "decision ids" +
      (cause.hint.empty() ? std::string() : "; " + cause.hint);
  {
    const std::lock_guard lock(mutex_);
    failed_ = error;
  }
  room_.notify_all();
  for (Waiting& waiting : group) waiting.Refuse(error);
}

Status Log::Impl::Close() {
  const std::lock_guard once(close_mutex_);
  if (closed_) return *closed_;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_.notify_all();
  room_.notify_all();
  sequencer_.join();
  Status status;
  if (failed_) {
    status = std::unexpected(*failed_);
  } else if (auto checkpoint = writer_->WriteCheckpoint(); !checkpoint) {
    status = std::unexpected(checkpoint.error());
  }
  const Status closed = writer_->Close();
  writer_.reset();  // and with it the lock
  if (status && !closed) status = closed;
  closed_ = status;
  return status;
}

Result<std::unique_ptr<Log>> Log::Open(LogOptions options) {
  OXP_TRY(auto writer, LogWriter::Open(options));
  return std::unique_ptr<Log>(new Log(std::make_unique<Impl>(options, std::move(writer))));
}

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::~Log() { [[maybe_unused]] const Status ignored = impl_->Close(); }
Result<Receipt> Log::Append(Entry entry) { return impl_->Submit(std::move(entry), true).get(); }
std::future<Result<Receipt>> Log::Submit(Entry entry) {
  return impl_->Submit(std::move(entry), false);
}
Result<SignedCheckpoint> Log::RotateKey() { return impl_->RotateKey(); }
Result<SignedCheckpoint> Log::WriteCheckpoint() { return impl_->WriteCheckpoint(); }
Status Log::Close() { return impl_->Close(); }
const std::string& Log::origin() const { return impl_->origin(); }
const LogPaths& Log::paths() const { return impl_->paths(); }
Vault& Log::vault() { return impl_->vault(); }

}  // namespace oxpecker::audit
