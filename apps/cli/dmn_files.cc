#include "apps/cli/dmn_files.h"

#include <algorithm>

#include "apps/cli/system.h"
#include "rules/dmn/reader.h"

namespace oxpecker::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kModelFilesMax = 64;

// A location inside the model's folder; nothing is fetched, and nothing above is read.
bool IsBeside(const fs::path& location) {
  return !location.empty() && location.is_relative() &&
         std::none_of(location.begin(), location.end(), [](const fs::path& part) { return part == ".."; }) &&
         location.string().find("://") == std::string::npos;
}

// The model and, in its folder, those that it imports: by their location, else by their namespace.
class ModelFiles {
 public:
  explicit ModelFiles(const fs::path& model) : folder_(model.parent_path()) { Read(model); }

  Checked<dmn::Model> Build(const dmn::BuildOptions& options) {
    for (std::size_t i = 0; i < sources_.size() && issues_.empty(); ++i)
      for (std::size_t k = 0; k < sources_[i].imports.size(); ++k) {
        const dmn::Import import = sources_[i].imports[k];
        if (!IsKnown(import.space)) Find(import);
      }
    if (!issues_.empty()) return std::unexpected(issues_);
    return dmn::Model::Build(std::move(sources_), options);
  }

 private:
  bool IsKnown(const std::string& space) const {
    return std::any_of(sources_.begin(), sources_.end(), [&](const auto& s) { return s.space == space; });
  }

  void Read(const fs::path& path) {
    auto text = ReadFile(path);
    if (!text) return issues_.push_back(text.error());
    auto definitions = dmn::ReadDefinitions(path.string(), *text, {});
    if (!definitions) issues_.insert(issues_.end(), definitions.error().begin(), definitions.error().end());
    else sources_.push_back(*std::move(definitions));
  }

  void Find(const dmn::Import& import) {
    std::error_code error;
    const fs::path named = folder_ / import.location;
    if (IsBeside(import.location) && fs::is_regular_file(named, error)) return Read(named);
    std::vector<fs::path> candidates;
    for (fs::directory_iterator it(folder_.empty() ? "." : folder_, error), end; !error && it != end; it.increment(error))
      if (it->path().extension() == ".dmn" && candidates.size() < kModelFilesMax) candidates.push_back(it->path());
    std::sort(candidates.begin(), candidates.end());
    for (const fs::path& candidate : candidates) {
      auto text = ReadFile(candidate);
      if (!text || text->find(import.space) == std::string::npos) continue;
      auto definitions = dmn::ReadDefinitions(candidate.string(), *text, {});
      if (!definitions || definitions->space != import.space) continue;
      sources_.push_back(*std::move(definitions));
      return;
    }
  }

  fs::path folder_;
  std::vector<dmn::Definitions> sources_;
  Issues issues_;
};

}  // namespace

Checked<dmn::Model> ReadModel(const fs::path& model, const dmn::BuildOptions& options) {
  return ModelFiles(model).Build(options);
}

}  // namespace oxpecker::cli
