// The rules of the house that a compiler does not know (CONTRIBUTING.md). Each table of exceptions
// is a ratchet: an entry that is no longer needed fails too.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/layering/source_tree.h"

namespace oxpecker::layering {
namespace {

const std::vector<std::string>& ProductFolders() {
  static const std::vector<std::string> folders = {"base",    "rules", "audit",   "engine",
                                                   "reports", "apps",  "examples"};
  return folders;
}

std::vector<SourceFile> ProductSources() { return ReadTree(ProductFolders()); }

std::vector<SourceFile> AllSources() {
  std::vector<std::string> folders = ProductFolders();
  folders.insert(folders.end(), {"tests", "bench"});
  return ReadTree(folders);
}

bool IsInAny(const SourceFile& file, const std::vector<std::string_view>& places) {
  for (const std::string_view place : places)
    if (file.path == place || file.is_in(place)) return true;
  return false;
}

bool HasWord(std::string_view line, std::string_view word) {
  return !line.starts_with("#include") && FindWord(line, word) != std::string_view::npos;
}

// A word of the language or library, where it may stand, and why nowhere else.
struct RestrictedWord {
  std::string_view word;
  std::vector<std::string_view> places;
  std::string_view reason;
};
const std::vector<RestrictedWord>& RestrictedWords() {
  static const std::vector<RestrictedWord> words = {
      {"double",
       {"engine/models", "base/json/value.h", "base/json/value.cc"},
       "binary floating point stays in models and the RFC 8785 number printer; use Decimal"},
      {"float", {"engine/models"}, "binary floating point stays in models; use Decimal"},
      {"throw",
       {"rules/rulebook/yaml_reader.cc"},
       "no exception crosses a header: return a Result"},
      {"system_clock",
       {"base/clock.h", "base/clock.cc", "apps"},
       "logic never reads the clock; take an Instant or a Clock"},
      {"random_device", {}, "nothing decided or hashed is random"},
      {"rand", {}, "nothing decided or hashed is random"},
      {"getenv", {"apps"}, "logic never reads the environment"},
      {"localtime", {}, "logic never reads the machine's time zone"},
      {"setlocale", {}, "logic never depends on the locale"},
      {"stringstream", {"apps", "examples"}, "streams depend on the locale; use std::to_chars"},
      {"ostringstream",
       {"apps", "examples", "engine/release/release.cc"},  // reads a whole file
       "streams depend on the locale; use std::to_chars"},
      {"istreambuf_iterator", {}, "it throws on a folder or a broken disk; use read()"},
      {"cout", {"apps", "examples"}, "a library never prints"},
      {"cerr", {"apps", "examples"}, "a library never prints"},
      {"printf", {"apps", "examples"}, "a library never prints"},
  };
  return words;
}

TEST(HouseStyle, RestrictedWordsStandWhereTheyMay) {
  for (const SourceFile& file : ProductSources())
    for (const RestrictedWord& restricted : RestrictedWords()) {
      if (IsInAny(file, restricted.places)) continue;
      for (std::size_t i = 0; i < file.code.size(); ++i)
        EXPECT_FALSE(HasWord(file.code[i], restricted.word))
            << Place(file, i + 1) << ": '" << restricted.word << "': " << restricted.reason;
    }
}

TEST(HouseStyle, MacrosAreCheckAndTryOnly) {
  const std::map<std::string, std::string_view> allowed = {
      {"base/check.h", "OXP_CHECK"},
      {"base/result.h", "OXP_TRY"},
      {"base/decimal.cc", "DECIMAL_"},  // chooses the variant of Intel's library
  };
  for (const SourceFile& file : ProductSources())
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      if (!file.code[i].starts_with("#define ")) continue;
      const auto entry = allowed.find(file.path);
      EXPECT_TRUE(entry != allowed.end() &&
                  file.code[i].substr(sizeof("#define ") - 1).starts_with(entry->second))
          << Place(file, i + 1) << ": a macro; write a function or a constant";
    }
}

TEST(HouseStyle, HeadersSayWhatTheyAreAndAreIncludedOnce) {
  for (const SourceFile& file : ProductSources()) {
    if (!file.is_header()) continue;
    ASSERT_FALSE(file.lines.empty()) << file.path << " is empty";
    const std::string start = "// " + file.path + " - ";
    EXPECT_TRUE(file.lines[0].starts_with(start))
        << Place(file, 1) << ": a header begins with '" << start << "what it is for'";
    bool once = false;
    for (const std::string& line : file.code) {
      once |= line == "#pragma once";
      EXPECT_FALSE(line.starts_with("using namespace")) << file.path << ": using namespace";
    }
    EXPECT_TRUE(once) << file.path << ": no '#pragma once'";
  }
}

// Files that are longer than a room should be, with what they may have; none so far.
const std::map<std::string, std::size_t>& LongFiles() {
  static const std::map<std::string, std::size_t> files = {};
  return files;
}

TEST(HouseStyle, AFileIsOneRoom) {
  constexpr std::size_t kLinesMax = 600;
  std::set<std::string> needed;
  for (const SourceFile& file : AllSources()) {
    const auto exception = LongFiles().find(file.path);
    const std::size_t allowed = exception == LongFiles().end() ? kLinesMax : exception->second;
    if (file.lines.size() > kLinesMax) needed.insert(file.path);
    EXPECT_LE(file.lines.size(), allowed) << file.path << ": split it by what its parts do";
  }
  for (const auto& [path, lines] : LongFiles())
    EXPECT_TRUE(needed.contains(path)) << path << " is short enough: take it off the list";
}

// Functions that are longer, with what they have and the reason. Only to become fewer and shorter.
struct LongFunction {
  std::string_view file;
  std::string_view name;
  std::size_t lines_max;
  std::string_view reason;
};
const std::vector<LongFunction>& LongFunctions() {
  static const std::vector<LongFunction> functions = {
      {"rules/feel/evaluator.cc", "Run", 245, "one switch over all instructions"},
      {"rules/feel/evaluator.cc", "SlowResult", 93, "one switch over all instructions"},
      {"rules/feel/checker.cc", "TypeOf", 78, "one switch over all kinds of node"},
      {"rules/feel/compiler.cc", "EmitNode", 72, "one switch over all kinds of node"},
  };
  return functions;
}

TEST(HouseStyle, AFunctionDoesOneThing) {
  constexpr std::size_t kLinesMax = 70;
  std::set<std::string_view> needed;
  for (const SourceFile& file : ProductSources())
    for (const Function& function : FunctionsOf(file)) {
      if (function.lines <= kLinesMax) continue;
      std::size_t allowed = kLinesMax;
      for (const LongFunction& known : LongFunctions())
        if (known.file == file.path &&
            FindWord(function.signature, known.name) != std::string::npos) {
          allowed = known.lines_max;
          needed.insert(known.name);
        }
      EXPECT_LE(function.lines, allowed)
          << Place(file, function.line) << ": '" << function.signature << "' does too much";
    }
  for (const LongFunction& known : LongFunctions())
    EXPECT_TRUE(needed.contains(known.name))
        << known.file << ": " << known.name << " is short enough: take it off the list";
}

TEST(HouseStyle, SourcesAreAscii) {
  for (const SourceFile& file : AllSources()) {
    // Where text in other languages, or a test of it, belongs.
    if (file.is_in("tests") || file.path.starts_with("reports/render/texts_") ||
        file.path == "engine/explain/phrases.cc" || file.path == "rules/rulebook/lints.cc")
      continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const bool ascii =
          std::ranges::all_of(file.lines[i], [](char c) { return c >= ' ' && c <= '~'; });
      EXPECT_TRUE(ascii) << Place(file, i + 1) << ": a character outside printable ASCII";
      if (!ascii) break;
    }
  }
}

