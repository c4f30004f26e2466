set(OXP_RULEBOOK_SOURCES rulebook/compiled_rulebook.cc rulebook/form.cc rulebook/lints.cc rulebook/null_warnings.cc rulebook/pack_compiler.cc rulebook/pack_warnings.cc rulebook/readers.cc rulebook/rulebook_changes.cc
    rulebook/rulebook_compiler.cc rulebook/rulebook_reader.cc rulebook/table_feature.cc rulebook/table_warnings.cc rulebook/text_problems.cc
    rulebook/text_template.cc rulebook/text_warnings.cc rulebook/yaml_reader.cc)
set(OXP_RULEBOOK_HEADERS rulebook/compiled_rulebook.h rulebook/null_warnings.h rulebook/pack_warnings.h rulebook/readers.h rulebook/rulebook.h rulebook/rulebook_changes.h
    rulebook/table_warnings.h rulebook/text_template.h rulebook/text_warnings.h)
