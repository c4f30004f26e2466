#include "apps/cli/request_line.h"

#include "base/json/document.h"

namespace oxpecker::cli {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Walks over one JSON value of a text that has been checked already.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}
  void Skip(char c) {
    Spaces();
    if (at_ < text_.size() && text_[at_] == c) ++at_;
  }
  bool Looking(char c) {
    Spaces();
    return at_ < text_.size() && text_[at_] == c;
  }
  std::string_view Value() {
    Spaces();
    const std::size_t begin = at_;
    int depth = 0;
    do {
      const char c = text_[at_];
      if (c == '"') {
        String();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    } while (at_ < text_.size() && (depth > 0 || !EndsScalar(text_[at_], text_[at_ - 1])));
    return text_.substr(begin, at_ - begin);
  }

 private:
  void Spaces() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  void String() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    ++at_;
  }
  static bool EndsScalar(char next, char last) {
    return next == ',' || next == '}' || next == ']' || next == ':' || IsSpace(next) || last == '}' || last == ']' ||
           last == '"';
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Request> ReadRequest(std::string_view line) {
  const Request whole{line, {}, std::nullopt};
  const auto document = json::Document::Parse(line, {});
  if (!document || document->root().kind() != json::Kind::kObject || !document->root().Find("facts")) return whole;
  for (const json::View member : document->root()) {
    if (member.key() != "facts" && member.key() != "event" && member.key() != "id")
      return Fail(ErrorCode::kInvalidInput, json::Append("", member.key()), "unknown member of a request",
                  "a request holds facts, and may hold event and id");
  }
  Request request;
  Walker walker(line);
  walker.Skip('{');
  while (!walker.Looking('}')) {
    std::string_view key = walker.Value();
    walker.Skip(':');
    const std::string_view value = walker.Value();
    walker.Skip(',');
    if (key == "\"facts\"") request.facts = value;
    else if (key == "\"event\"") request.event = value;
    else if (key != "\"id\"") return whole;  // a key in escapes: leave it to the schema to refuse
  }
  if (const auto id = document->root().Find("id")) {
    OXP_TRY(request.id, DecisionId::Parse(id->text()));
  }
  return request;
}

}  // namespace oxpecker::cli
