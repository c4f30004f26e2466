// The tables of a log in memory, to be altered and verified thousands of times a second.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "audit/log_store.h"
#include "audit/tables.h"

namespace oxpecker::audit {

struct StoredTables {
  struct Rec {
    std::int64_t seq;
    std::string leaf, leaf_hash;
  };
  struct Dek {
    std::int64_t seq;
    std::string kek_id, wrapped;
  };
  struct Sec {
    std::int64_t seq, ordinal;
    std::string name, ciphertext;
  };
  std::vector<HeadRow> heads;
  std::vector<Rec> records;
  std::vector<Dek> keys;
  std::vector<Sec> sections;
  std::vector<CheckpointRow> checkpoints;
  std::map<std::string, std::int64_t> decisions;
  std::map<TilePlace, std::string> tiles;

  static StoredTables Load(const std::filesystem::path& database,
                           const std::vector<std::string>& decision_ids) {
    StoredTables stored;
    const auto tables = OpenLogTables(database, false).value().tables;
    stored.heads = tables->Heads().value();
    RecordRow record;
    while (tables->NextRecord(record).value())
      stored.records.push_back(
          {record.seq, std::string(record.leaf), std::string(record.leaf_hash)});
    KeyRow key;
    while (tables->NextKey(key).value())
      stored.keys.push_back({key.seq, std::string(key.kek_id), std::string(key.wrapped_dek)});
    SectionRow section;
    while (tables->NextSection(section).value())
      stored.sections.push_back({section.seq, section.ordinal, std::string(section.name),
                                 std::string(section.ciphertext)});
    CheckpointRow checkpoint;
    while (tables->NextCheckpoint(checkpoint).value()) stored.checkpoints.push_back(checkpoint);
    for (const std::string& id : decision_ids) {
      const auto seq = tables->SeqOf(id).value();
      if (seq) stored.decisions[id] = *seq;
    }
    for (unsigned level = 0; level < kTileLevels; ++level)
      for (std::uint64_t index = 0;; ++index) {
        const auto hashes = tables->TileAt({level, index}).value();
        if (!hashes) break;
        stored.tiles[{level, index}] = *hashes;
      }
    return stored;
  }
};

// A reading of StoredTables from the beginning; does not own them.
class MemoryTables final : public LogTables {
 public:
  explicit MemoryTables(const StoredTables& stored) : stored_(&stored) {}

  Result<std::vector<HeadRow>> Heads() override { return stored_->heads; }
  Result<bool> NextRecord(RecordRow& row) override {
    if (record_ == stored_->records.size()) return false;
    const auto& from = stored_->records[record_++];
    row = {from.seq, from.leaf, from.leaf_hash};
    return true;
  }
  Result<bool> NextKey(KeyRow& row) override {
    if (key_ == stored_->keys.size()) return false;
    const auto& from = stored_->keys[key_++];
    row = {from.seq, from.kek_id, from.wrapped};
    return true;
  }
  Result<bool> NextSection(SectionRow& row) override {
    if (section_ == stored_->sections.size()) return false;
    const auto& from = stored_->sections[section_++];
    row = {from.seq, from.ordinal, from.name, from.ciphertext};
    return true;
  }
  Result<bool> NextCheckpoint(CheckpointRow& row) override {
    if (checkpoint_ == stored_->checkpoints.size()) return false;
    row = stored_->checkpoints[checkpoint_++];
    return true;
  }
  Result<std::optional<std::int64_t>> SeqOf(std::string_view id) override {
    const auto found = stored_->decisions.find(std::string(id));
    if (found == stored_->decisions.end()) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(found->second);
  }
  Result<std::uint64_t> Count() override { return stored_->decisions.size(); }
  Result<std::optional<std::string>> TileAt(TilePlace place) override {
    const auto found = stored_->tiles.find(place);
    if (found == stored_->tiles.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }
  Result<std::uint64_t> TileCount() override { return stored_->tiles.size(); }

 private:
  const StoredTables* stored_;
  std::size_t record_ = 0, key_ = 0, section_ = 0, checkpoint_ = 0;
};

}  // namespace oxpecker::audit
