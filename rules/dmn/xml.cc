#include "rules/dmn/xml.h"

#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text_lines.h"
#include "rules/feel/scanner.h"

namespace oxpecker::dmn {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNamespaceOfXml = "http://www.w3.org/XML/1998/namespace";

// Offsets to places in the file.
class Lines {
 public:
  Lines(const std::string& file, std::string_view text) : file_(file), lines_(text) {}
  Place At(std::size_t offset) const {
    const TextLines::Position position = lines_.At(offset);
    return {position.line, position.column};
  }
  std::unexpected<Error> Fail(std::size_t offset, std::string message, std::string hint = {},
                              ErrorCode code = ErrorCode::kInvalidInput) const {
    const Place place = At(offset);
    return oxpecker::Fail(
        code, file_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column),
        std::move(message), std::move(hint));
  }

 private:
  const std::string& file_;
  TextLines lines_;
};

bool IsForbidden(std::uint32_t code_point) {
  return (code_point < 0x20 && code_point != '\t' && code_point != '\n' && code_point != '\r') ||
         (code_point >= 0xD800 && code_point <= 0xDFFF) || code_point > 0x10FFFF ||
         code_point == 0xFFFE || code_point == 0xFFFF;
}

// "&lt;" or "&#x20;" at `at`: its size, or 0 where it is no reference that XML itself knows.
std::size_t ReferenceSize(std::string_view text, std::size_t at) {
  constexpr std::size_t kReferenceBytesMax = 12;
  const std::size_t end = text.substr(at, kReferenceBytesMax).find(';');
  if (end == std::string_view::npos) return 0;
  std::string_view name = text.substr(at + 1, end - 1);
  if (name == "lt" || name == "gt" || name == "amp" || name == "quot" || name == "apos") {
    return end + 1;
  }
  if (!name.starts_with('#')) return 0;
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x');
  if (is_hex) name.remove_prefix(1);
  std::uint32_t code_point = 0;
  const auto [last, error] =
      std::from_chars(name.data(), name.data() + name.size(), code_point, is_hex ? 16 : 10);
  const bool is_number = error == std::errc() && last == name.data() + name.size();
  return is_number && !IsForbidden(code_point) ? end + 1 : 0;
}

