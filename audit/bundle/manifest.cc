#include "audit/bundle/manifest.h"

#include <array>
#include <utility>

#include "audit/bundle/strict_json.h"
#include "audit/bundle/zip.h"
#include "base/encoding.h"

namespace oxpecker::audit {
namespace {

namespace files = bundle_files;

bool IsHex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
bool IsNumber(std::string_view text) { return SeqRanges::Parse(text) && text.find_first_of("-,") == std::string_view::npos; }
bool IsAnchorName(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name[0] != '.' && name[0] != '_' && name[0] != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string_view::npos;
}

// Those that tell of what comes before them stand at the end.
int PlaceOf(std::string_view path) {
  constexpr std::array<std::string_view, 4> last = {files::kCoverage, files::kManifest, files::kManifestNote, files::kReport};
  for (std::size_t i = 0; i < last.size(); ++i)
    if (path == last[i]) return static_cast<int>(i) + 1;
  return 0;
}

json::Object ToJson(const ScopeOfBundle& scope) {
  json::Object out;
  out.Set("context", scope.context.ToString());
  out.Set("records", scope.records.ToString());
  out.Set("kind", scope.decision.empty() ? "range" : "decision");
  if (!scope.decision.empty()) out.Set("decision", scope.decision);
  if (scope.from) out.Set("from", scope.from->ToString());
  if (scope.to) out.Set("to", scope.to->ToString());
  return out;
}

std::optional<Instant> InstantOf(json::View object, std::string_view key) {
  const auto at = Instant::Parse(TextOf(object, key));
  return at ? std::optional(*at) : std::nullopt;
}

ScopeOfBundle ReadScope(json::View object) {
  const auto numbers = [&](std::string_view key) { return SeqRanges::Parse(TextOf(object, key)).value_or(SeqRanges()); };
  return {TextOf(object, "decision"), InstantOf(object, "from"), InstantOf(object, "to"), numbers("records"), numbers("context")};
}

bool IsTrue(json::View object, std::string_view key) {
  const auto member = object.Find(key);
  return member && member->kind() == json::Kind::kTrue;
}

}  // namespace

bool IsBundlePath(std::string_view path) {
  constexpr std::array<std::string_view, 15> fixed = {
      files::kReadme, files::kDisclosures, files::kKeys,     files::kCheckpoint, files::kOldCheckpoint,
      files::kConsistency, files::kLeaves, files::kPolicy,   files::kRanges,     files::kRedactions,
      files::kCoverage, files::kManifest,  files::kManifestNote, files::kReport, ""};
  for (const std::string_view name : fixed)
    if (!path.empty() && path == name) return true;
  if (path.starts_with(files::kArtefacts)) return IsHex(path.substr(files::kArtefacts.size()), 64);
  if (path.starts_with(files::kProofs) && path.ends_with(files::kProofEnding))
    return IsNumber(path.substr(files::kProofs.size(), path.size() - files::kProofs.size() - files::kProofEnding.size()));
  for (const std::string_view folder : {"tsa/", "witness/"})
    if (path.starts_with(folder)) return IsAnchorName(path.substr(folder.size()));
  return false;
}

bool ComesBefore(std::string_view a, std::string_view b) {
  return PlaceOf(a) != PlaceOf(b) ? PlaceOf(a) < PlaceOf(b) : a < b;
}

SeqRanges ScopeOfBundle::all() const { return SeqRanges::Joined({records, context}).value_or(SeqRanges()); }

std::string Manifest::ToString() const {
  json::Object checkpoint;
  checkpoint.Set("root", root.ToHex());
  checkpoint.Set("size", std::to_string(size));
  json::Array list;
  for (const BundleFile& file : files) {
    json::Object one;
    one.Set("path", file.path);
    one.Set("sha256", file.sha256.ToHex());
    one.Set("size", std::to_string(file.size));
    list.emplace_back(std::move(one));
  }
  json::Object viewer;
  viewer.Set("data", viewer_has_data);
  viewer.Set("sha256", viewer_sha256.ToHex());
  json::Object out;
  out.Set("checkpoint", std::move(checkpoint));
  out.Set("files", std::move(list));
  out.Set("origin", origin);
  out.Set("profile", profile);
  out.Set("scope", ToJson(scope));
  out.Set("tool", tool);
  out.Set("v", kBundleFormat);
  out.Set("viewer", std::move(viewer));
  return json::Canonical(json::Value(std::move(out)));
}

Result<Manifest> Manifest::Parse(std::string_view text) {
  OXP_TRY(const StrictJson json, StrictJson::Parse(files::kManifest, text));
  if (json.Text("v") != kBundleFormat)
    return Fail(ErrorCode::kIntegrity, std::string(files::kManifest), "it is not of the format " + std::string(kBundleFormat));
  Manifest read;
  if (const auto checkpoint = json.Object("checkpoint")) {
    read.root = DigestOfHex(TextOf(*checkpoint, "root"));
    read.size = NumberOf(TextOf(*checkpoint, "size"));
  }
  for (const json::View file : json.List("files"))
    if (file.kind() == json::Kind::kObject)
      read.files.push_back({TextOf(file, "path"), DigestOfHex(TextOf(file, "sha256")), NumberOf(TextOf(file, "size"))});
  read.origin = json.Text("origin");
  if (const auto profile = json.Object("profile")) {
    OXP_TRY(read.profile, json::Value::FromDocument(*profile));
  }
  if (const auto scope = json.Object("scope")) read.scope = ReadScope(*scope);
  read.tool = json.Text("tool");
  if (const auto viewer = json.Object("viewer")) {
    read.viewer_has_data = IsTrue(*viewer, "data");
    read.viewer_sha256 = DigestOfHex(TextOf(*viewer, "sha256"));
  }
  OXP_TRY(json.MustBe(read.ToString()));
  return read;
}

std::string ManifestNoteText(std::string_view origin, std::string_view manifest) {
  std::string text(kManifestNoteTitle);
  text += '\n';
  text += origin;
  return text + '\n' + Base64Encode(Sha256(manifest).view()) + '\n';
}

Result<std::string> SignManifest(std::string_view origin, std::string_view manifest, const Signer& key) {
  return SignNoteBy(ManifestNoteText(origin, manifest), key);
}

Status CheckManifestNote(std::string_view note_bytes, std::string_view origin, std::string_view manifest, const LogKeys& keys,
                         std::uint64_t size) {
  const auto wrong = [](std::string what) { return Fail(ErrorCode::kIntegrity, std::string(files::kManifestNote), std::move(what)); };
  const auto note = Note::Parse(note_bytes);
  if (!note) return wrong("it is no signed note");
  if (note->text != ManifestNoteText(origin, manifest)) return wrong("it is not about this manifest.json");
  if (note->signatures.size() != 1) return wrong("it has more than one signature");
  bool in_use = false;
  for (const NoteSignature& signature : note->signatures) {
    const KeyTerm* term = keys.Find(signature.name, signature.key_id);
    if (term == nullptr) continue;
    if (!term->key.Verify(note->text, signature.signature)) return wrong("its signature does not hold");
    in_use |= size >= term->first_size && (!term->last_size || size <= *term->last_size);
  }
  if (!in_use) return wrong("no key that was in use at the size of log/checkpoint signed it");
  return {};
}

std::string Coverage::ToString() const {
  json::Array erased;
  for (const Erasure& erasure : erasures) {
    json::Object one;
    one.Set("erasure", erasure.id);
    one.Set("record", std::to_string(erasure.record));
    one.Set("records", erasure.records.ToString());
    erased.emplace_back(std::move(one));
  }
  json::Object kind_counts;
  for (const auto& [kind, count] : kinds) kind_counts.Set(kind, std::to_string(count));
  json::Array in_force;
  for (const Release& release : releases) {
    json::Object one;
    one.Set("digest", release.digest);
    one.Set("included", release.included);
    if (release.record) one.Set("record", std::to_string(*release.record));
    in_force.emplace_back(std::move(one));
  }
  json::Object retention;
  for (const auto& [kind, days] : retention_days) retention.Set(kind, std::to_string(days));
  json::Object sections;
  sections.Set("disclosed", std::to_string(disclosed));
  sections.Set("partly", std::to_string(partly));
  sections.Set("withheld", std::to_string(withheld));
  json::Object out;
  out.Set("erasures", std::move(erased));
  out.Set("holds", std::to_string(holds));
  out.Set("key_absent", key_absent.ToString());
  out.Set("kinds", std::move(kind_counts));
  out.Set("records", records.ToString());
  out.Set("releases", std::move(in_force));
  out.Set("retention", std::move(retention));
  out.Set("sections", std::move(sections));
  out.Set("v", "oxpecker.coverage/1");
  return json::Canonical(json::Value(std::move(out)));
}

Result<Coverage> Coverage::Parse(std::string_view text) {
  OXP_TRY(const StrictJson json, StrictJson::Parse(files::kCoverage, text));
  Coverage read;
  const auto numbers = [](std::string_view written) { return SeqRanges::Parse(written).value_or(SeqRanges()); };
  const auto counts = [&](std::string_view key) {
    std::map<std::string, std::uint64_t> map;
    if (const auto object = json.Object(key))
      for (const json::View member : *object) map[std::string(member.key())] = NumberOf(member.text());
    return map;
  };
  for (const json::View one : json.List("erasures"))
    if (one.kind() == json::Kind::kObject)
      read.erasures.push_back({TextOf(one, "erasure"), NumberOf(TextOf(one, "record")), numbers(TextOf(one, "records"))});
  for (const json::View one : json.List("releases")) {
    if (one.kind() != json::Kind::kObject) continue;
    Release release{TextOf(one, "digest"), IsTrue(one, "included"), {}};
    if (one.Find("record")) release.record = NumberOf(TextOf(one, "record"));
    read.releases.push_back(std::move(release));
  }
  read.holds = json.Number("holds");
  read.key_absent = json.Numbers("key_absent");
  read.kinds = counts("kinds");
  read.records = json.Numbers("records");
  read.retention_days = counts("retention");
  if (const auto sections = json.Object("sections")) {
    read.disclosed = NumberOf(TextOf(*sections, "disclosed"));
    read.partly = NumberOf(TextOf(*sections, "partly"));
    read.withheld = NumberOf(TextOf(*sections, "withheld"));
  }
  OXP_TRY(json.MustBe(read.ToString()));
  return read;
}

}  // namespace oxpecker::audit
