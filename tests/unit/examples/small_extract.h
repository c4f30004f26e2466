// tests/unit/examples/small_extract.h - a made-up extract in a folder of its own, removed at the
// end.
#pragma once

#include <filesystem>
#include <string>

namespace oxpecker::berka {

class SmallExtract {
 public:
  SmallExtract();
  ~SmallExtract();
  SmallExtract(const SmallExtract&) = delete;
  SmallExtract& operator=(const SmallExtract&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  // `table` is "trans", "account", ...
  void Write(const std::string& table, const std::string& text) const;
  void Append(const std::string& table, const std::string& line) const;
  // The first `from` becomes `to`; a test failure where it is not there.
  void Replace(const std::string& table, const std::string& from, const std::string& to) const;

 private:
  std::filesystem::path File(const std::string& table) const;
  std::filesystem::path directory_;
};

}  // namespace oxpecker::berka