// The end of a comment, CDATA section or processing instruction at `at`, 0 where there is none.
std::size_t OpaqueEnd(std::string_view text, std::size_t at) {
  constexpr std::pair<std::string_view, std::string_view> kOpaque[] = {
      {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
  for (const auto& [open, close] : kOpaque) {
    if (!text.substr(at).starts_with(open)) continue;
    const std::size_t end = text.find(close, at + open.size());
    return end == std::string_view::npos ? text.size() : end + close.size();
  }
  return 0;
}

// What pugixml would let pass or expand: refused before it sees the text.
Status CheckMarkup(std::string_view text, const Lines& lines) {
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (IsForbidden(static_cast<unsigned char>(c))) {
      return lines.Fail(at, "XML holds no control characters");
    }
    if (c == '<') {
      if (const std::size_t end = OpaqueEnd(text, at); end > 0) {
        at = end;
        continue;
      }
      if (text.substr(at).starts_with("<!")) {
        return lines.Fail(at, "document types and entities are not accepted", "remove it");
      }
    }
    if (c == '&') {
      const std::size_t size = ReferenceSize(text, at);
      if (size == 0) return lines.Fail(at, "unknown entity", "write &amp; for a plain &");
      at += size;
      continue;
    }
    ++at;
  }
  return {};
}

Status CheckEncoding(std::string_view text, const Lines& lines) {
  std::size_t bad = 0;
  if (!feel::IsUtf8(text, bad)) return lines.Fail(bad, "the file is not UTF-8");
  if (!text.starts_with("<?xml")) return {};
  std::string declaration(text.substr(0, text.find("?>")));
  const std::size_t at = declaration.find("encoding");
  if (at == std::string::npos) return {};
  std::transform(declaration.begin(), declaration.end(), declaration.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool is_known = declaration.find("utf-8", at) != std::string::npos ||
                        declaration.find("us-ascii", at) != std::string::npos;
  if (is_known) return {};
  return lines.Fail(at, "the file says that it is not UTF-8", "save it as UTF-8");
}

std::string_view LocalName(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view PrefixOf(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

class TreeBuilder {
 public:
  TreeBuilder(const Lines& lines, const XmlLimits& limits) : lines_(lines), limits_(limits) {}

  Result<XmlElement> Build(const pugi::xml_node& node, std::size_t depth) {
    const std::size_t offset = Offset(node);
    if (depth > limits_.depth_max) {
      return lines_.Fail(offset, "elements are nested deeper than " +
                                     std::to_string(limits_.depth_max) + " levels",
                         {}, ErrorCode::kLimit);
    }
    if (++elements_ > limits_.elements_max) {
      return lines_.Fail(offset, "the file has more than " + std::to_string(limits_.elements_max) +
                                     " elements",
                         {}, ErrorCode::kLimit);
    }
    XmlElement element;
    element.place = lines_.At(offset > 0 ? offset - 1 : 0);
    const std::size_t outer = prefixes_.size();
    OXP_TRY(AddAttributes(node, element));
    const std::string_view prefix = PrefixOf(node.name());
    const std::optional<std::string> space = SpaceOf(prefix);
    if (!space) {
      return lines_.Fail(offset, "the prefix '" + std::string(prefix) + "' is not declared");
    }
    element.name = LocalName(node.name());
    element.space = *space;
    OXP_TRY(AddContent(node, depth, element));
    prefixes_.resize(outer);
    return element;
  }

 private:
  static std::size_t Offset(const pugi::xml_node& node) {
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
  }

  Status AddAttributes(const pugi::xml_node& node, XmlElement& element) {
    std::size_t count = 0;
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      if (++count > limits_.attributes_max) {
        return lines_.Fail(Offset(node), "the element has more than " +
                                             std::to_string(limits_.attributes_max) + " attributes",
                           {}, ErrorCode::kLimit);
      }
      const std::string_view name = attribute.name();
      if (name == "xmlns" || name.starts_with("xmlns:")) {
        element.prefixes.push_back(
            {std::string(name == "xmlns" ? std::string_view() : LocalName(name)),
             attribute.value()});
        prefixes_.push_back(element.prefixes.back());
        if (prefixes_.size() > limits_.prefixes_max) {
          return lines_.Fail(Offset(node), "more than " + std::to_string(limits_.prefixes_max) +
                                               " namespaces are declared around this element",
                             {}, ErrorCode::kLimit);
        }
        continue;
      }
      // An attribute of a vendor's namespace never stands for one of DMN, which have no prefix.
      if (!PrefixOf(name).empty()) continue;
      if (element.Attribute(name).data() != nullptr) {
        return lines_.Fail(Offset(node), "the attribute '" + std::string(name) + "' is given twice");
      }
      element.attributes.push_back({std::string(name), attribute.value()});
    }
    return {};
  }

  Status AddContent(const pugi::xml_node& node, std::size_t depth, XmlElement& element) {
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_element) {
        OXP_TRY(XmlElement built, Build(child, depth + 1));
        element.children.push_back(std::move(built));
      } else if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        if (element.text.empty()) element.text_place = lines_.At(Offset(child));
        element.text += child.value();
      }
    }
    return {};
  }

  std::optional<std::string> SpaceOf(std::string_view prefix) const {
    for (std::size_t i = prefixes_.size(); i-- > 0;) {
      if (prefixes_[i].prefix == prefix) return prefixes_[i].space;
    }
    if (prefix == "xml") return std::string(kNamespaceOfXml);
    return prefix.empty() ? std::optional<std::string>(std::string()) : std::nullopt;
  }

  const Lines& lines_;
  const XmlLimits& limits_;
  std::vector<XmlPrefix> prefixes_;
  std::size_t elements_ = 0;
};

}  // namespace

std::string_view XmlElement::Attribute(std::string_view attribute) const {
  for (const XmlAttribute& candidate : attributes) {
    if (candidate.name == attribute) return candidate.value;
  }
  return {};
}

Result<XmlElement> ReadXml(const std::string& file, std::string_view text,
                           const XmlLimits& limits) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.size() > limits.bytes_max) {
    return Fail(ErrorCode::kLimit, file,
                "the file has " + std::to_string(text.size()) + " bytes, at most " +
                    std::to_string(limits.bytes_max) + " are allowed");
  }
  const Lines lines(file, text);
  OXP_TRY(CheckEncoding(text, lines));
  OXP_TRY(CheckMarkup(text, lines));
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    std::string message = parsed.description();
    if (!message.empty() && message[0] >= 'A' && message[0] <= 'Z') {
      message[0] = static_cast<char>(message[0] - 'A' + 'a');
    }
    return lines.Fail(static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)),
                      "this is not well-formed XML: " + message);
  }
  const pugi::xml_node root = document.document_element();
  const auto elements = document.children();
  const auto count = std::count_if(elements.begin(), elements.end(), [](const pugi::xml_node& n) {
    return n.type() == pugi::node_element;
  });
  if (count != 1) return lines.Fail(0, "an XML file has one root element");
  return TreeBuilder(lines, limits).Build(root, 1);
}

}  // namespace oxpecker::dmn