TEST(HouseStyle, NothingIsLeftForLater) {
  // Written in two parts, so that this file does not find itself.
  const std::vector<std::string> words = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                          std::string("X") + "XX", std::string("HA") + "CK"};
  for (const SourceFile& file : AllSources())
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      for (const std::string& word : words)
        EXPECT_FALSE(HasWord(file.lines[i], word))
            << Place(file, i + 1) << ": '" << word << "': do it, or write it where work is planned";
}

// After the marker: "(check): reason", or "BEGIN(check): reason", "NEXTLINE(check): reason", "END".
bool HasReason(std::string_view suppression) {
  if (suppression.starts_with("END")) return true;
  const std::size_t open = suppression.find('(');
  const std::size_t close = suppression.find("): ");
  return open != std::string_view::npos && close != std::string_view::npos && open < close &&
         open + 1 < close && close + 3 < suppression.size();
}

TEST(HouseStyle, ASuppressedWarningHasAReason) {
  const std::string marker = std::string("NO") + "LINT";
  for (const SourceFile& file : AllSources())
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::size_t at = file.lines[i].find(marker);
      if (at == std::string::npos) continue;
      EXPECT_TRUE(HasReason(std::string_view(file.lines[i]).substr(at + marker.size())))
          << Place(file, i + 1) << ": write " << marker << "(check): reason";
    }
}

