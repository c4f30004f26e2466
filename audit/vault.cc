#include "audit/vault.h"

#include <array>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "audit/files.h"
#include "audit/keys.h"
#include "audit/schema_definitions.h"
#include "audit/sqlite_database.h"

namespace oxpecker::audit {
namespace {

constexpr std::int64_t kApplicationId = 0x4F585056;  // "OXPV"
constexpr std::int64_t kVersion = 1;
constexpr const char* kWhat = "a vault";
constexpr std::string_view kIndexAad = "oxpecker/vault/index/v1";
constexpr std::string_view kKekAad = "oxpecker/vault/kek/v1";

constexpr std::array kDefinitions = {
    SchemaDefinition{"table", "index_key", "index_key",
                     "CREATE TABLE index_key(id INTEGER PRIMARY KEY CHECK (id = 1), "
                     "wrapped BLOB NOT NULL) STRICT"},
    SchemaDefinition{"table", "kek", "kek",
                     "CREATE TABLE kek(id BLOB PRIMARY KEY, subject_tag BLOB NOT NULL UNIQUE, "
                     "wrapped BLOB NOT NULL,\n                 created_at TEXT NOT NULL) STRICT, "
                     "WITHOUT ROWID"},
    SchemaDefinition{"index", "sqlite_autoindex_kek_2", "kek", ""},
};
constexpr const char* kMarks = "PRAGMA application_id = 0x4F585056; PRAGMA user_version = 1";

// A trigger that somebody added could destroy keys as they are made.
Status CheckVaultSchema(SqliteDatabase& database, const std::string& place) {
  OXP_TRY(database.CheckKind(kApplicationId, kVersion, kWhat));
  OXP_TRY(const auto difference, CompareSchema(database, kDefinitions));
  if (!difference) return {};
  return SchemaError(place, *difference, "restore the vault from its backup");
}

Result<SecretKey> LoadKey(const std::filesystem::path& file) {
  OXP_TRY(const auto bytes, LoadVaultKey(file));
  return SecretKey({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
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

 private:
  std::size_t size_max_;
  std::list<std::pair<std::string, Kek>> order_;  // most recent first
  std::unordered_map<std::string, std::list<std::pair<std::string, Kek>>::iterator> index_;
};

}  // namespace

class Vault::Impl {
 public:
  Impl(std::optional<FileLock> lock, std::optional<SqliteDatabase> writing, SqliteDatabase reading,
       SecretKey key, SecretKey index_key, std::size_t cache_max)
      : lock_(std::move(lock)),
        writing_(std::move(writing)),
        reading_(std::move(reading)),
        key_(key),
        index_key_(index_key),
        by_subject_(cache_max),
        by_id_(cache_max) {}

  Status Prepare();
  Result<Kek> KekFor(std::string_view subject);
  Status Flush(Instant now);
  Result<std::optional<Kek>> Find(std::string_view kek_id);
  Status Close();

 private:
  struct NewKek {
    Kek kek;
    std::string subject_tag;
    std::string wrapped;
  };
  Result<Kek> Unwrap(std::string_view id, std::string_view tag, std::string_view wrapped) const;
  Result<std::optional<Kek>> Stored(std::string_view subject_tag);
  Result<NewKek> Make(std::string subject_tag) const;
  using NewKeks = std::unordered_map<std::string, NewKek>;  // by subject
  Status Write(const NewKeks& keks, Instant now);

  std::optional<FileLock> lock_;  // where this is the writer
  // Two connections, so that nobody who looks up a key waits for the disk of a commit.
  std::mutex writing_mutex_;  // taken before mutex_; guards the next two
  std::optional<SqliteDatabase> writing_;
  SqliteStatement insert_;
  std::mutex mutex_;  // guards what follows
  SqliteDatabase reading_;
  SqliteStatement by_tag_, by_kek_id_;
  SecretKey key_;
  SecretKey index_key_;
  KekCache by_subject_;
  KekCache by_id_;
  NewKeks pending_;   // not durable yet
  NewKeks flushing_;  // on their way to the disk
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
  const auto key = UnwrapKey(key_, KekAad(id, tag), wrapped);
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
  std::string wrapped = WrapKey(key_, bytes.substr(48), KekAad(kek.id, subject_tag), kek.key);
  Wipe(*random);
  return NewKek{std::move(kek), std::move(subject_tag), std::move(wrapped)};
}

Result<Kek> Vault::Impl::KekFor(std::string_view subject) {
  const std::lock_guard lock(mutex_);
  const std::string name(subject);
  for (const NewKeks* made : {&pending_, &flushing_})
    if (const auto found = made->find(name); found != made->end()) return found->second.kek;
  if (const Kek* known = by_subject_.Find(name)) return *known;
  std::string tag(HmacSha256(index_key_.view(), subject).view());
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

Status Vault::Create(const std::filesystem::path& file, const std::filesystem::path& key_file) {
  OXP_TRY(const SecretKey key, LoadKey(key_file));
  auto random = RandomBytes(32 + kNonceBytes);
  if (!random) return NoRandomness();
  const std::string_view bytes = *random;
  const std::string wrapped =
      WrapKey(key, bytes.substr(32), kIndexAad, SecretKey(bytes.substr(0, 32)));
  Wipe(*random);
  OXP_TRY(SqliteDatabase database, SqliteDatabase::Open(file, SqliteMode::kCreate));
  OXP_TRY(database.Execute("BEGIN IMMEDIATE"));
  for (const SchemaDefinition& definition : kDefinitions) {
    if (definition.sql.empty()) continue;  // SQLite makes it by itself
    OXP_TRY(database.Execute(std::string(definition.sql).c_str()));
  }
  OXP_TRY(database.Execute(kMarks));
  {
    OXP_TRY(SqliteStatement insert, database.Prepare("INSERT INTO index_key VALUES(1,?)", false));
    OXP_TRY(insert.BindBlob(1, wrapped).Run());
  }
  OXP_TRY(database.Execute("COMMIT"));
  OXP_TRY(database.CheckpointAll());
  return database.Close();
}

Result<std::unique_ptr<Vault>> Vault::Open(const std::filesystem::path& file,
                                           const std::filesystem::path& key_file, VaultMode mode,
                                           std::size_t cache_max) {
  OXP_TRY(const SecretKey key, LoadKey(key_file));
  std::optional<FileLock> lock;
  if (mode == VaultMode::kWrite) {
    std::filesystem::path lock_file = file;
    lock_file += ".lock";
    OXP_TRY(lock, FileLock::Acquire(lock_file));
  }
  std::optional<SqliteDatabase> writing;
  if (mode == VaultMode::kWrite) {
    OXP_TRY(writing, SqliteDatabase::Open(file, SqliteMode::kWrite));
  }
  OXP_TRY(SqliteDatabase reading, SqliteDatabase::Open(file, SqliteMode::kRead));
  OXP_TRY(CheckVaultSchema(reading, file.string()));
  std::optional<SecretKey> index_key;
  {
    OXP_TRY(SqliteStatement row, reading.Prepare("SELECT wrapped FROM index_key", false));
    OXP_TRY(const bool found, row.Step());
    if (found) index_key = UnwrapKey(key, kIndexAad, row.Bytes(0));
  }
  if (!index_key)
    return Fail(ErrorCode::kIntegrity, file.string(),
                "the vault does not open with the key in " + key_file.string(),
                "use the key file that was made with this vault");
  auto impl = std::make_unique<Impl>(std::move(lock), std::move(writing), std::move(reading), key,
                                     *index_key, cache_max);
  OXP_TRY(impl->Prepare());
  return std::unique_ptr<Vault>(new Vault(std::move(impl)));
}

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Vault::~Vault() = default;
Result<Kek> Vault::KekFor(std::string_view subject) { return impl_->KekFor(subject); }
Status Vault::Flush(Instant now) { return impl_->Flush(now); }
Result<std::optional<Kek>> Vault::Find(std::string_view kek_id) { return impl_->Find(kek_id); }
Status Vault::Close() { return impl_->Close(); }

}  // namespace oxpecker::audit
