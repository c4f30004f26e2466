#include "engine/pack_tests/test_document.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/instant.h"
#include "base/json/value.h"

namespace oxpecker::engine {
namespace {

constexpr std::string_view kAbsent = "@absent";
constexpr std::int64_t kRepeatMax = 10'000;
constexpr std::int64_t kSecondsMax = 200LL * 366 * kSecondsPerDay;

bool IsAbsent(const yaml::Node& node) { return node.kind == yaml::Kind::kScalar && node.text == kAbsent; }

// "-10d", "+1d-5m", "-72h+1s" as seconds; nothing where it is none.
std::optional<std::int64_t> Seconds(std::string_view text) {
  std::int64_t total = 0;
  while (!text.empty()) {
    if (text.front() != '+' && text.front() != '-') return std::nullopt;
    const bool back = text.front() == '-';
    text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || end == text.data() + text.size()) return std::nullopt;
    const std::int64_t unit = *end == 'd' ? kSecondsPerDay : *end == 'h' ? 3600 : *end == 'm' ? 60 : *end == 's' ? 1 : 0;
    if (unit == 0 || number > kSecondsMax / unit) return std::nullopt;
    total += back ? -number * unit : number * unit;
    if (total > kSecondsMax || total < -kSecondsMax) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  }
  return total;
}

// A number as JSON writes it: -12, 0.5. Anything else that is not quoted is a text.
bool IsJsonNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t whole = std::min(text.find_first_not_of("0123456789"), text.size());
  if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
  if (whole == text.size()) return true;
  const std::string_view fraction = text.substr(whole + 1);
  return text[whole] == '.' && !fraction.empty() && fraction.find_first_not_of("0123456789") == std::string_view::npos;
}

class DocumentWriter {
 public:
  DocumentWriter(Instant as_of, Issues& issues) : as_of_(as_of), issues_(issues) {}

  // Each list of the facts gets its rows completed from `rows`, repeated and numbered.
  std::string Facts(const yaml::Node& facts, const yaml::Node& rows) {
    std::string out = "{";
    for (const auto& [key, value] : facts.entries) {
      if (IsAbsent(value)) continue;
      Key(out, key.text);
      const yaml::Node* row_template = rows.Find(key.text);
      if (value.kind == yaml::Kind::kSequence) List(out, value, row_template);
      else Write(out, value);
    }
    return out + "}";
  }

  std::string Event(const yaml::Node& event) {
    std::string out;
    Write(out, event);
    return out;
  }

 private:
  void Report(const yaml::Node& at, std::string message, std::string hint) {
    issues_.push_back({ErrorCode::kInvalidInput, at.Place(), std::move(message), std::move(hint)});
  }

  static void Key(std::string& out, std::string_view key) {
    if (out.back() != '{') out += ',';
    json::AppendString(out, key);
    out += ':';
  }

  void List(std::string& out, const yaml::Node& list, const yaml::Node* row_template) {
    out += '[';
    row_ = 0;
    for (const yaml::Node& item : list.items) {
      if (item.kind != yaml::Kind::kMapping) {
        if (out.back() != '[') out += ',';
        Write(out, item);
        continue;
      }
      yaml::Node row = row_template == nullptr ? item : Overlay(*row_template, item);
      const std::int64_t times = TakeRepeat(row);
      const std::int64_t every = TakeEvery(row, times);
      for (std::int64_t i = 0; i < times; ++i) {
        ++row_;
        shift_ = i * every;
        if (out.back() != '[') out += ',';
        Write(out, row);
      }
      shift_ = 0;
    }
    row_ = 0;
    out += ']';
  }

  static std::optional<yaml::Node> TakeEntry(yaml::Node& row, std::string_view key) {
    for (auto at = row.entries.begin(); at != row.entries.end(); ++at) {
      if (at->key.text != key) continue;
      yaml::Node value = std::move(at->value);
      row.entries.erase(at);
      return value;
    }
    return std::nullopt;
  }

  std::int64_t TakeRepeat(yaml::Node& row) {
    const auto node = TakeEntry(row, "repeat");
    if (!node) return 1;
    std::int64_t times = 0;
    const auto [end, error] = std::from_chars(node->text.data(), node->text.data() + node->text.size(), times);
    if (error == std::errc() && end == node->text.data() + node->text.size() && times >= 1 && times <= kRepeatMax) return times;
    Report(*node, "'repeat' is no whole number from 1 to " + std::to_string(kRepeatMax), "write repeat: 12");
    return 1;
  }

