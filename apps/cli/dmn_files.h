// apps/cli/dmn_files.h - a DMN model and those that it imports, from files. Private to the program.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "rules/dmn/model.h"

namespace oxpecker::cli {

// The model of that file and, in its folder, those that it imports: by their location, else by their
// namespace. Nothing is fetched, and nothing above the folder is read.
Checked<dmn::Model> ReadModel(const std::filesystem::path& model, const dmn::BuildOptions& options);

}  // namespace oxpecker::cli
