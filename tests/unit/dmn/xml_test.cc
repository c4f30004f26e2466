#include "rules/dmn/xml.h"

#include <chrono>
#include <gtest/gtest.h>

namespace oxpecker::dmn {
namespace {

std::string Refusal(std::string_view text, const XmlLimits& limits = {}) {
  const auto root = ReadXml("a.xml", text, limits);
  return root ? "accepted" : root.error().ToString();
}

TEST(Xml, KeepsNamesNamespacesAndPlaces) {
  const auto root = ReadXml("a.xml",
                            "<?xml version=\"1.0\"?>\n<x:a xmlns:x=\"urn:x\" xmlns=\"urn:d\" n=\"1\">\n"
                            "  <b v:n=\"no\" xmlns:v=\"urn:v\"/><x:c>te&lt;xt<![CDATA[ &amp;]]></x:c>\n</x:a>",
                            {});
  ASSERT_TRUE(root.has_value()) << root.error().ToString();
  EXPECT_EQ(root->name, "a");
  EXPECT_EQ(root->space, "urn:x");
  EXPECT_EQ(root->Attribute("n"), "1");
  EXPECT_EQ(root->place.line, 2U);
  ASSERT_EQ(root->children.size(), 2U);
  EXPECT_EQ(root->children[0].space, "urn:d");
  EXPECT_EQ(root->children[0].Attribute("n"), "") << "an attribute of another namespace";
  EXPECT_EQ(root->children[1].text, "te<xt &amp;");
  EXPECT_EQ(root->children[1].place.line, 3U);
  EXPECT_EQ(root->children[1].text_place.column, 37U);
}

TEST(Xml, CountsColumnsInCodePoints) {
  const auto root = ReadXml("a.xml", "<a><!-- \xC3\xA5\xC3\xA4 --><b/></a>", {});
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->children[0].place.column, 15U);
}

TEST(Xml, RefusesDocumentTypesAndEntities) {
  EXPECT_NE(Refusal("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>")
                .find("a.xml:1:1: document types"),
            std::string::npos);
  EXPECT_NE(Refusal("<a>\n&e;</a>").find("a.xml:2:1: unknown entity"), std::string::npos);
  EXPECT_NE(Refusal("<a b=\"&e;\"/>").find("unknown entity"), std::string::npos);
  EXPECT_NE(Refusal("<a>&</a>").find("unknown entity"), std::string::npos);
  EXPECT_NE(Refusal("<a>&#0;</a>").find("unknown entity"), std::string::npos);
  EXPECT_NE(Refusal("<a>&#xD800;</a>").find("unknown entity"), std::string::npos);
  EXPECT_NE(Refusal("<a>&#x110000;</a>").find("unknown entity"), std::string::npos);
  EXPECT_EQ(Refusal("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</a>"), "accepted");
  EXPECT_EQ(Refusal("<a><!-- & <!DOCTYPE --><![CDATA[& <!X]]></a>"), "accepted");
}

TEST(Xml, RefusesWhatIsNotWellFormed) {
  for (const char* text : {"", "  ", "<a>", "<a></b>", "<a/><b/>", "text", "<a b='1' b='2'/>",
                           "<a\x01/>", "<a>\x1B[2J</a>", "<p:a/>", "<a>\xFF</a>", "<a b=1/>"}) {
    EXPECT_NE(Refusal(text), "accepted") << text;
  }
}

TEST(Xml, ReadsUtf8Only) {
  EXPECT_EQ(Refusal("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>"), "accepted");
  EXPECT_NE(Refusal("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>").find("UTF-8"),
            std::string::npos);
}

TEST(Xml, HoldsItsLimits) {
  std::string deep;
  for (int i = 0; i < 10; ++i) deep += "<a>";
  for (int i = 0; i < 10; ++i) deep += "</a>";
  EXPECT_EQ(Refusal(deep, {.depth_max = 10}), "accepted");
  EXPECT_NE(Refusal(deep, {.depth_max = 9}).find("nested deeper than 9"), std::string::npos);
  EXPECT_EQ(Refusal("<a><b/><c/></a>", {.elements_max = 3}), "accepted");
  EXPECT_NE(Refusal("<a><b/><c/></a>", {.elements_max = 2}).find("more than 2 elements"),
            std::string::npos);
  EXPECT_EQ(Refusal("<a/>", {.bytes_max = 4}), "accepted");
  EXPECT_NE(Refusal("<a />", {.bytes_max = 4}).find("at most 4"), std::string::npos);
}

TEST(Xml, ADeepFileDoesNotExhaustTheStack) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<a>";
  EXPECT_NE(Refusal(deep), "accepted");
  for (int i = 0; i < 200'000; ++i) deep += "</a>";
  EXPECT_NE(Refusal(deep).find("nested deeper than 64"), std::string::npos);
}

TEST(Xml, AttributesAndNamespacesAreBounded) {
  const auto with = [](std::size_t attributes, const char* name) {
    std::string text = "<a";
    for (std::size_t i = 0; i < attributes; ++i) text += std::string(" ") + name + std::to_string(i) + "=\"u\"";
    return text + "/>";
  };
  const XmlLimits limits;
  EXPECT_EQ(Refusal(with(limits.attributes_max, "b")), "accepted");
  EXPECT_NE(Refusal(with(limits.attributes_max + 1, "b")).find("a.xml:1:2: the element has more than 256 attributes"), std::string::npos);
  EXPECT_EQ(Refusal(with(2, "xmlns:p"), {.prefixes_max = 2}), "accepted");
  EXPECT_NE(Refusal(with(3, "xmlns:p"), {.prefixes_max = 2}).find("more than 2 namespaces"), std::string::npos);
}

// Each takes milliseconds; what grew with the square of the size took a minute.
constexpr std::chrono::seconds kLongest{10};

TEST(Xml, OneLongLineCostsNoMoreThanManyShortOnes) {
  constexpr std::size_t kElements = 150'000;
  std::string text = "<a>";
  for (std::size_t i = 0; i < kElements; ++i) text += "<b>x</b>";
  const auto begin = std::chrono::steady_clock::now();
  const auto root = ReadXml("a.xml", text + "</a>", {});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLongest);
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->children.back().place.column, 4 + 8 * (kElements - 1));
}

}  // namespace
}  // namespace oxpecker::dmn