  std::int64_t TakeEvery(yaml::Node& row, std::int64_t times) {
    const auto node = TakeEntry(row, "every");
    if (!node) return 0;
    const auto seconds = Seconds(node->text);
    if (seconds && std::abs(*seconds) <= kSecondsMax / times) return *seconds;
    Report(*node, "'every' is no length of time, or too long", "write every: -7d");
    return 0;
  }

  void Write(std::string& out, const yaml::Node& node) {
    switch (node.kind) {
      case yaml::Kind::kNull: out += "null"; return;
      case yaml::Kind::kScalar: return Scalar(out, node);
      case yaml::Kind::kSequence:
        out += '[';
        for (const yaml::Node& item : node.items) {
          if (out.back() != '[') out += ',';
          Write(out, item);
        }
        out += ']';
        return;
      case yaml::Kind::kMapping:
        out += '{';
        for (const auto& [key, value] : node.entries) {
          if (IsAbsent(value)) continue;
          Key(out, key.text);
          Write(out, value);
        }
        out += '}';
        return;
    }
  }

  void Scalar(std::string& out, const yaml::Node& node) {
    const std::string& text = node.text;
    if (text.starts_with("@@")) return json::AppendString(out, std::string_view(text).substr(1));
    if (text.starts_with('@')) return Time(out, node);
    if (!node.quoted && (text == "true" || text == "false" || IsJsonNumber(text))) {
      out += text;
      return;
    }
    std::string numbered = text;
    if (const std::size_t at = numbered.find("{n}"); row_ > 0 && at != std::string::npos)
      numbered.replace(at, 3, std::to_string(row_));
    json::AppendString(out, numbered);
  }

  void Time(std::string& out, const yaml::Node& node) {
    const auto seconds = Seconds(std::string_view(node.text).substr(1));
    if (!seconds)
      Report(node, "'" + node.text + "' is no time", "write @-10d, @-180d+1s, @+5m, or @ for as_of; @@ for a text that begins with @");
    json::AppendString(out, as_of_.PlusSeconds(seconds.value_or(0) + shift_).ToString());
  }

  Instant as_of_;
  Issues& issues_;
  std::int64_t row_ = 0;    // number of the row that is written, from 1; 0 outside rows
  std::int64_t shift_ = 0;  // seconds by which a repeated row's times move
};

}  // namespace

yaml::Node Overlay(yaml::Node under, const yaml::Node& over) {
  if (over.kind == yaml::Kind::kNull && over.origin.file.empty()) return under;  // nothing was written
  if (under.kind != yaml::Kind::kMapping || over.kind != yaml::Kind::kMapping) return over;
  for (const auto& [key, value] : over.entries) {
    const auto at = std::find_if(under.entries.begin(), under.entries.end(),
                                 [&](const yaml::Entry& e) { return e.key.text == key.text; });
    if (at == under.entries.end()) under.entries.push_back({key, value});
    else at->value = Overlay(std::move(at->value), value);
  }
  return under;
}

Checked<TestDocuments> BuildDocuments(const TestFiles& files, const PackTest& test) {
  const Layer& file = files.layers[test.file];
  const yaml::Node facts = Overlay(Overlay(files.base.facts, file.facts), test.layer.facts);
  const yaml::Node event = Overlay(Overlay(files.base.event, file.event), test.layer.event);
  const yaml::Node rows = Overlay(files.base.rows, file.rows);
  Issues issues;
  const yaml::Node* as_of_node = facts.Find("as_of");
  // Without a readable as_of the document is as it is; a test may want it refused.
  const auto as_of = Instant::Parse(as_of_node == nullptr ? "" : as_of_node->text);
  DocumentWriter writer(as_of.value_or(Instant{}), issues);
  TestDocuments documents{writer.Facts(facts, rows), {}};
  if (event.kind != yaml::Kind::kNull) documents.event = writer.Event(event);
  if (!issues.empty()) return std::unexpected(std::move(issues));
  return documents;
}

}  // namespace oxpecker::engine
