// rules/feel/compiler.h - tree -> instructions. Public entry points are in program.h.
#pragma once

#include <memory>

#include "rules/feel/ast.h"
#include "rules/feel/program_body.h"

namespace oxpecker::feel {

// The tree must be well formed: parsed without a problem. `root` may be any node; code is made for
// its subtree, with the registers of the whole tree. Constant parts are folded where `fold` is set.
void EmitCode(const Ast& ast, NodeIndex root, bool fold, Program::Body& body);

Opcode OpcodeOf(TestOperator op);

}  // namespace oxpecker::feel
