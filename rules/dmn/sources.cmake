# DMN models: reader, types, compiler, interpreter, conformance interface.
set(OXP_DMN_SOURCES
  dmn/xml.cc dmn/reader.cc dmn/expression_reader.cc dmn/item_types.cc dmn/expression_compiler.cc
  dmn/table_compiler.cc dmn/model_compiler.cc dmn/interpreter.cc dmn/expression_interpreter.cc
  dmn/table_interpreter.cc dmn/vocabulary.cc dmn/model.cc dmn/json_input.cc
  dmn/conformance.cc)
set(OXP_DMN_HEADERS dmn/conformance.h dmn/definitions.h dmn/json_input.h dmn/model.h dmn/problem.h dmn/reader.h
    dmn/xml.h)
