# Scanner, parser, checker, compiler and evaluator of the expression language.
set(OXP_FEEL_LANGUAGE_SOURCES
  feel/diagnostics.cc feel/scanner.cc feel/checker.cc feel/checker_calls.cc
  feel/parser.cc feel/parser_primary.cc feel/parser_names.cc
  feel/trace_layout.cc feel/compiler.cc feel/compiler_tests.cc feel/compiler_loops.cc
  feel/program.cc feel/instance_of.cc feel/conformance.cc
  feel/evaluator.cc feel/evaluator_loops.cc feel/evaluator_calls.cc
  feel/table_index.cc feel/hit_policy.cc feel/compact_trace.cc feel/rule_index.cc feel/quick_test.cc
  feel/nearest_change.cc feel/turning_values.cc feel/checker_reach.cc
  feel/null_check.cc feel/null_calls.cc feel/null_knowledge.cc feel/null_parts.cc feel/table_check.cc)
set(OXP_FEEL_HEADERS feel/conformance.h feel/hit_policy.h feel/table_index.h feel/compact_trace.h feel/rule_index.h
    feel/nearest_change.h feel/null_check.h feel/table_check.h)
