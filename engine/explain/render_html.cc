// An explanation as HTML: one self-contained page, or its article.
#include "base/printable.h"
#include "engine/explain/render.h"

namespace oxpecker::engine {
namespace {

constexpr std::string_view kStyle =
    "body{margin:0;background:#f6f5f2;color:#1d1d1b;font:16px/1.55 system-ui,'Noto Sans','Noto "
    "Sans CJK SC',sans-serif}"
    "article{max-width:60rem;margin:2rem auto;padding:2rem "
    "2.5rem;background:#fff;border-radius:.5rem}"
    "h1{font-size:1.7rem;margin:0 0 1rem}h2{font-size:1.25rem;margin:2rem 0 "
    ".5rem;border-bottom:1px solid #d8d5cc}"
    "h3{font-size:1.05rem;margin:1.5rem 0 .25rem}h4{font-size:.95rem;margin:1rem 0 "
    ".25rem;color:#55524a}"
    "p{margin:.35rem 0;overflow-wrap:anywhere}table{border-collapse:collapse;margin:.5rem "
    "0;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid "
    "#eceae4;overflow-wrap:anywhere}"
    "th{font-weight:600}thead th{font-size:.85rem;color:#55524a}"
    ".holds{color:#1b5e33}.fails{color:#9c1f17}.unknown{color:#7a5200}.not-reached{color:#6b6a66}"
    "@media "
    "print{body{background:#fff}article{margin:0;padding:0;max-width:none}tr,p{break-inside:avoid}"
    "h2,h3,h4{break-after:avoid}}";

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// Class and source of a row or paragraph, as attributes with a space before each.
std::string Attributes(Mark mark, const std::string& source) {
  std::string attributes;
  switch (mark) {
    case Mark::kNone:
      break;
    case Mark::kHolds:
      attributes = " class=\"holds\"";
      break;
    case Mark::kFails:
      attributes = " class=\"fails\"";
      break;
    case Mark::kUnknown:
      attributes = " class=\"unknown\"";
      break;
    case Mark::kNotReached:
      attributes = " class=\"not-reached\"";
      break;
  }
  if (!source.empty()) attributes += " data-source=\"" + Escaped(source) + "\"";
  return attributes;
}

std::string RowHtml(const Row& row, bool first_is_label) {
  std::string html = "<tr" + Attributes(row.mark, row.source) + ">";
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (i == 0 && first_is_label)
      html += "<th scope=\"row\">" + Escaped(row.cells[i]) + "</th>";
    else
      html += "<td>" + Escaped(row.cells[i]) + "</td>";
  }
  return html + "</tr>\n";
}

std::string SectionHtml(const Section& section) {
  std::string html = "<section id=\"" + Escaped(section.id) + "\">\n";
  if (!section.heading.empty()) {
    const std::string tag = "h" + std::to_string(section.level + 1);
    html += "<" + tag + ">" + Escaped(section.heading) + "</" + tag + ">\n";
  }
  for (const Paragraph& paragraph : section.paragraphs)
    html += "<p" + Attributes(paragraph.mark, paragraph.source) + ">" + Escaped(paragraph.text) +
            "</p>\n";
  if (!section.rows.empty()) {
    html += "<table>\n";
    if (!section.columns.empty()) {
      html += "<thead><tr>";
      for (const std::string& column : section.columns)
        html += "<th scope=\"col\">" + Escaped(column) + "</th>";
      html += "</tr></thead>\n";
    }
    html += "<tbody>\n";
    for (const Row& row : section.rows) html += RowHtml(row, section.columns.empty());
    html += "</tbody></table>\n";
  }
  return html + "</section>\n";
}

}  // namespace

std::string ToHtmlFragment(const Explanation& explanation) {
  std::string html = "<article lang=\"" + std::string(voice::HtmlCode(explanation.language)) +
                     "\">\n<h1>" + Escaped(explanation.title) + "</h1>\n";
  for (const Section& section : explanation.sections) html += SectionHtml(section);
  return html + "</article>\n";
}

std::string ToHtmlPage(const Explanation& explanation) {
  std::string html =
      "<!doctype html>\n<html lang=\"" + std::string(voice::HtmlCode(explanation.language)) +
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      Escaped(explanation.title) + "</title>\n<style>";
  html += kStyle;
  html += "</style>\n</head>\n<body>\n" + ToHtmlFragment(explanation) + "</body>\n</html>\n";
  return html;
}

}  // namespace oxpecker::engine
