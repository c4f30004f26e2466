// rules/dmn/conformance.h - evaluates the cases of a conformance suite that name a DMN model.
//
// A request is a JSON object as in rules/feel/conformance.h, with "model" (a path), "extra_models"
// (paths), "kind" ("decision", "bkm" or "decisionService"), "invocable" (the name of the latter two)
// and "results" (names of decisions). Models are kept, because many cases name the same one. A model
// with problems is evaluated as far as it goes. Not thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/document.h"
#include "base/json/value.h"
#include "base/result.h"
#include "rules/dmn/model.h"
#include "rules/feel/evaluator.h"

namespace oxpecker::dmn {

using ReadFileFunction = std::function<Result<std::string>(const std::string& path)>;

class ModelConformance {
 public:
  // `root` is put before the paths of requests, unless it is empty.
  ModelConformance(ReadFileFunction read_file, std::string root);
  ~ModelConformance();

  // The answer, without a line end. A request without a model goes to the expression language alone.
  Result<std::string> Answer(std::string_view line, const feel::Environment& environment);

 private:
  struct Loaded;
  Loaded& Load(json::View request);
  json::Object AnswerByModel(json::View request, const feel::Environment& environment);
  ReadFileFunction read_file_;
  std::string root_;
  feel::Evaluator expressions_;
  std::vector<std::unique_ptr<Loaded>> loaded_;  // the last used first
};

}  // namespace oxpecker::dmn
