#include "apps/cli/witness_asking.h"

#include <charconv>
#include <filesystem>
#include <utility>

#include "apps/cli/http.h"
#include "apps/cli/witness_drop.h"
#include "audit/witness.h"
#include "base/printable.h"

namespace oxpecker::cli {
namespace {

constexpr int kAttempts = 3;  // its size may have changed once more meanwhile

Result<audit::AddCheckpointRequest> RequestFrom(std::uint64_t old_size, audit::LogReader& reader, const audit::SignedCheckpoint& head) {
  OXP_TRY(const audit::Checkpoint older, reader.HeadAt(old_size));
  OXP_TRY(audit::HashPath proof, reader.ProveConsistency(older, head.checkpoint));
  return audit::AddCheckpointRequest{old_size, std::move(proof), head.note};
}

std::optional<std::uint64_t> ToldSize(const HttpAnswer& answer) {
  if (answer.status != audit::kWitnessConflict || !answer.type.starts_with(audit::kLogSizeType)) return std::nullopt;
  std::uint64_t size = 0;
  const char* end = answer.body.data() + answer.body.size();
  const auto read = std::from_chars(answer.body.data(), end, size);
  const bool whole = read.ec == std::errc() && (read.ptr == end || (*read.ptr == '\n' && read.ptr + 1 == end));
  return whole ? std::optional(size) : std::nullopt;
}

// Of what the witness wrote, a line at most.
std::string Quoted(const HttpAnswer& answer) {
  const std::string line = answer.body.substr(0, std::min<std::size_t>(answer.body.find('\n'), 200));
  return std::to_string(answer.status) + (line.empty() ? "" : ": " + Printable(line));
}

std::string Over(std::uint64_t size) { return "over " + std::to_string(size) + " records"; }

constexpr const char* kForkHint =
    "two histories of this log exist, or the witness is broken: ask it for its head, keep both, and run 'oxpecker log verify'";

// What an answer to `request` means. Nothing where the witness is to be asked again, from `*known_size`.
bool Understand(const HttpAnswer& answer, const audit::AddCheckpointRequest& request, const audit::SignedCheckpoint& head,
                const audit::Policy& policy, Asked& asked, std::uint64_t& known_size) {
  const std::uint64_t size = head.checkpoint.size;
  const auto fail = [&](ErrorCode code, std::string message, const char* hint, bool fork = false) {
    asked.error = Error{code, asked.where, std::move(message), hint};
    asked.fork = fork;
    return true;
  };
  if (answer.status == audit::kWitnessSigned) {
    auto seen = audit::ReadAnswer(head.note, answer.body, policy);
    if (!seen) return fail(seen.error().code, seen.error().message, "the witness signed with another key than the policy says, or not this head");
    asked.head = head;
    asked.seen = *std::move(seen);
    return true;
  }
  if (const auto told = ToldSize(answer)) {
    if (*told > size)
      return fail(ErrorCode::kIntegrity, "the witness signed a head " + Over(*told) + ", this log's is " + Over(size) + ": it is an older copy",
                  "run 'oxpecker log checkpoint' if records are not sealed yet; otherwise this log lost its tail");
    if (*told == size && request.old_size == size)
      return fail(ErrorCode::kIntegrity, "FORK: the witness signed another head " + Over(size), kForkHint, true);
    known_size = *told;
    return false;
  }
  // The proof led from our own records to the head, so the witness knows others.
  if (answer.status == audit::kWitnessNotProven && request.old_size > 0)
    return fail(ErrorCode::kIntegrity, "FORK: the witness signed another head " + Over(request.old_size) + " than this log has", kForkHint, true);
  if (answer.status == audit::kWitnessUnknownLog)
    return fail(ErrorCode::kNotFound, "the witness does not know this log", "give whoever runs it keys/log.vkey: oxpecker witness add-log");
  if (answer.status == audit::kWitnessNotSigned)
    return fail(ErrorCode::kRefused, "the witness does not know the key that signed the head (" + Quoted(answer) + ")",
                "after a rotation give whoever runs it the new keys/log.vkey");
  return fail(ErrorCode::kUnavailable, "the witness did not sign (" + Quoted(answer) + ")", "try again later");
}

Asked AskUrl(const std::string& url, audit::LogReader& reader, const audit::SignedCheckpoint& head, const audit::Policy& policy,
             std::uint64_t known_size) {
  Asked asked{.where = url};
  const std::string address = url + (url.ends_with('/') ? "" : "/") + "add-checkpoint";
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto request = RequestFrom(known_size, reader, head);
    const auto answer = request ? HttpPost(address, request->ToString()) : Result<HttpAnswer>(std::unexpected(request.error()));
    if (!answer) {
      asked.error = answer.error();
      return asked;
    }
    if (Understand(*answer, *request, head, policy, asked, known_size)) return asked;
  }
  asked.error = Error{ErrorCode::kUnavailable, url, "the witness names another size each time", "is somebody else sending heads of this log?"};
  return asked;
}

// Takes what was answered since, then asks for the newest head where that was not answered.
Asked AskFolder(const std::string& folder, audit::LogReader& reader, const audit::SignedCheckpoint& head,
                const audit::Policy& policy, std::uint64_t known_size) {
  Asked asked{.where = folder};
  const auto fail = [&](Error error) {
    asked.error = std::move(error);
    return asked;
  };
  const auto dropped = ReadDropped(folder);
  if (!dropped) return fail(dropped.error());
  for (const Dropped& request : *dropped) {
    const auto parsed = audit::AddCheckpointRequest::Parse(request.request);
    const auto about = parsed ? audit::ReadCheckpoint(parsed->note) : Result<audit::Checkpoint>(std::unexpected(parsed.error()));
    if (!about || about->origin != reader.origin()) continue;  // another log's
    const auto answer = ReadDroppedAnswer(folder, request.name);
    if (!answer && answer.error().code != ErrorCode::kNotFound) return fail(answer.error());
    if (!answer) {
      asked.waiting = true;
      continue;
    }
    const bool understood = Understand(*answer, *parsed, {*about, parsed->note}, policy, asked, known_size);
    TakeAway(folder, request.name);
    if (understood && asked.error) return asked;
  }
  const bool has_newest = asked.head && asked.head->checkpoint.size == head.checkpoint.size;
  if (has_newest || asked.waiting) return asked;
  if (asked.head) known_size = asked.head->checkpoint.size;
  const auto request = RequestFrom(known_size, reader, head);
  if (!request) return fail(request.error());
  if (auto put = DropRequest(folder, request->ToString()); !put) return fail(put.error());
  asked.waiting = true;
  return asked;
}

}  // namespace

Asked AskWitness(const std::string& where, audit::LogReader& reader, const audit::SignedCheckpoint& head, const audit::Policy& policy,
                 std::uint64_t known_size) {
  return where.find("://") != std::string::npos ? AskUrl(where, reader, head, policy, known_size)
                                                 : AskFolder(where, reader, head, policy, known_size);
}

}  // namespace oxpecker::cli
