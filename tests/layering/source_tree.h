// tests/layering/source_tree.h - the project's own sources, read as text, for the tests that check
// the house itself. Not thread-safe; owns all text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace oxpecker::layering {

struct SourceFile {
  std::string path;                // relative to the repository, '/' between folders
  std::vector<std::string> lines;  // as written
  // The same lines with comments, string and character literals blanked out by spaces, so that a
  // column means the same in both.
  std::vector<std::string> code;

  bool is_header() const { return path.ends_with(".h"); }
  bool is_in(std::string_view folder) const {
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
  }
};

// One `#include`, as written.
struct Include {
  std::size_t line = 0;  // from 1
  std::string name;
  bool angled = false;
};

// One function with a body at namespace or class scope, from its first line to its closing brace.
struct Function {
  std::size_t line = 0;  // from 1
  std::size_t lines = 0;
  std::string signature;  // the text before the brace, spaces squeezed
};

SourceFile ParseSource(std::string path, std::string_view text);
std::vector<Include> IncludesOf(const SourceFile& file);
std::vector<Function> FunctionsOf(const SourceFile& file);

// The column (from 0) of `word` in `line` where it stands alone, or npos.
std::size_t FindWord(std::string_view line, std::string_view word, std::size_t from = 0);

// Every .h and .cc under the folders, in order of path. Folders that do not exist are skipped.
std::vector<SourceFile> ReadTree(const std::vector<std::string>& folders);

// A whole file as text; empty where it cannot be read.
std::string ReadText(const std::string& path);

// "base/decimal.cc:12"
std::string Place(const SourceFile& file, std::size_t line);

}  // namespace oxpecker::layering
