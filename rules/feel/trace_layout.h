// rules/feel/trace_layout.h - what of a tree the trace shows: nodes, conditions and their operands.
#pragma once

#include <vector>

#include "rules/feel/ast.h"
#include "rules/feel/program.h"

namespace oxpecker::feel {

// is_constant[node]: the same value in every evaluation.
std::vector<bool> ConstantNodes(const Ast& ast);
std::vector<NodeInfo> NodeInfos(const Ast& ast, const std::vector<bool>& is_constant);
std::vector<Condition> Conditions(const Ast& ast, const std::vector<bool>& is_constant);
std::vector<LogicNode> Logic(const Ast& ast);  // over the conditions, in their order
std::vector<std::uint32_t> InputsRead(const Ast& ast);

}  // namespace oxpecker::feel
