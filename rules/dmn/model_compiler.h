// rules/dmn/model_compiler.h - definitions -> compiled model: requirements resolved, ordered and
// checked for cycles, everything compiled. Private to rules/dmn. Never fails: what is wrong is in
// CompiledModel::problems, and the elements concerned answer null with a cause.
#pragma once

#include <memory>
#include <vector>

#include "rules/dmn/compiled.h"
#include "rules/dmn/model.h"

namespace oxpecker::dmn {

// sources[0] is the model; the others are those that it or they import.
std::unique_ptr<CompiledModel> CompileModel(std::vector<Definitions> sources, const BuildOptions& options);

}  // namespace oxpecker::dmn
