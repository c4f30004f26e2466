// Any pattern against any text: whatever they are, matching ends within its steps, by a typed outcome.
// The first byte says which function and flags; then the pattern up to a line's end; then the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/feel/evaluator.h"
#include "rules/feel/program.h"

namespace oxpecker::feel {
namespace {

constexpr Limits kLimits = {.steps_max = 200'000, .memory_bytes_max = 8U << 20U};

class Functions {
 public:
  Functions() {
    scope_.Add("text", Type::String());
    scope_.Add("pattern", Type::String());
    scope_.Add("flags", Type::String());
    for (const char* source : {"matches(text, pattern, flags)", "replace(text, pattern, \"<$1$2>\", flags)",
                               "split(text, pattern)", "replace(text, pattern, text, flags)"})
      programs_.push_back(*Compile(source, scope_, {}));
  }

  void Run(std::uint8_t which, std::string_view pattern, std::string_view text) {
    constexpr std::string_view kFlags[] = {"", "i", "smx", "q"};
    const Value inputs[] = {Value::String(text), Value::String(pattern), Value::String(kFlags[which / 4 % 4])};
    const Value found = evaluator_.Evaluate(programs_[which % 4], inputs, {});
    if (found.is_null() && found.cause() == nullptr) std::abort();  // a null must say why
    ToFeelText(found);
    evaluator_.Reset();
  }

 private:
  Scope scope_;
  std::vector<Program> programs_;
  Evaluator evaluator_{kLimits};
};

}  // namespace
}  // namespace oxpecker::feel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static oxpecker::feel::Functions functions;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t end = rest.find('\n');
  const std::string_view pattern = rest.substr(0, end);
  functions.Run(data[0], pattern, end == std::string_view::npos ? "" : rest.substr(end + 1));
  return 0;
}
