#include "audit/bundle/disclosure.h"

#include <algorithm>
#include <utility>

#include "audit/bundle/strict_json.h"
#include "audit/section_parts.h"
#include "base/encoding.h"
#include "base/json/value.h"

namespace oxpecker::audit {
namespace {

constexpr std::string_view kDisclosures = "disclosures.jsonl";
constexpr std::string_view kRedactions = "redactions.jsonl";

void WritePart(json::CanonicalWriter& out, const DisclosedPart& part) {
  out.BeginObject();
  if (!part.shown()) {
    out.Key("commit");
    out.String(Base64Encode(part.commit.view()));
  } else {
    const bool is_text = IsUtf8(part.bytes);
    if (!is_text) {
      out.Key("base64");
      out.String(Base64Encode(part.bytes));
    }
    out.Key("pointer");
    out.String(part.pointer);
    out.Key("salt");
    out.String(Base64Encode(part.salt));
    if (is_text) {
      out.Key("text");
      out.String(part.bytes);
    }
  }
  out.EndObject();
}

DisclosedPart ReadPart(json::View part) {
  DisclosedPart read;
  if (!part.Find("salt")) {
    read.commit = DigestOfBase64(TextOf(part, "commit"));
    return read;
  }
  read.pointer = TextOf(part, "pointer");
  const std::string salt = Base64Decode(TextOf(part, "salt")).value_or("");
  if (salt.size() == kSaltBytes) read.salt = salt;
  read.bytes = part.Find("base64") ? Base64Decode(TextOf(part, "base64")).value_or("") : TextOf(part, "text");
  if (read.shown()) read.commit = CommitToPart(read.salt, read.pointer, read.bytes);
  return read;
}

std::optional<RedactionReason> ReasonOf(std::string_view word) {
  for (const auto reason : {RedactionReason::kProfile, RedactionReason::kArtefact, RedactionReason::kErased, RedactionReason::kKeyAbsent})
    if (Name(reason) == word) return reason;
  return std::nullopt;
}

}  // namespace

std::string_view Name(RedactionReason reason) {
  switch (reason) {
    case RedactionReason::kProfile: return "profile";
    case RedactionReason::kArtefact: return "artefact";
    case RedactionReason::kErased: return "erased";
    case RedactionReason::kKeyAbsent: return "key_absent";
  }
  return "";
}

Disclosure Disclosure::Of(std::uint64_t seq, std::string section, const SectionParts& parts, std::string_view salts,
                          const std::vector<bool>& shown) {
  Disclosure made{seq, std::move(section), {}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view salt = salts.substr(i * kSaltBytes, kSaltBytes);
    DisclosedPart part;
    part.commit = CommitToPart(salt, parts.pointer(i), parts.bytes(i));
    if (shown[i]) {
      part.salt = salt;
      part.pointer = parts.pointer(i);
      part.bytes = parts.bytes(i);
    }
    made.parts.push_back(std::move(part));
  }
  return made;
}

std::string Disclosure::ToLine() const {
  std::string line;
  json::CanonicalWriter out(line);
  out.BeginObject();
  out.Key("parts");
  out.BeginArray();
  for (const DisclosedPart& part : parts) WritePart(out, part);
  out.EndArray();
  out.Key("section");
  out.String(section);
  out.Key("seq");
  out.String(std::to_string(seq));
  out.EndObject();
  return line;
}

Result<Disclosure> Disclosure::Parse(std::string_view line) {
  OXP_TRY(const StrictJson json, StrictJson::Parse(kDisclosures, line));
  Disclosure read{json.Number("seq"), json.Text("section"), {}};
  for (const json::View part : json.List("parts")) read.parts.push_back(ReadPart(part));
  OXP_TRY(json.MustBe(read.ToLine()));
  return read;
}

Digest Disclosure::Commitment() const {
  std::vector<Digest> commitments;
  for (const DisclosedPart& part : parts) commitments.push_back(part.commit);
  return CommitToParts(section, commitments);
}

std::optional<std::string> Disclosure::ShapeProblem() const {
  if (parts.empty()) return "no parts";
  if (!parts[0].shown()) return std::nullopt;
  if (!parts[0].pointer.empty()) return "a first part with a pointer";
  if (parts.size() == 1) return std::nullopt;
  const auto holes = HolesOf(parts[0].bytes);
  if (!holes) return "a first part that is no skeleton";
  if (holes->size() != parts.size() - 1)
    return "a skeleton with " + std::to_string(holes->size()) + " places for " + std::to_string(parts.size() - 1) + " parts";
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (parts[i].shown() && parts[i].pointer != (*holes)[i - 1])
      return "part " + std::to_string(i) + " with the pointer of another place";
  return std::nullopt;
}

SeqRanges Disclosure::Withheld() const {
  SeqRanges withheld;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (!parts[i].shown()) withheld.Append(i);
  return withheld;
}

std::string Redaction::ToLine() const {
  json::Object out;
  if (!erasure.empty()) out.Set("erasure", erasure);
  if (!parts.empty()) out.Set("parts", parts);
  out.Set("reason", Name(reason));
  out.Set("records", records.ToString());
  out.Set("section", section);
  return json::Canonical(json::Value(std::move(out)));
}

Result<Redaction> Redaction::Parse(std::string_view line) {
  OXP_TRY(const StrictJson json, StrictJson::Parse(kRedactions, line));
  Redaction read{json.Text("section"), json.Text("parts"), {}, json.Text("erasure"), json.Numbers("records")};
  const auto reason = ReasonOf(json.Text("reason"));
  if (!reason) return Fail(ErrorCode::kIntegrity, std::string(kRedactions), "it gives a reason that there is not");
  read.reason = *reason;
  OXP_TRY(json.MustBe(read.ToLine()));
  if (read.records.empty() || (read.reason == RedactionReason::kErased) == read.erasure.empty())
    return Fail(ErrorCode::kIntegrity, std::string(kRedactions), "a line without records, or with an erasure where there is none");
  return read;
}

void Redactions::Add(std::uint64_t seq, const std::string& section, const std::string& parts, RedactionReason reason,
                     const std::string& erasure) {
  groups_[{section, parts, reason, erasure}].Append(seq);
}

std::string Redactions::ToFile() const {
  std::vector<std::string> lines;
  for (const auto& [group, records] : groups_) {
    const auto& [section, parts, reason, erasure] = group;
    lines.push_back(Redaction{section, parts, reason, erasure, records}.ToLine() + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string file;
  for (const std::string& line : lines) file += line;
  return file;
}

}  // namespace oxpecker::audit
