// rules/dmn/xml.h - XML text as a tree of plain values that know where they stand.
//
// Strict and closed: UTF-8 only; no document type, so no entities but the five of XML itself; nothing
// is ever fetched. pugixml does the parsing, inside xml.cc. Pure; thread-safe.
//
// Example:
//   OXP_TRY(XmlElement root, ReadXml("loan.dmn", text, {}));
//   if (root.name == "definitions") ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source_span.h"

namespace oxpecker::dmn {

// Over a limit: ErrorCode::kLimit, naming it.
struct XmlLimits {
  std::size_t bytes_max = 16U << 20U;
  std::size_t depth_max = 64;
  std::size_t elements_max = 400'000;
  std::size_t attributes_max = 256;  // of one element
  std::size_t prefixes_max = 256;    // declared at one place, by it and the elements around it
};

// Where something stands in its file; lines and columns count from 1, columns in code points.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct XmlAttribute {
  std::string name;  // without its prefix
  std::string value;
};

struct XmlPrefix {
  std::string prefix;  // empty: the default namespace
  std::string space;
};

struct XmlElement {
  std::string name;   // without its prefix
  std::string space;  // the namespace's URI; empty where there is none
  Place place;
  std::vector<XmlAttribute> attributes;
  std::vector<XmlPrefix> prefixes;  // declared here
  std::vector<XmlElement> children;
  std::string text;  // of itself, without its children's
  Place text_place;

  // Empty where there is no such attribute.
  std::string_view Attribute(std::string_view attribute) const;
};

// The root element. The error's place is "file:line:column".
Result<XmlElement> ReadXml(const std::string& file, std::string_view text, const XmlLimits& limits);

}  // namespace oxpecker::dmn
