// A short run of a log with everything in it that writes, and what must be true of the log after it was
// interrupted, wherever that was.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log.h"
#include "base/clock.h"
#include "base/digest.h"

namespace oxpecker::audit {

// A receipt that was given. Also written into pipes, so it has no pointers.
struct Acknowledged {
  std::uint64_t entry = 0;
  std::uint64_t seq = 0;
  Digest leaf_hash;
  bool erases = false;  // the erasure of kErasedCustomer was completed; the other members mean nothing
};
inline constexpr const char* kErasedCustomer = "customer-1";

// Opens the log, records decisions, signs heads, lets another key take over, erases a customer, closes.
// Goes on after errors, as a program would that was told of them. Entries are numbered from `first` on.
void RunScenario(const LogPaths& paths, Clock& clock, std::uint64_t first,
                 const std::function<void(const Acknowledged&)>& tell);

// Every signed head that was ever seen, of all copies of one log: two of one size have one root.
class SeenHeads {
 public:
  void AddFrom(std::string_view bytes);  // any bytes that may hold signed notes
  const std::map<std::uint64_t, std::string>& roots() const { return roots_; }
  const std::string& fork() const { return fork_; }  // what was found, or empty

 private:
  std::map<std::uint64_t, std::string> roots_;
  std::string fork_;
};

// The log opens and takes a record; it verifies against its keys and its published head; every record of
// `told` is there, and can be read unless its customer was erased; heads do not fork. Says what is wrong, or
// nothing.
std::string Unsound(const LogPaths& paths, Clock& clock, const std::vector<Acknowledged>& told,
                    const SeenHeads& heads);

}  // namespace oxpecker::audit
