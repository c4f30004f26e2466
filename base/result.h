// base/result.h - how an operation says that it did not work.
//
// Three kinds of failure are never mixed: an operating error (bad file, full disk, refused input) is
// an Error in a Result; an error inside the expression language is a value with a cause
// (rules/feel/value.h); a programmer's mistake ends the process (check.h). No exception crosses a
// module's header: files that call throwing libraries catch there.
//
// Value types, no shared state: safe to use from any thread.
//
// Example:
//   Result<Config> Load(const std::filesystem::path& path) {
//     OXP_TRY(std::string text, ReadFile(path));
//     OXP_TRY(CheckOwner(path));                       // a Status
//     return ParseConfig(text);
//   }
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace oxpecker {

// What the caller should do about it. PERSISTED in records and JSON output: append only.
enum class ErrorCode : std::uint8_t {
  kInvalidInput = 1,  // mend the input; the same call will fail again
  kNotFound = 2,      // the thing named does not exist
  kRefused = 3,       // a rule of the house forbids it in this state
  kIntegrity = 4,     // stored evidence contradicts itself: stop and call someone
  kUnavailable = 5,   // the system said no (disk, permission, lock): retrying may help
  kLimit = 6,         // larger or deeper than the limits in force
  kUnsupported = 7,   // understood, but not something that this build does
};

// The word used for a code in JSON output: "invalid_input", "not_found", ...
const char* Name(ErrorCode code);

// One problem. `message` says what was found and what was expected, in one lowercase sentence
// without a full stop, and holds no personal data. `place` is where: "fees.yaml:14:9", a JSON
// pointer, a file name; empty where there is none. `hint` says what to do; may be empty.
struct Error {
  ErrorCode code = ErrorCode::kInvalidInput;
  std::string place;
  std::string message;
  std::string hint;

  // "fees.yaml:14:9: unknown feature 'late_fee_cnt'; did you mean 'late_fee_count'?"
  std::string ToString() const;
  friend bool operator==(const Error&, const Error&) = default;
};

// Every problem found, in the order of their places. Never empty where it stands as an error.
using Issues = std::vector<Error>;
std::string ToString(const Issues& issues);  // one a line

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using value_type = T;
  using std::expected<T, Error>::expected;
};

// A result that reports all problems at once instead of the first.
template <class T>
class [[nodiscard]] Checked : public std::expected<T, Issues> {
 public:
  using value_type = T;
  using std::expected<T, Issues>::expected;
};

using Status = Result<void>;

inline std::unexpected<Error> Fail(ErrorCode code, std::string place, std::string message,
                                   std::string hint = {}) {
  return std::unexpected<Error>(
      Error{code, std::move(place), std::move(message), std::move(hint)});
}

}  // namespace oxpecker

// OXP_TRY(declaration, expression): evaluates a Result or Checked; returns its error from the
// enclosing function, or initialises the declaration with its value.
// OXP_TRY(expression): the same for a Status, or for a value that is not needed.
// An expression with a comma outside parentheses needs a pair of them.
#define OXP_TRY_CONCAT_(a, b) a##b
#define OXP_TRY_NAME_(line) OXP_TRY_CONCAT_(oxp_try_, line)
#define OXP_TRY_2_(declaration, expression, name)                             \
  auto name = (expression);                                                   \
  if (!name.has_value()) return std::unexpected(std::move(name).error());     \
  declaration = *std::move(name)
#define OXP_TRY_1_(expression)                                                \
  do {                                                                        \
    auto oxp_try_status = (expression);                                       \
    if (!oxp_try_status.has_value())                                          \
      return std::unexpected(std::move(oxp_try_status).error());              \
  } while (false)
#define OXP_TRY_VALUE_(declaration, expression) \
  OXP_TRY_2_(declaration, expression, OXP_TRY_NAME_(__LINE__))
#define OXP_TRY_STATUS_(expression, ...) OXP_TRY_1_(expression)
#define OXP_TRY_PICK_(_1, _2, name, ...) name
#define OXP_TRY(...) OXP_TRY_PICK_(__VA_ARGS__, OXP_TRY_VALUE_, OXP_TRY_STATUS_, )(__VA_ARGS__)
