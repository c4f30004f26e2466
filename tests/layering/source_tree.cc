#include "tests/layering/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace oxpecker::layering {
namespace {

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Blanks comments and literals; line ends and the quotes themselves stay.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), out_(text) {}

  std::string Run() {
    while (at_ < text_.size()) {
      if (Starts("//")) {
        BlankUntil("\n", false);
      } else if (Starts("/*")) {
        BlankUntil("*/", true);
      } else if (Starts("R\"") && (at_ == 0 || !IsWordCharacter(text_[at_ - 1]))) {
        BlankRawString();
      } else if (text_[at_] == '"' && !IsIncludeLine()) {
        BlankQuoted('"');
      } else if (text_[at_] == '\'' && !IsDigitSeparator()) {
        BlankQuoted('\'');
      } else {
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  bool Starts(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }
  bool IsDigitSeparator() const { return at_ > 0 && IsWordCharacter(text_[at_ - 1]); }
  bool IsIncludeLine() const {
    const std::size_t start = text_.rfind('\n', at_);
    const std::string_view line = text_.substr(start == std::string_view::npos ? 0 : start + 1);
    return line.starts_with("#include");
  }
  void Blank() {
    if (out_[at_] != '\n') out_[at_] = ' ';
    ++at_;
  }
  void BlankUntil(std::string_view end, bool with_end) {
    const std::size_t found = text_.find(end, at_ + 2);
    std::size_t stop = found == std::string_view::npos ? text_.size() : found;
    if (with_end && stop < text_.size()) stop += end.size();
    while (at_ < stop) Blank();
  }
  void BlankRawString() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) {
      ++at_;
      return;
    }
    const std::string end = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
    const std::size_t found = text_.find(end, open);
    const std::size_t stop = found == std::string_view::npos ? text_.size() : found + end.size();
    while (at_ < stop) Blank();
  }
  void BlankQuoted(char quote) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) Blank();
      Blank();
    }
    if (at_ < text_.size()) ++at_;
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
};

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string Squeeze(std::string_view text) {
  std::string squeezed;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space)
      squeezed += c;
    else if (!squeezed.empty() && squeezed.back() != ' ')
      squeezed += ' ';
  }
  if (!squeezed.empty() && squeezed.back() == ' ') squeezed.pop_back();
  return squeezed;
}

// Whether a brace after this text opens a scope in which functions are looked for.
bool OpensScope(std::string_view header) {
  for (const std::string_view word : {"namespace", "class", "struct", "union", "extern"})
    if (FindWord(header, word) != std::string_view::npos)
      return header.find('(') == std::string_view::npos;
  return false;
}

bool IsFunctionHeader(std::string_view header) {
  const std::size_t parenthesis = header.find('(');
  if (parenthesis == std::string_view::npos) return false;
  const std::size_t equals = header.find('=');
  return equals == std::string_view::npos || equals > parenthesis ||
         header.find("operator") < parenthesis;
}

// Walks the code by braces. A body is skipped to its end; what is before a brace since the last
// statement, label or brace is its header.
class FunctionFinder {
 public:
  explicit FunctionFinder(const SourceFile& file) : file_(file) {}

  std::vector<Function> Run() {
    for (line_ = 0; line_ < file_.code.size(); ++line_) {
      const std::string& code = file_.code[line_];
      if (code.starts_with("#")) continue;
      for (const char c : code) Step(c);
      if (body_depth_ == 0) header_ += '\n';
    }
    return std::move(functions_);
  }

 private:
  void Step(char c) {
    if (body_depth_ > 0) {
      if (c == '{') ++body_depth_;
      if (c == '}' && --body_depth_ == 0) CloseBody();
      return;
    }
    if (c == '{') {
      OpenBrace();
    } else if (c == '}' || c == ';') {
      header_.clear();
    } else {
      if (header_.find_first_not_of(" \n") == std::string::npos) header_line_ = line_;
      header_ += c;
    }
  }
  void OpenBrace() {
    if (!OpensScope(header_))
      body_depth_ = 1;
    else
      header_.clear();
  }
  void CloseBody() {
    if (IsFunctionHeader(header_))
      functions_.push_back({header_line_ + 1, line_ - header_line_ + 1, Squeeze(header_)});
    header_.clear();
  }

  const SourceFile& file_;
  std::vector<Function> functions_;
  std::string header_;
  std::size_t header_line_ = 0;
  std::size_t line_ = 0;
  std::size_t body_depth_ = 0;
};

}  // namespace

SourceFile ParseSource(std::string path, std::string_view text) {
  SourceFile file;
  file.path = std::move(path);
  file.lines = SplitLines(text);
  file.code = SplitLines(Blanker(text).Run());
  return file;
}

std::vector<Include> IncludesOf(const SourceFile& file) {
  std::vector<Include> includes;
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    std::string_view line = file.code[i];
    if (!line.starts_with("#include")) continue;
    line.remove_prefix(std::string_view("#include").size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) continue;
    const bool angled = line[0] == '<';
    const std::size_t end = line.find(angled ? '>' : '"', 1);
    if (end == std::string_view::npos) continue;
    includes.push_back({i + 1, std::string(line.substr(1, end - 1)), angled});
  }
  return includes;
}

std::vector<Function> FunctionsOf(const SourceFile& file) { return FunctionFinder(file).Run(); }

std::size_t FindWord(std::string_view line, std::string_view word, std::size_t from) {
  for (std::size_t at = line.find(word, from); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !IsWordCharacter(line[at - 1])) &&
        (end == line.size() || !IsWordCharacter(line[end])))
      return at;
  }
  return std::string_view::npos;
}

std::vector<SourceFile> ReadTree(const std::vector<std::string>& folders) {
  const std::filesystem::path root = OXPECKER_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const std::string& folder : folders) {
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder, error)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc")) continue;
      files.push_back(ParseSource(entry.path().lexically_relative(root).generic_string(),
                                  ReadText(entry.path().string())));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::string Place(const SourceFile& file, std::size_t line) {
  return file.path + ":" + std::to_string(line);
}

}  // namespace oxpecker::layering
