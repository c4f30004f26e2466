// Runs a fuzz target without libFuzzer: over every file of the folder given, and over simple
// mutations of each that are the same in every run (cut short, one byte changed, one byte doubled).
// It shows that a finding once mended stays mended; looking for new ones is the fuzzer's work.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void RunTarget(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

constexpr std::size_t kMutationsMax = 200;  // of each kind and file: a run stays within seconds

std::size_t RunMutations(const std::string& input) {
  const std::size_t step = std::max<std::size_t>(1, input.size() / kMutationsMax);
  std::size_t runs = 0;
  for (std::size_t at = 0; at < input.size(); at += step) {
    RunTarget(input.substr(0, at));
    std::string changed = input;
    changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(1U << (at % 8)));
    RunTarget(changed);
    RunTarget(input.substr(0, at + 1) + input.substr(at));
    runs += 3;
  }
  return runs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], error))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    std::fprintf(stderr, "%s: no inputs: a fuzz target needs a corpus of at least one\n", argv[1]);
    return 1;
  }
  RunTarget("");
  std::size_t runs = 1;
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string input{std::istreambuf_iterator<char>(file), {}};
    RunTarget(input);
    runs += 1 + RunMutations(input);
  }
  std::printf("%zu files, %zu inputs, no finding\n", files.size(), runs);
  return 0;
}
