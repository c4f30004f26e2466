// engine/pack_tests/test_document.h - the JSON documents of a test: layers laid over each other, rows
// completed and repeated, times reckoned from as_of. Private to engine/pack_tests.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/pack_tests/test_file.h"

namespace oxpecker::engine {

struct TestDocuments {
  std::string facts;
  std::string event;
};

// Mappings merge; anything else replaces. "@absent" takes a field away.
yaml::Node Overlay(yaml::Node under, const yaml::Node& over);

// Problems are of form only ("@-10x" is no time); whether the documents fit their schemas is the
// reader's business, because a test may want them refused.
Checked<TestDocuments> BuildDocuments(const TestFiles& files, const PackTest& test);

}  // namespace oxpecker::engine
