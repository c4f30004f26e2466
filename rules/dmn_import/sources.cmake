# A DMN model as parts of a rulebook.
set(OXP_DMN_IMPORT_SOURCES
  dmn_import/declared_types.cc dmn_import/expression_text.cc dmn_import/feature_text.cc
  dmn_import/feature_writer.cc dmn_import/ids.cc dmn_import/import.cc dmn_import/rewriting.cc)
set(OXP_DMN_IMPORT_HEADERS dmn_import/import.h)
