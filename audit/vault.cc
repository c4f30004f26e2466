#include "audit/vault.h"

#include <array>
#include <functional>
#include <initializer_list>
#include <list>
#include <mutex>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "audit/files.h"
#include "audit/key_wrapping.h"
#include "audit/keys.h"
#include "audit/schema_definitions.h"
#include "audit/sqlite_database.h"
#include "base/check.h"

namespace oxpecker::audit {
namespace {

constexpr std::int64_t kApplicationId = 0x4F585056;  // "OXPV"
constexpr std::int64_t kVersion = 2;
constexpr std::int64_t kOldVersion = 1;  // without holds and intents
constexpr const char* kWhat = "a vault";
constexpr std::string_view kIndexAad = "oxpecker/vault/index/v1";
constexpr std::string_view kKekAad = "oxpecker/vault/kek/v1";
constexpr std::string_view kReference = "oxpecker/vault/reference/v1";

constexpr std::array kDefinitions = {
    SchemaDefinition{"table", "index_key", "index_key",
                     "CREATE TABLE index_key(id INTEGER PRIMARY KEY CHECK (id = 1), "
                     "wrapped BLOB NOT NULL) STRICT"},
    SchemaDefinition{"table", "kek", "kek",
                     "CREATE TABLE kek(id BLOB PRIMARY KEY, subject_tag BLOB NOT NULL UNIQUE, "
                     "wrapped BLOB NOT NULL,\n                 created_at TEXT NOT NULL) STRICT, "
                     "WITHOUT ROWID"},
    SchemaDefinition{"index", "sqlite_autoindex_kek_2", "kek", ""},
    SchemaDefinition{"table", "hold", "hold",
                     "CREATE TABLE hold(id BLOB PRIMARY KEY, subject_tag BLOB NOT NULL, "
                     "placed_at TEXT NOT NULL) STRICT, WITHOUT ROWID"},
    SchemaDefinition{"table", "intent", "intent",
                     "CREATE TABLE intent(id BLOB PRIMARY KEY, action TEXT NOT NULL, "
                     "kek_id BLOB NOT NULL, log_size INTEGER NOT NULL) STRICT, WITHOUT ROWID"},
};
constexpr std::size_t kOldDefinitions = 3;
constexpr const char* kMarks = "PRAGMA application_id = 0x4F585056; PRAGMA user_version = 2";

// A trigger that somebody added could destroy keys as they are made. Returns the format.
Result<std::int64_t> CheckVaultSchema(SqliteDatabase& database, const std::string& place) {
  OXP_TRY(const std::int64_t found, database.QueryInteger("PRAGMA user_version"));
  const std::int64_t version = found == kOldVersion ? kOldVersion : kVersion;
  OXP_TRY(database.CheckKind(kApplicationId, version, kWhat));
  const std::span<const SchemaDefinition> all = kDefinitions;
  OXP_TRY(const auto difference,
          CompareSchema(database, version == kOldVersion ? all.first(kOldDefinitions) : all));
  if (!difference) return version;
  return SchemaError(place, *difference, "restore the vault from its backup");
}

Status CreateTables(SqliteDatabase& database, std::span<const SchemaDefinition> definitions) {
  for (const SchemaDefinition& definition : definitions) {
    if (definition.sql.empty()) continue;  // SQLite makes it by itself
    OXP_TRY(database.Execute(std::string(definition.sql).c_str()));
  }
  return database.Execute(kMarks);
}

// The writer's connection, with its tables of this format. What is deleted is overwritten, and what
// is rewritten is not laid down in a temporary file.
Result<SqliteDatabase> OpenForWriting(const std::filesystem::path& file) {
  OXP_TRY(SqliteDatabase database, SqliteDatabase::Open(file, SqliteMode::kWrite));
  OXP_TRY(database.Execute("PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY"));
  OXP_TRY(const std::int64_t version, CheckVaultSchema(database, file.string()));
  if (version == kVersion) return database;
  const std::span<const SchemaDefinition> all = kDefinitions;
  OXP_TRY(database.Execute("BEGIN IMMEDIATE"));
  OXP_TRY(CreateTables(database, all.subspan(kOldDefinitions)));
  OXP_TRY(database.Execute("COMMIT"));
  return database;
}

std::string KekAad(std::string_view id, std::string_view subject_tag) {
  std::string aad(kKekAad);
  aad += '\0';
  aad.append(id).append(subject_tag);
  return aad;
}

std::unexpected<Error> NoRandomness() {
  return Fail(ErrorCode::kUnavailable, "vault", "no random bytes to be had");
}

// The most recently used KEKs, found by one key (subject or id).
class KekCache {
 public:
  explicit KekCache(std::size_t size_max) : size_max_(size_max) {}
  const Kek* Find(const std::string& name) {
    const auto found = index_.find(name);
    if (found == index_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->second;
  }
  void Put(const std::string& name, const Kek& kek) {
    if (index_.contains(name)) return;
    order_.emplace_front(name, kek);
    index_[name] = order_.begin();
    if (order_.size() <= size_max_) return;
    index_.erase(order_.back().first);
    order_.pop_back();
  }
  void RemoveKey(std::string_view kek_id) {
    for (auto at = order_.begin(); at != order_.end(); ++at) {
      if (at->second.id != kek_id) continue;
      index_.erase(at->first);
      order_.erase(at);
      return;
    }
  }

 private:
  std::size_t size_max_;
  std::list<std::pair<std::string, Kek>> order_;  // most recent first
  std::unordered_map<std::string, std::list<std::pair<std::string, Kek>>::iterator> index_;
};

}  // namespace

class Vault::Impl {
 public:
  Impl(std::optional<FileLock> lock, std::optional<SqliteDatabase> writing, SqliteDatabase reading,
       std::unique_ptr<KeyWrapping> key, SecretKey index_key, std::size_t cache_max)
      : lock_(std::move(lock)),
        writing_(std::move(writing)),
        reading_(std::move(reading)),
        key_(std::move(key)),
        index_key_(index_key),
        by_subject_(cache_max),
        by_id_(cache_max) {}

