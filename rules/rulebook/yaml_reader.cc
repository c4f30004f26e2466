#include "rules/rulebook/yaml_reader.h"

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#endif
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/yaml.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include <algorithm>
#include <set>
#include <sstream>

#include "base/encoding.h"
#include "base/text_lines.h"

namespace oxpecker::yaml {
namespace {

// What stands at a mark.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text), lines_(text) {}
  std::string_view Line(std::size_t index) const { return lines_.Line(index); }
  // The column, from 1 and in code points, of a byte of a line.
  std::uint32_t Column(std::size_t index, std::size_t byte) const {
    const std::string_view line = Line(index);
    const bool in_line = byte < line.size();  // past it, and past its end, lies the next one
    return in_line ? lines_.At(lines_.Start(index) + byte).column
                   : static_cast<std::uint32_t>(LengthOf(line) + 1);
  }
  // Does the text whose opening quote stands there end? The parser takes the end of the file for one.
  bool QuoteEnds(std::size_t index, std::size_t byte) const {
    const char quote = text_[lines_.Start(index) + byte];
    for (std::size_t i = lines_.Start(index) + byte + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\' && quote == '"') ++i;
      else if (text_[i] == quote && quote == '\'' && i + 1 < text_.size() && text_[i + 1] == quote) ++i;
      else if (text_[i] == quote) return true;
    }
    return false;
  }

 private:
  static std::size_t LengthOf(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
  }

  std::string_view text_;
  TextLines lines_;
};

class TooLarge : public std::exception {};

// Builds the tree from the parser's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file, std::string_view text, const Limits& limits)
      : file_(std::move(file)), lines_(text), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      Forbid(mark, "a second document starts here", "write one document a file, without ---");
  }
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Forbid(mark, "an alias (*name) stands here", "write the value out");
    Place(Node{});
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckAnchor(mark, anchor);
    Node node;
    node.origin = Origin(mark);
    Place(std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    CheckAnchor(mark, anchor);
    if (!tag.empty() && tag != "?" && tag != "!")
      Forbid(mark, "a tag (" + tag + ") stands here", "leave it out: types come from the rulebook");
    Place(Scalar(mark, value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, Kind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, Kind::kMapping);
  }
  void OnMapEnd() override { Close(); }

  // Called where a second document was read: it is never passed over in silence.
  void SecondDocument() {
    if (documents_ <= 1)
      Report(SourceOrigin{file_, 1, 1}, "the file holds a second document", "write one document a file");
  }

  Node TakeRoot() { return std::move(root_); }
  Issues TakeIssues() { return std::move(issues_); }
  SourceOrigin Origin(const YAML::Mark& mark) const {
    return {file_, static_cast<std::uint32_t>(mark.line < 0 ? 1 : mark.line + 1),
            mark.column < 0 || mark.line < 0
                ? 1
                : lines_.Column(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column))};
  }

 private:
  struct Level {
    Node node;
    Node key;
    bool has_key = false;
    std::set<std::string, std::less<>> keys;  // so far
  };

  Node Scalar(const YAML::Mark& mark, const std::string& value) {
    Node node;
    node.kind = Kind::kScalar;
    node.text = value;
    node.origin = Origin(mark);
    const std::string_view line = lines_.Line(static_cast<std::size_t>(mark.line < 0 ? 0 : mark.line));
    const auto column = static_cast<std::size_t>(mark.column < 0 ? 0 : mark.column);
    const char first = column < line.size() ? line[column] : ' ';
    if (first == '|' || first == '>') {
      node.quoted = true;
      // The text starts on the first later line that is not empty; its indent is the block's.
      std::size_t row = static_cast<std::size_t>(mark.line) + 1;
      std::size_t indent = lines_.Line(row).find_first_not_of(' ');
      node.origin.line = static_cast<std::uint32_t>(row + 1);
      node.indent = indent == std::string_view::npos ? 0 : static_cast<std::uint32_t>(indent);
      node.origin.column = node.indent + 1;
    } else if (first == '"' || first == '\'') {
      node.quoted = true;
      if (!lines_.QuoteEnds(static_cast<std::size_t>(mark.line), column))
        Report(node.origin, "a text in quotes does not end", "close the quote; is the file cut short?");
      ++node.origin.column;
    }
    return node;
  }
  void CheckAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      Forbid(mark, "an anchor (&name) stands here", "leave it out and write values where they are used");
  }
  void Forbid(const YAML::Mark& mark, std::string message, std::string hint) {
    Report(Origin(mark), std::move(message), std::move(hint));
  }
  void Report(const SourceOrigin& origin, std::string message, std::string hint) {
    issues_.push_back({ErrorCode::kInvalidInput, PlaceOf(origin, "", 0), std::move(message),
                       std::move(hint)});
  }
  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    CheckAnchor(mark, anchor);
    if (!tag.empty() && tag != "?" && tag != "!")
      Forbid(mark, "a tag (" + tag + ") stands here", "leave it out");
    if (levels_.size() >= limits_.depth_max) throw TooLarge();
    Level level;
    level.node.kind = kind;
    level.node.origin = Origin(mark);
    levels_.push_back(std::move(level));
  }
  void Close() {
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    Place(std::move(node));
  }
  void Place(Node node) {
    if (++nodes_ > limits_.nodes_max) throw TooLarge();
    if (levels_.empty()) {
      if (documents_ <= 1) root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Kind::kSequence) {
      level.node.items.push_back(std::move(node));
    } else if (!level.has_key) {
      if (node.kind != Kind::kScalar)
        Report(node.origin, "a key is no plain text", "use a word followed by a colon");
      else if (!level.keys.insert(node.text).second)
        Report(node.origin, "the key '" + node.text + "' stands twice in one mapping", "keep one of them");
      level.key = std::move(node);
      level.has_key = true;
    } else {
      level.node.entries.push_back({std::move(level.key), std::move(node)});
      level.has_key = false;
    }
  }

  std::string file_;
  Lines lines_;
  Limits limits_;
  std::vector<Level> levels_;
  Node root_;
  Issues issues_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

