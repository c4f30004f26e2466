// rules/dmn/vocabulary.h - the elements and attributes that DMN 1.1 to 1.5 have, so that one that is
// misspelled is told and not passed over: a table whose rules are spelled "Rule" would decide nothing.
// Private to the reader.
//
// Asked is the DMN namespace only. Elements and attributes of other namespaces, and whatever stands in
// extensionElements, are the vendors' own.
//
// Source: the DMN schemas of the OMG (DMN11.xsd to DMN15.xsd), all of them together.
#pragma once

#include "rules/dmn/expression_reader.h"
#include "rules/dmn/xml.h"

namespace oxpecker::dmn {

// Problems of all elements below `root`, a "definitions"; languages that are not FEEL are told too.
void CheckVocabulary(const XmlElement& root, FormReader& form);

}  // namespace oxpecker::dmn