  Status Prepare();
  Result<Kek> KekFor(std::string_view subject);
  Status Flush(Instant now);
  Result<std::optional<Kek>> Find(std::string_view kek_id);
  Result<std::optional<SubjectKey>> KeyOf(std::string_view subject);
  Result<std::vector<SubjectKey>> Keys();
  Result<std::vector<VaultHold>> Holds();
  Digest Reference(std::string_view purpose, std::string_view id, std::string_view person) const;
  Status BeginHold(std::string_view hold_id, std::string_view subject, std::uint64_t log_size, Instant now);
  Status BeginHoldRelease(std::string_view hold_id, std::uint64_t log_size);
  Status BeginErasure(std::string_view erasure_id, std::string_view kek_id, std::uint64_t log_size);
  Result<std::vector<VaultIntent>> Intents();
  Status Settle(const VaultIntent& intent, bool recorded);
  Status Scrub();
  Status Close();

 private:
  struct NewKek {
    Kek kek;
    std::string subject_tag;
    std::string wrapped;
  };
  Result<Kek> FindOrMake(std::string_view subject);
  Result<Kek> Unwrap(std::string_view id, std::string_view tag, std::string_view wrapped) const;
  Result<std::optional<Kek>> Stored(std::string_view subject_tag);
  Result<NewKek> Make(std::string subject_tag) const;
  using NewKeks = std::unordered_map<std::string, NewKek>;  // by subject
  Status Write(const NewKeks& keks, Instant now);
  std::string TagOf(std::string_view subject) const {
    return std::string(HmacSha256(index_key_.view(), subject).view());
  }
  Status InTransaction(const std::function<Status()>& change);
  Status Run(const char* sql, std::initializer_list<std::string_view> blobs);
  Status InsertIntent(std::string_view id, VaultAction action, std::string_view kek_id, std::uint64_t log_size);
  Result<bool> Exists(const char* sql, std::string_view blob);
  Status DestroyKey(std::string_view intent_id);