std::unexpected<Issues> One(ErrorCode code, std::string place, std::string message,
                            std::string hint) {
  return std::unexpected<Issues>(
      Issues{Error{code, std::move(place), std::move(message), std::move(hint)}});
}

}  // namespace

const Node* Node::Find(std::string_view key) const {
  for (const auto& [name, value] : entries)
    if (name.text == key) return &value;
  return nullptr;
}

std::string Node::Place() const { return PlaceOf(origin, "", 0); }

Checked<Node> Read(std::string file, std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes_max)
    return One(ErrorCode::kLimit, file, "the file has " + std::to_string(text.size()) +
               " bytes, more than the limit of " + std::to_string(limits.bytes_max), "split it");
  if (!IsUtf8(text) || text.find('\0') != std::string_view::npos)
    return One(ErrorCode::kInvalidInput, file, "the file is no UTF-8 text", "save it as UTF-8");
  TreeBuilder builder(file, text, limits);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    // A second document is reported where it starts and ends the reading: yaml-cpp 0.7 never comes to
    // an end of some broken streams of documents.
    if (parser.HandleNextDocument(builder) && parser.HandleNextDocument(builder)) builder.SecondDocument();
  } catch (const TooLarge&) {
    return One(ErrorCode::kLimit, file, "the file is nested deeper than " +
               std::to_string(limits.depth_max) + " levels or has more than " +
               std::to_string(limits.nodes_max) + " values", "split it");
  } catch (const YAML::Exception& error) {
    return One(ErrorCode::kInvalidInput, PlaceOf(builder.Origin(error.mark), "", 0),
               "this is no valid YAML: " + error.msg, "check indentation, quotes and colons");
  } catch (const std::exception&) {
    return One(ErrorCode::kInvalidInput, file, "this is no valid YAML", "check indentation and quotes");
  }
  Issues issues = builder.TakeIssues();
  if (!issues.empty()) return std::unexpected(std::move(issues));
  return builder.TakeRoot();
}

}  // namespace oxpecker::yaml
