#include "tests/e2e/json_text.h"

#include <gtest/gtest.h>

#include <charconv>

namespace oxpecker::e2e {
namespace {

std::optional<json::View> Child(json::View parent, std::string_view token) {
  if (parent.kind() == json::Kind::kObject) return parent.Find(token);
  std::size_t index = 0;
  const auto parsed = std::from_chars(token.data(), token.data() + token.size(), index);
  if (parsed.ec != std::errc() || parent.kind() != json::Kind::kArray) return std::nullopt;
  for (const json::View child : parent)
    if (index-- == 0) return child;
  return std::nullopt;
}

std::string TextOf(json::View value) {
  if (value.kind() == json::Kind::kTrue) return "true";
  if (value.kind() == json::Kind::kFalse) return "false";
  if (value.kind() == json::Kind::kString || value.kind() == json::Kind::kNumber)
    return std::string(value.text());
  return json::Name(value.kind());
}

}  // namespace

JsonText::JsonText(const std::string& text) {
  auto document = json::Document::Parse(text, {});
  if (document)
    document_.emplace(*std::move(document));
  else
    ADD_FAILURE() << document.error().ToString() << " in: " << text.substr(0, 300);
}

std::optional<json::View> JsonText::Find(std::string_view pointer) const {
  if (!document_) return std::nullopt;
  std::optional<json::View> at = document_->root();
  while (at && !pointer.empty()) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    at = Child(*at, pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
  }
  return at;
}

std::string JsonText::At(std::string_view pointer) const {
  const auto value = Find(pointer);
  if (!value) {
    ADD_FAILURE() << "nothing at " << pointer;
    return {};
  }
  return TextOf(*value);
}

std::size_t JsonText::Size(std::string_view pointer) const {
  const auto value = Find(pointer);
  return value ? value->size() : 0;
}

std::vector<std::string> JsonText::Each(std::string_view pointer, std::string_view below) const {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < Size(pointer); ++i) {
    const std::string place = json::Append(pointer, i) + std::string(below);
    texts.push_back(Has(place) ? At(place) : "");
  }
  return texts;
}

}  // namespace oxpecker::e2e