  std::optional<FileLock> lock_;  // where this is the writer
  // Two connections, so that nobody who looks up a key waits for the disk of a commit.
  std::mutex writing_mutex_;  // taken before mutex_; guards the next two
  std::optional<SqliteDatabase> writing_;
  SqliteStatement insert_;
  std::mutex mutex_;  // guards what follows
  SqliteDatabase reading_;
  SqliteStatement by_tag_, by_kek_id_;
  const std::unique_ptr<KeyWrapping> key_;
  SecretKey index_key_;
  KekCache by_subject_;
  KekCache by_id_;
  NewKeks pending_;   // not durable yet
  NewKeks flushing_;  // on their way to the disk
  std::set<std::string, std::less<>> being_erased_;  // ids of keys; nothing more is encrypted under them
};

Status Vault::Impl::Prepare() {
  OXP_TRY(by_tag_, reading_.Prepare("SELECT id, wrapped FROM kek WHERE subject_tag=?"));
  OXP_TRY(by_kek_id_, reading_.Prepare("SELECT subject_tag, wrapped FROM kek WHERE id=?"));
  if (!writing_) return {};
  OXP_TRY(insert_, writing_->Prepare("INSERT INTO kek VALUES(?,?,?,?)"));
  return {};
}

Result<Kek> Vault::Impl::Unwrap(std::string_view id, std::string_view tag,
                                std::string_view wrapped) const {
  OXP_TRY(const std::optional<SecretKey> key, key_->Unwrap(KekAad(id, tag), wrapped));
  if (!key)
    return Fail(ErrorCode::kIntegrity, "vault", "a stored key was altered or belongs elsewhere");
  return Kek{std::string(id), *key};
}

Result<std::optional<Kek>> Vault::Impl::Stored(std::string_view subject_tag) {
  by_tag_.BindBlob(1, subject_tag);
  OXP_TRY(const bool found, by_tag_.Step());
  std::optional<Kek> kek;
  if (found) {
    auto unwrapped = Unwrap(by_tag_.Bytes(0), subject_tag, by_tag_.Bytes(1));
    by_tag_.Reset();
    OXP_TRY(kek, std::move(unwrapped));
    return kek;
  }
  by_tag_.Reset();
  return kek;
}

Result<Vault::Impl::NewKek> Vault::Impl::Make(std::string subject_tag) const {
  auto random = RandomBytes(16 + 32 + kNonceBytes);
  if (!random) return NoRandomness();
  const std::string_view bytes = *random;
  Kek kek{std::string(bytes.substr(0, 16)), SecretKey(bytes.substr(16, 32))};
  auto wrapped_by_key = key_->Wrap(bytes.substr(48), KekAad(kek.id, subject_tag), kek.key);
  Wipe(*random);
  OXP_TRY(std::string wrapped, std::move(wrapped_by_key));
  return NewKek{std::move(kek), std::move(subject_tag), std::move(wrapped)};
}

Result<Kek> Vault::Impl::KekFor(std::string_view subject) {
  const std::lock_guard lock(mutex_);
  OXP_TRY(Kek kek, FindOrMake(subject));
  if (!being_erased_.contains(kek.id)) return kek;
  return Fail(ErrorCode::kUnavailable, "vault", "the key of this subject is being destroyed",
              "try again once the erasure is done; where that failed, once the log was opened again");
}

Result<Kek> Vault::Impl::FindOrMake(std::string_view subject) {
  const std::string name(subject);
  for (const NewKeks* made : {&pending_, &flushing_})
    if (const auto found = made->find(name); found != made->end()) return found->second.kek;
  if (const Kek* known = by_subject_.Find(name)) return *known;
  std::string tag = TagOf(subject);
  OXP_TRY(const auto stored, Stored(tag));
  if (stored) {
    by_subject_.Put(name, *stored);
    return *stored;
  }
  OXP_TRY(NewKek made, Make(std::move(tag)));
  Kek kek = made.kek;
  pending_.emplace(name, std::move(made));
  return kek;
}

Status Vault::Impl::Write(const NewKeks& keks, Instant now) {
  OXP_TRY(writing_->Execute("BEGIN IMMEDIATE"));
  const std::string created_at = now.ToString();
  Status written;
  for (const auto& [subject, made] : keks) {
    insert_.BindBlob(1, made.kek.id).BindBlob(2, made.subject_tag).BindBlob(3, made.wrapped);
    insert_.BindText(4, created_at);
    written = insert_.Run();
    if (!written) break;
  }
  if (written) written = writing_->Execute("COMMIT");
  if (!written) [[maybe_unused]] const Status ignored = writing_->Execute("ROLLBACK");
  return written;
}

Status Vault::Impl::Flush(Instant now) {
  const std::lock_guard writing(writing_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (pending_.empty()) return {};
    flushing_.swap(pending_);
  }
  const Status written = Write(flushing_, now);
  {
    const std::lock_guard lock(mutex_);
    if (!written) {
      pending_.merge(flushing_);
    } else {
      for (const auto& [subject, made] : flushing_) by_subject_.Put(subject, made.kek);
    }
    flushing_.clear();
  }
  if (written && writing_->wal_pages() > 1'000) return writing_->CheckpointSome();
  return written;
}

Result<std::optional<Kek>> Vault::Impl::Find(std::string_view kek_id) {
  const std::lock_guard lock(mutex_);
  const std::string name(kek_id);
  if (const Kek* known = by_id_.Find(name)) return std::optional<Kek>(*known);
  for (const NewKeks* keks : {&pending_, &flushing_})
    for (const auto& [subject, made] : *keks)
      if (made.kek.id == kek_id) return std::optional<Kek>(made.kek);
  by_kek_id_.BindBlob(1, kek_id);
  OXP_TRY(const bool found, by_kek_id_.Step());
  if (!found) {
    by_kek_id_.Reset();
    return std::optional<Kek>();
  }
  auto kek = Unwrap(kek_id, by_kek_id_.Bytes(0), by_kek_id_.Bytes(1));
  by_kek_id_.Reset();
  OXP_TRY(Kek unwrapped, std::move(kek));
  by_id_.Put(name, unwrapped);
  return std::optional<Kek>(std::move(unwrapped));
}

Result<std::optional<SubjectKey>> Vault::Impl::KeyOf(std::string_view subject) {
  const std::lock_guard lock(mutex_);
  const std::string tag = TagOf(subject);
  by_tag_.BindBlob(1, tag);
  OXP_TRY(const bool found, by_tag_.Step());
  std::optional<SubjectKey> key;
  if (found) key = SubjectKey{std::string(by_tag_.Bytes(0)), tag};
  by_tag_.Reset();
  return key;
}

Result<std::vector<SubjectKey>> Vault::Impl::Keys() {
  const std::lock_guard lock(mutex_);
  const std::string own = TagOf("");
  OXP_TRY(SqliteStatement rows, reading_.Prepare("SELECT id, subject_tag FROM kek ORDER BY id", false));
  std::vector<SubjectKey> keys;
  while (true) {
    OXP_TRY(const bool more, rows.Step());
    if (!more) return keys;
    if (rows.Bytes(1) != own) keys.push_back({std::string(rows.Bytes(0)), std::string(rows.Bytes(1))});
  }
}

Result<std::vector<VaultHold>> Vault::Impl::Holds() {
  const std::lock_guard lock(mutex_);
  std::vector<VaultHold> holds;
  OXP_TRY(const std::int64_t version, reading_.QueryInteger("PRAGMA user_version"));
  if (version == kOldVersion) return holds;
  OXP_TRY(SqliteStatement rows,
          reading_.Prepare("SELECT id, subject_tag, placed_at FROM hold ORDER BY placed_at, id", false));
  while (true) {
    OXP_TRY(const bool more, rows.Step());
    if (!more) return holds;
    holds.push_back({std::string(rows.Bytes(0)), std::string(rows.Bytes(1)), std::string(rows.Bytes(2))});
  }
}

Digest Vault::Impl::Reference(std::string_view purpose, std::string_view id, std::string_view person) const {
  std::string text(kReference);
  for (const std::string_view part : {purpose, id}) {
    text += '\0';
    text += part;
  }
  text += '\0';
  return HmacSha256(index_key_.view(), text, person);
}

Status Vault::Impl::InTransaction(const std::function<Status()>& change) {
  OXP_CHECK(writing_.has_value());  // opened for reading: a mistake of the caller
  OXP_TRY(writing_->Execute("BEGIN IMMEDIATE"));
  Status done = change();
  if (done) done = writing_->Execute("COMMIT");
  if (!done) [[maybe_unused]] const Status ignored = writing_->Execute("ROLLBACK");
  return done;
}

Status Vault::Impl::Run(const char* sql, std::initializer_list<std::string_view> blobs) {
  OXP_TRY(SqliteStatement statement, writing_->Prepare(sql, false));
  int at = 0;
  for (const std::string_view blob : blobs) statement.BindBlob(++at, blob);
  return statement.Run();
}

Result<bool> Vault::Impl::Exists(const char* sql, std::string_view blob) {
  OXP_TRY(SqliteStatement statement, writing_->Prepare(sql, false));
  statement.BindBlob(1, blob);
  return statement.Step();
}

Status Vault::Impl::InsertIntent(std::string_view id, VaultAction action, std::string_view kek_id,
                                 std::uint64_t log_size) {
  OXP_TRY(SqliteStatement insert, writing_->Prepare("INSERT INTO intent VALUES(?,?,?,?)", false));
  insert.BindBlob(1, id).BindText(2, Name(action)).BindBlob(3, kek_id);
  return insert.Bind(4, static_cast<std::int64_t>(log_size)).Run();
}

Status Vault::Impl::BeginHold(std::string_view hold_id, std::string_view subject, std::uint64_t log_size,
                              Instant now) {
  OXP_TRY(const auto key, KeyOf(subject));
  if (!key) return Fail(ErrorCode::kNotFound, "vault", "no key of this subject");
  const std::lock_guard writing(writing_mutex_);
  return InTransaction([&]() -> Status {
    OXP_TRY(SqliteStatement insert, writing_->Prepare("INSERT INTO hold VALUES(?,?,?)", false));
    const std::string placed_at = now.ToString();
    OXP_TRY(insert.BindBlob(1, hold_id).BindBlob(2, key->subject_tag).BindText(3, placed_at).Run());
    return InsertIntent(hold_id, VaultAction::kHold, {}, log_size);
  });
}

Status Vault::Impl::BeginHoldRelease(std::string_view hold_id, std::uint64_t log_size) {
  const std::lock_guard writing(writing_mutex_);
  return InTransaction([&] { return InsertIntent(hold_id, VaultAction::kHoldRelease, {}, log_size); });
}

Status Vault::Impl::BeginErasure(std::string_view erasure_id, std::string_view kek_id, std::uint64_t log_size) {
  const std::lock_guard writing(writing_mutex_);
  const Status begun = InTransaction([&]() -> Status {
    OXP_TRY(const bool found, Exists("SELECT 1 FROM kek WHERE id=?", kek_id));
    if (!found) return Fail(ErrorCode::kNotFound, "vault", "no such key");
    OXP_TRY(const bool held,
            Exists("SELECT 1 FROM hold JOIN kek USING (subject_tag) WHERE kek.id=?", kek_id));
    if (held) return Fail(ErrorCode::kRefused, "vault", "a legal hold covers this subject");
    return InsertIntent(erasure_id, VaultAction::kErasure, kek_id, log_size);
  });
  OXP_TRY(begun);
  const std::lock_guard lock(mutex_);
  being_erased_.emplace(kek_id);
  return {};
}

Result<std::vector<VaultIntent>> Vault::Impl::Intents() {
  const std::lock_guard writing(writing_mutex_);
  OXP_CHECK(writing_.has_value());
  OXP_TRY(SqliteStatement rows, writing_->Prepare("SELECT id, action, log_size FROM intent ORDER BY id", false));
  std::vector<VaultIntent> intents;
  while (true) {
    OXP_TRY(const bool more, rows.Step());
    if (!more) return intents;
    std::optional<VaultAction> action;
    for (const VaultAction known : {VaultAction::kHold, VaultAction::kHoldRelease, VaultAction::kErasure, VaultAction::kScrub})
      if (Name(known) == rows.Bytes(1)) action = known;
    if (!action || rows.Integer(2) < 0)
      return Fail(ErrorCode::kIntegrity, "vault", "holds an intent that this build does not know");
    intents.push_back({std::string(rows.Bytes(0)), *action, static_cast<std::uint64_t>(rows.Integer(2))});
  }
}

Status Vault::Impl::DestroyKey(std::string_view intent_id) {
  std::string kek_id;
  const Status destroyed = InTransaction([&]() -> Status {
    OXP_TRY(SqliteStatement row, writing_->Prepare("SELECT kek_id FROM intent WHERE id=?", false));
    row.BindBlob(1, intent_id);
    OXP_TRY(const bool found, row.Step());
    if (found) kek_id = row.Bytes(0);
    row.Reset();
    OXP_TRY(Run("DELETE FROM kek WHERE id=?", {kek_id}));
    return Run("UPDATE intent SET action='scrub', kek_id=x'' WHERE id=?", {intent_id});
  });
  OXP_TRY(destroyed);
  const std::lock_guard lock(mutex_);
  by_subject_.RemoveKey(kek_id);
  by_id_.RemoveKey(kek_id);
  being_erased_.erase(kek_id);
  return {};
}

Status Vault::Impl::Settle(const VaultIntent& intent, bool recorded) {
  const std::lock_guard writing(writing_mutex_);
  if (intent.action == VaultAction::kScrub) return {};
  if (intent.action == VaultAction::kErasure && recorded) return DestroyKey(intent.id);
  const bool hold_goes = (intent.action == VaultAction::kHold && !recorded) ||
                         (intent.action == VaultAction::kHoldRelease && recorded);
  return InTransaction([&]() -> Status {
    if (hold_goes) {
      OXP_TRY(Run("DELETE FROM hold WHERE id=?", {intent.id}));
    }
    return Run("DELETE FROM intent WHERE id=?", {intent.id});
  });
}

// Overwriting what is deleted leaves what was moved between pages before; a file written anew from
// its rows holds nothing but them. The WAL still has the pages of old.
Status Vault::Impl::Scrub() {
  const std::lock_guard writing(writing_mutex_);
  OXP_TRY(const std::int64_t waiting, writing_->QueryInteger("SELECT count(*) FROM intent WHERE action='scrub'"));
  if (waiting == 0) return {};
  OXP_TRY(writing_->Execute("VACUUM"));
  OXP_TRY(writing_->EmptyWal());
  return InTransaction([&] { return Run("DELETE FROM intent WHERE action='scrub'", {}); });
}

Status Vault::Impl::Close() {
  const std::lock_guard writing(writing_mutex_);
  const std::lock_guard lock(mutex_);
  by_tag_ = SqliteStatement();
  by_kek_id_ = SqliteStatement();
  insert_ = SqliteStatement();
  OXP_TRY(reading_.Close());
  if (writing_) {
    OXP_TRY(writing_->CheckpointAll());
    OXP_TRY(writing_->Close());
  }
  lock_.reset();
  return {};
}

Status Vault::Create(const std::filesystem::path& file, const KeySource& source) {
  OXP_TRY(const std::unique_ptr<KeyWrapping> key, OpenKeyWrapping(source));
  auto random = RandomBytes(32 + kNonceBytes);
  if (!random) return NoRandomness();
  const std::string_view bytes = *random;
  auto wrapped_by_key = key->Wrap(bytes.substr(32), kIndexAad, SecretKey(bytes.substr(0, 32)));
  Wipe(*random);
  OXP_TRY(const std::string wrapped, std::move(wrapped_by_key));
  OXP_TRY(SqliteDatabase database, SqliteDatabase::Open(file, SqliteMode::kCreate));
  OXP_TRY(database.Execute("BEGIN IMMEDIATE"));
  OXP_TRY(CreateTables(database, kDefinitions));
  {
    OXP_TRY(SqliteStatement insert, database.Prepare("INSERT INTO index_key VALUES(1,?)", false));
    OXP_TRY(insert.BindBlob(1, wrapped).Run());
  }
  OXP_TRY(database.Execute("COMMIT"));
  OXP_TRY(database.CheckpointAll());
  return database.Close();
}

Result<std::unique_ptr<Vault>> Vault::Open(const std::filesystem::path& file,
                                           const KeySource& source, VaultMode mode,
                                           std::size_t cache_max) {
  OXP_TRY(std::unique_ptr<KeyWrapping> key, OpenKeyWrapping(source));
  std::optional<FileLock> lock;
  if (mode == VaultMode::kWrite) {
    std::filesystem::path lock_file = file;
    lock_file += ".lock";
    OXP_TRY(lock, FileLock::Acquire(lock_file));
  }
  std::optional<SqliteDatabase> writing;
  if (mode == VaultMode::kWrite) {
    OXP_TRY(writing, OpenForWriting(file));
  }
  OXP_TRY(SqliteDatabase reading, SqliteDatabase::Open(file, SqliteMode::kRead));
  OXP_TRY(CheckVaultSchema(reading, file.string()));
  std::optional<SecretKey> index_key;
  {
    OXP_TRY(SqliteStatement row, reading.Prepare("SELECT wrapped FROM index_key", false));
    OXP_TRY(const bool found, row.Step());
    if (found) {
      OXP_TRY(index_key, key->Unwrap(kIndexAad, row.Bytes(0)));
    }
  }
  if (!index_key)
    return Fail(ErrorCode::kIntegrity, file.string(),
                "the vault does not open with the key in " + source.text(),
                "use the key that was made with this vault");
  auto impl = std::make_unique<Impl>(std::move(lock), std::move(writing), std::move(reading), std::move(key),
                                     *index_key, cache_max);
  OXP_TRY(impl->Prepare());
  return std::unique_ptr<Vault>(new Vault(std::move(impl)));
}

std::string_view Name(VaultAction action) {
  switch (action) {
    case VaultAction::kHold: return "hold";
    case VaultAction::kHoldRelease: return "hold_release";
    case VaultAction::kErasure: return "erasure";
    case VaultAction::kScrub: return "scrub";
  }
  return "";
}

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Vault::~Vault() = default;
Result<Kek> Vault::KekFor(std::string_view subject) { return impl_->KekFor(subject); }
Status Vault::Flush(Instant now) { return impl_->Flush(now); }
Result<std::optional<Kek>> Vault::Find(std::string_view kek_id) { return impl_->Find(kek_id); }
Result<std::optional<SubjectKey>> Vault::KeyOf(std::string_view subject) { return impl_->KeyOf(subject); }
Result<std::vector<SubjectKey>> Vault::Keys() { return impl_->Keys(); }
Result<std::vector<VaultHold>> Vault::Holds() { return impl_->Holds(); }
Digest Vault::Reference(std::string_view purpose, std::string_view id, std::string_view person) const {
  return impl_->Reference(purpose, id, person);
}
Status Vault::BeginHold(std::string_view hold_id, std::string_view subject, std::uint64_t log_size, Instant now) {
  return impl_->BeginHold(hold_id, subject, log_size, now);
}
Status Vault::BeginHoldRelease(std::string_view hold_id, std::uint64_t log_size) {
  return impl_->BeginHoldRelease(hold_id, log_size);
}
Status Vault::BeginErasure(std::string_view erasure_id, std::string_view kek_id, std::uint64_t log_size) {
  return impl_->BeginErasure(erasure_id, kek_id, log_size);
}
Result<std::vector<VaultIntent>> Vault::Intents() { return impl_->Intents(); }
Status Vault::Settle(const VaultIntent& intent, bool recorded) { return impl_->Settle(intent, recorded); }
Status Vault::Scrub() { return impl_->Scrub(); }
Status Vault::Close() { return impl_->Close(); }

}  // namespace oxpecker::audit