// Compiled in this build, or named by a CMake list of its folder (bench is not in every build).
TEST(HouseStyle, EverySourceFileIsBuilt) {
  const std::filesystem::path root = OXPECKER_SOURCE_DIR;
  const std::string commands = ReadText(OXPECKER_BINARY_DIR "/compile_commands.json");
  ASSERT_FALSE(commands.empty()) << "no compile_commands.json in " << OXPECKER_BINARY_DIR;
  for (const SourceFile& file : AllSources()) {
    // The consumer of an installed tree is built by its own test.
    if (file.is_header() || file.is_in("tests/install")) continue;
    const std::filesystem::path path = root / file.path;
    const bool compiled = commands.find("\"" + path.string() + "\"") != std::string::npos;
    const std::string list = ReadText((path.parent_path() / "CMakeLists.txt").string());
    const bool listed =
        file.is_in("bench") && FindWord(list, path.filename().string()) != std::string::npos;
    EXPECT_TRUE(compiled || listed) << file.path << ": no target builds it";
  }
}

TEST(HouseStyle, FunctionsAreFoundAndMeasured) {
  const SourceFile file = ParseSource("a.cc",
                                      "namespace a {\n"
                                      "struct B {\n"
                                      "  int C() const {\n"
                                      "    if (true) { return 1; }\n"
                                      "    return '{';\n"
                                      "  }\n"
                                      "};\n"
                                      "const char* kText = \"} {\";\n"
                                      "constexpr int kList[] = {1, 2};\n"
                                      "int D(int x,\n"
                                      "      int y) {\n"
                                      "  return x + 1'000 + y;\n"
                                      "}\n"
                                      "}\n");
  const std::vector<Function> functions = FunctionsOf(file);
  ASSERT_EQ(functions.size(), 2U);
  EXPECT_EQ(functions[0].signature, "int C() const");
  EXPECT_EQ(functions[0].line, 3U);
  EXPECT_EQ(functions[0].lines, 4U);
  EXPECT_EQ(functions[1].line, 10U);
  EXPECT_EQ(functions[1].lines, 4U);
}

TEST(HouseStyle, CommentsAndLiteralsAreBlanked) {
  const SourceFile file =
      ParseSource("a.cc",
                  "int a = 1'000;  // double\nauto b = \"double \\\" float\"; /* float */ int c;\n"
                  "auto d = R\"x(double)\" )x\"; double e;\n");
  ASSERT_EQ(file.code.size(), 3U);
  EXPECT_EQ(file.code[0], "int a = 1'000;           ");
  EXPECT_EQ(FindWord(file.code[1], "double"), std::string::npos);
  EXPECT_EQ(FindWord(file.code[1], "float"), std::string::npos);
  EXPECT_NE(FindWord(file.code[1], "c"), std::string::npos);
  EXPECT_EQ(FindWord(file.code[2], "double"), file.lines[2].rfind("double"));
  EXPECT_EQ(FindWord("a_double doubled", "double"), std::string::npos);
}

TEST(HouseStyle, ReasonsAreTold) {
  EXPECT_TRUE(HasReason("(bugprone-branch-clone): each case is a line of the standard"));
  EXPECT_TRUE(HasReason("NEXTLINE(cert-err58-cpp): constant, cannot throw"));
  EXPECT_FALSE(HasReason(""));
  EXPECT_FALSE(HasReason("(bugprone-branch-clone)"));
  EXPECT_FALSE(HasReason("(): because"));
}

}  // namespace
}  // namespace oxpecker::layering
