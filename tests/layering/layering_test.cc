// The layer order (ARCHITECTURE.md), read off every #include; and the one file in which each
// third-party header may stand. cmake/OxpeckerModule.cmake checks the same order at link level.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/layering/source_tree.h"

namespace oxpecker::layering {
namespace {

constexpr int kAboveAllModules = 4;

// base < {rules, audit} < {engine, reports} < apps, examples < tests, bench
const std::map<std::string, int, std::less<>>& Layers() {
  static const std::map<std::string, int, std::less<>> layers = {{"base", 0},
                                                                 {"rules", 1},
                                                                 {"audit", 1},
                                                                 {"engine", 2},
                                                                 {"reports", 2},
                                                                 {"apps", 3},
                                                                 {"examples", 3},
                                                                 {"tests", kAboveAllModules},
                                                                 {"bench", kAboveAllModules}};
  return layers;
}

// What a room sees less of than its layer allows.
struct NarrowerRoom {
  std::string_view folder;
  std::vector<std::string_view> may_include;
  std::string_view reason;
};
const std::vector<NarrowerRoom>& NarrowerRooms() {
  static const std::vector<NarrowerRoom> rooms = {
      {"reports", {"base", "audit", "reports"}, "a report says only what the log holds"},
      {"apps/verify", {"base", "audit", "apps/verify"}, "it verifies trusting nobody else's code"},
      {"rules/feel", {"base", "rules/feel"}, "the expression language knows nothing of rulebooks"},
      {"rules/dmn", {"base", "rules/feel", "rules/dmn"}, "a DMN model knows nothing of rulebooks"},
      {"rules/dmn_import", {"base", "rules/feel", "rules/dmn", "rules/dmn_import"}, "it writes a rulebook as text"},
  };
  return rooms;
}

// Third-party headers by prefix, and where they may stand: a file, or a folder ending in '/'.
struct WrappedLibrary {
  std::string_view header_prefix;
  std::vector<std::string_view> places;
};
const std::vector<WrappedLibrary>& WrappedLibraries() {
  static const std::vector<WrappedLibrary> libraries = {
      {"bid_", {"base/decimal.cc"}},
      {"simdjson", {"base/json/document.cc", "tests/unit/base/"}},
      {"intel-ipsec-mb.h", {"base/sha256_batch.cc"}},
      {"emmintrin.h", {"audit/section_parts.cc"}},
      {"openssl/", {"base/digest.cc", "audit/crypto.cc", "audit/keys.cc", "audit/timestamp.cc", "tests/", "bench/"}},
      {"sqlite3.h",
       {"audit/sqlite_database.cc", "tests/unit/audit/", "tests/fault/", "tests/e2e/", "bench/"}},
      {"yaml-cpp/", {"rules/rulebook/yaml_reader.cc"}},
      {"pugixml.hpp", {"rules/dmn/xml.cc"}},
      {"re2/", {"engine/facts/pattern.cc"}},
      {"unicode/", {"rules/feel/regex.cc", "engine/voice/voice.cc", "engine/look_alike.cc"}},
      {"CLI/", {"apps/", "examples/"}},
      {"p11-kit/", {"audit/pkcs11.cc", "tests/support/softhsm_token.cc"}},
      {"httplib.h", {"apps/cli/http.cc"}},
      {"gtest/", {"tests/"}},
      {"gmock/", {"tests/"}},
  };
  return libraries;
}

bool IsSystemHeader(std::string_view name) {
  static const std::set<std::string_view> posix = {
      "dirent.h",   "dlfcn.h",    "fcntl.h",    "poll.h",      "pthread.h",    "signal.h",     "spawn.h",
      "sys/file.h", "sys/mman.h", "sys/stat.h",  "sys/types.h",  "sys/wait.h",
      "termios.h",  "unistd.h",   "sys/ioctl.h", "sys/random.h", "sys/resource.h"};
  // A header of the standard library has neither a dot nor a folder in its name.
  return name.find_first_of("./") == std::string_view::npos || posix.contains(name);
}

std::string_view ModuleOf(std::string_view path) { return path.substr(0, path.find('/')); }

bool IsUnder(std::string_view path, std::string_view folder) {
  return path == folder || (path.size() > folder.size() && path.starts_with(folder) &&
                            (folder.ends_with('/') || path[folder.size()] == '/'));
}

// What is wrong with `from` including the project's own header `name`; nothing when it is right.
std::optional<std::string> LayerProblem(std::string_view from, std::string_view name) {
  const std::string_view own = ModuleOf(from);
  const std::string_view other = ModuleOf(name);
  const auto layer = Layers().find(own);
  const auto other_layer = Layers().find(other);
  if (layer == Layers().end()) return "module '" + std::string(own) + "' has no layer";
  if (other_layer == Layers().end())
    return "'" + std::string(name) + "' does not begin with a module's folder";
  const bool lower = other_layer->second < layer->second;
  if (own != other && !lower)
    return "'" + std::string(own) + "' (layer " + std::to_string(layer->second) + ") includes '" +
           std::string(name) + "' (layer " + std::to_string(other_layer->second) +
           "): only lower layers and the own module";
  for (const NarrowerRoom& room : NarrowerRooms()) {
    if (!IsUnder(from, room.folder)) continue;
    bool allowed = false;
    for (const std::string_view folder : room.may_include) allowed |= IsUnder(name, folder);
    if (!allowed)
      return "'" + std::string(room.folder) + "' may not include '" + std::string(name) +
             "': " + std::string(room.reason);
  }
  return std::nullopt;
}

std::optional<std::string> ThirdPartyProblem(std::string_view from, std::string_view name) {
  for (const WrappedLibrary& library : WrappedLibraries()) {
    if (!name.starts_with(library.header_prefix)) continue;
    for (const std::string_view place : library.places)
      if (IsUnder(from, place)) return std::nullopt;
    return "<" + std::string(name) + "> may stand only in " + std::string(library.places[0]) +
           (library.places.size() > 1 ? " and the other places listed in this test" : "");
  }
  if (IsSystemHeader(name)) return std::nullopt;
  return "<" + std::string(name) + "> is not in the table of this test: which one file wraps it?";
}

std::vector<SourceFile> AllSources() {
  std::vector<std::string> folders;
  for (const auto& [folder, layer] : Layers()) folders.push_back(folder);
  return ReadTree(folders);
}

TEST(Layering, EveryIncludeIsOfALowerLayerOrTheOwnModule) {
  const std::vector<SourceFile> files = AllSources();
  ASSERT_GT(files.size(), 20U) << "the sources were not found under " << OXPECKER_SOURCE_DIR;
  for (const SourceFile& file : files)
    for (const Include& include : IncludesOf(file)) {
      if (include.angled) continue;
      const auto problem = LayerProblem(file.path, include.name);
      EXPECT_FALSE(problem) << Place(file, include.line) << ": " << problem.value_or("");
    }
}

TEST(Layering, EveryIncludeNamesAFileFromTheRoot) {
  for (const SourceFile& file : AllSources())
    for (const Include& include : IncludesOf(file)) {
      if (include.angled) continue;
      EXPECT_TRUE(
          std::filesystem::exists(std::filesystem::path(OXPECKER_SOURCE_DIR) / include.name))
          << Place(file, include.line) << ": \"" << include.name
          << "\" is not a path from the root of the repository";
    }
}

TEST(Layering, ThirdPartyHeadersStayInTheFileThatWrapsThem) {
  for (const SourceFile& file : AllSources())
    for (const Include& include : IncludesOf(file)) {
      if (!include.angled) continue;
      const auto problem = ThirdPartyProblem(file.path, include.name);
      EXPECT_FALSE(problem) << Place(file, include.line) << ": " << problem.value_or("");
    }
}

TEST(Layering, ThirdPartyHeadersAreInNoHeaderOfAModule) {
  for (const SourceFile& file : ReadTree({"base", "rules", "audit", "engine", "reports"}))
    for (const Include& include : IncludesOf(file))
      EXPECT_TRUE(!file.is_header() || !include.angled || IsSystemHeader(include.name))
          << Place(file, include.line) << ": <" << include.name << "> in a header";
}

// The checks themselves, so that none of them can pass by looking at nothing.
TEST(Layering, AWrongIncludeIsFound) {
  EXPECT_TRUE(LayerProblem("base/decimal.cc", "rules/feel/value.h"));
  EXPECT_TRUE(LayerProblem("audit/log.cc", "rules/feel/value.h"));
  EXPECT_TRUE(LayerProblem("rules/feel/value.cc", "audit/log.h"));
  EXPECT_TRUE(LayerProblem("reports/period_report.cc", "rules/feel/value.h"));
  EXPECT_TRUE(LayerProblem("reports/period_report.cc", "engine/replay.h"));
  EXPECT_TRUE(LayerProblem("apps/verify/main.cc", "engine/replay.h"));
  EXPECT_TRUE(LayerProblem("rules/feel/value.cc", "rules/rulebook/rulebook.h"));
  EXPECT_TRUE(LayerProblem("engine/replay.cc", "tests/support/fake_log.h"));
  EXPECT_TRUE(LayerProblem("engine/replay.cc", "replay.h"));
  EXPECT_FALSE(LayerProblem("engine/replay.cc", "audit/log.h"));
  EXPECT_FALSE(LayerProblem("reports/period_report.cc", "audit/log.h"));
  EXPECT_FALSE(LayerProblem("apps/cli/main.cc", "reports/period_report.h"));
}

TEST(Layering, AWrongThirdPartyHeaderIsFound) {
  EXPECT_TRUE(ThirdPartyProblem("engine/replay.cc", "sqlite3.h"));
  EXPECT_TRUE(ThirdPartyProblem("base/json/document.h", "simdjson.h"));
  EXPECT_TRUE(ThirdPartyProblem("base/digest.cc", "boost/json.hpp"));
  EXPECT_FALSE(ThirdPartyProblem("base/json/document.cc", "simdjson.h"));
  EXPECT_FALSE(ThirdPartyProblem("base/digest.cc", "string_view"));
}

TEST(Layering, IncludesAreReadAndCommentsAreNot) {
  const SourceFile file =
      ParseSource("a.cc",
                  "#include \"base/x.h\"  // why\n// #include \"base/y.h\"\n/*\n#include <z>\n*/\n"
                  "#include <vector>\n");
  const std::vector<Include> includes = IncludesOf(file);
  ASSERT_EQ(includes.size(), 2U);
  EXPECT_EQ(includes[0].name, "base/x.h");
  EXPECT_FALSE(includes[0].angled);
  EXPECT_EQ(includes[1].name, "vector");
  EXPECT_EQ(includes[1].line, 6U);
}

}  // namespace
}  // namespace oxpecker::layering
