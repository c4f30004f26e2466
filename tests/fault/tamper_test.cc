// Every alteration of a stored log is found by the verifier.
//
// The verifier's own code (LogCheck, VerifyTables) runs over rows in memory. A single-bit flip
// inside a record is given to a copy of the LogCheck as it stood before that record, so that a
// million flips take seconds; where that step finds nothing, the whole altered log is verified. A
// fixed sample of the same flips goes through whole verifications, and a smaller set through real
// database files.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/chain.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/sqlite_database.h"
#include "base/encoding.h"
#include "tests/fault/memory_tables.h"
#include "tests/unit/audit/log_fixture.h"

namespace oxpecker::audit {
namespace {

constexpr std::uint64_t kRecords = 200;
constexpr std::size_t kWholeEvery = 4'999;  // one flip in so many is verified over the whole log

void Flip(std::string& bytes, std::size_t bit) {
  bytes[bit / 8] =
      static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) ^ (1U << (bit % 8)));
}

class TamperTest : public LogFixture {
 protected:
  void SetUp() override {
    LogFixture::SetUp();
    auto log = Log::Open({.paths = paths_, .clock = &clock_, .cadence = {.records_max = 64, .interval = std::chrono::hours(1)}});
    ASSERT_HOLDS(log);
    for (std::uint64_t n = 0; n < kRecords; ++n) {
      Entry entry = EntryNumber(n);
      if (n % 10 == 7) entry = {.kind = RecordKind::kRelease, .time = kNow};  // no sections, no id
      ASSERT_HOLDS((*log)->Append(std::move(entry)));
    }
    ASSERT_HOLDS((*log)->Close());
    std::vector<std::string> ids;
    for (std::uint64_t n = 0; n < kRecords; ++n)
      ids.push_back(DecisionIdBytes(DecisionNumber(n).str()));
    stored_ = StoredTables::Load(paths_.database, ids);
    options_.key = Key();
    std::ifstream stream(paths_.published_checkpoint, std::ios::binary);
    options_.published_note = std::string{std::istreambuf_iterator<char>(stream), {}};
    ASSERT_EQ(stored_.records.size(), kRecords);
    ASSERT_TRUE(Whole(stored_).ok()) << Whole(stored_).first_break->ToString();
  }

  LogVerification Whole(const StoredTables& stored) const {
    MemoryTables tables(stored);
    return VerifyTables(tables, options_).value();
  }
  bool Found(const StoredTables& stored) const { return !Whole(stored).ok(); }

  // The rows that bear record `n`'s number.
  struct Rows {
    StoredTables::Rec record;
    std::optional<StoredTables::Dek> key;
    std::vector<StoredTables::Sec> sections;
  };
  Rows RowsOf(std::uint64_t n) const {
    const auto seq = static_cast<std::int64_t>(n);
    Rows rows{stored_.records[n], {}, {}};
    for (const auto& key : stored_.keys)
      if (key.seq == seq) rows.key = key;
    for (const auto& section : stored_.sections)
      if (section.seq == seq) rows.sections.push_back(section);
    return rows;
  }
  StoredTables With(std::uint64_t n, const Rows& rows) const {
    StoredTables altered = stored_;
    altered.records[n] = rows.record;
    for (auto& key : altered.keys)
      if (key.seq == static_cast<std::int64_t>(n)) key = *rows.key;
    std::size_t i = 0;
    for (auto& section : altered.sections)
      if (section.seq == static_cast<std::int64_t>(n)) section = rows.sections[i++];
    return altered;
  }
  static MaybeBreak Step(LogCheck& check, const Rows& rows) {
    const RecordRow record{rows.record.seq, rows.record.leaf, rows.record.leaf_hash};
    KeyRow key;
    if (rows.key) key = {rows.key->seq, rows.key->kek_id, rows.key->wrapped};
    if (auto wrong = check.BeginRecord(record, rows.key ? &key : nullptr)) return wrong;
    for (const auto& section : rows.sections)
      if (auto wrong =
              check.AddSection({section.seq, section.ordinal, section.name, section.ciphertext}))
        return wrong;
    return check.EndRecord();
  }

  // Flips every bit of `part` of record `n`; returns how many flips went unseen.
  std::size_t FlipAll(const LogCheck& before, std::uint64_t n, Rows& rows, std::string& part) {
    std::size_t unseen = 0;
    for (std::size_t bit = 0; bit < part.size() * 8; ++bit) {
      Flip(part, bit);
      LogCheck check = before;
      const MaybeBreak found = Step(check, rows);
      if (!found) {
        if (!Found(With(n, rows))) ++unseen;
      } else if (flips_ % kWholeEvery == 0) {
        // The step and the whole verification say the same.
        const auto whole = Whole(With(n, rows));
        EXPECT_EQ(whole.first_break, found);
      }
      Flip(part, bit);
      ++flips_;
    }
    return unseen;
  }

  StoredTables stored_;
  VerifyOptions options_;
  std::size_t flips_ = 0;
};

TEST_F(TamperTest, EverySingleBitOfEveryRecordAndItsRows) {
  LogCheck check(options_.key);
  ASSERT_FALSE(check.Begin(stored_.heads));
  std::size_t unseen = 0;
  for (std::uint64_t n = 0; n < kRecords; ++n) {
    Rows rows = RowsOf(n);
    unseen += FlipAll(check, n, rows, rows.record.leaf);
    unseen += FlipAll(check, n, rows, rows.record.leaf_hash);
    if (rows.key) {
      unseen += FlipAll(check, n, rows, rows.key->kek_id);
      unseen += FlipAll(check, n, rows, rows.key->wrapped);
    }
    for (auto& section : rows.sections) {
      unseen += FlipAll(check, n, rows, section.name);
      unseen += FlipAll(check, n, rows, section.ciphertext);
    }
    ASSERT_FALSE(Step(check, rows));
  }
  EXPECT_EQ(unseen, 0U) << "of " << flips_;
  EXPECT_GT(flips_, 1'000'000U);
  RecordProperty("flips", static_cast<int>(flips_));
}

TEST_F(TamperTest, EverySingleBitOfNumbersHeadCheckpointsAndIndex) {
  const auto each_bit = [&](auto& value) {
    for (unsigned bit = 0; bit < 64; ++bit) {
      const auto before = value;
      value =
          static_cast<std::int64_t>(static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << bit));
      // Rows come in the order of their keys, whatever these are.
      StoredTables sorted = stored_;
      std::ranges::stable_sort(sorted.records, {}, &StoredTables::Rec::seq);
      std::ranges::stable_sort(sorted.keys, {}, &StoredTables::Dek::seq);
      std::ranges::stable_sort(sorted.sections, {},
                               [](const auto& s) { return std::pair(s.seq, s.ordinal); });
      std::ranges::stable_sort(sorted.checkpoints, {}, &CheckpointRow::size);
      EXPECT_TRUE(Found(sorted)) << before << " bit " << bit;
      value = before;
    }
  };
  const auto each_bit_of = [&](std::string& bytes, const char* what) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Flip(bytes, bit);
      EXPECT_TRUE(Found(stored_)) << what << " bit " << bit;
      Flip(bytes, bit);
    }
  };
  HeadRow& head = stored_.heads[0];
  each_bit(head.size);
  each_bit(head.decisions);
  each_bit(head.checkpoints);
  each_bit_of(head.origin, "origin");
  each_bit_of(head.root, "root");
  each_bit_of(head.frontier, "frontier");
  each_bit_of(head.last_leaf_hash, "last_leaf_hash");
  for (CheckpointRow& checkpoint : stored_.checkpoints) {
    each_bit(checkpoint.size);
    each_bit_of(checkpoint.note, "note");
    each_bit_of(checkpoint.frontier, "checkpoint frontier");
  }
  for (const std::size_t n : {std::size_t{0}, std::size_t{99}, std::size_t{199}}) {
    each_bit(stored_.records[n].seq);
    each_bit(stored_.keys[std::min(n, stored_.keys.size() - 1)].seq);
    each_bit(stored_.sections[n].seq);
  }
  for (unsigned bit = 0; bit < 4; ++bit) {
    stored_.sections[20].ordinal ^= std::int64_t{1} << bit;
    EXPECT_TRUE(Found(stored_));
    stored_.sections[20].ordinal ^= std::int64_t{1} << bit;
  }
  for (auto& [id, seq] : stored_.decisions) {
    seq ^= 1;
    EXPECT_TRUE(Found(stored_));
    seq ^= 1;
  }
  const auto decisions = stored_.decisions;
  for (const auto& [id, seq] : decisions) {
    std::string altered = id;
    Flip(altered, 127);
    stored_.decisions.erase(id);
    EXPECT_TRUE(Found(stored_));
    stored_.decisions.emplace(altered, seq);
    EXPECT_TRUE(Found(stored_));
    stored_.decisions = decisions;
  }
}

// Tiles of a log that has some: every bit of each, given to the check at the point where it reads them.
TEST(TamperTiles, EveryBit) {
  StoredTables stored;
  TileTree tree;
  LogCheck check(std::nullopt);
  ASSERT_FALSE(check.Begin(std::vector<HeadRow>{{.origin = kOrigin}}));
  Digest last;
  const auto unseen = [&](const auto& compare, TilePlace place) {
    std::string& hashes = stored.tiles[place];
    MemoryTables tables(stored);
    EXPECT_FALSE(compare(tables).value()) << "as it was written";
    std::size_t count = 0;
    for (std::size_t bit = 0; bit < hashes.size() * 8; ++bit) {
      Flip(hashes, bit);
      const auto found = compare(tables).value();
      if (!found || found->code != "tile") ++count;
      Flip(hashes, bit);
    }
    return count;
  };
  for (std::uint64_t n = 0; n < 600; ++n) {
    LeafView leaf;
    leaf.about = "{}";
    leaf.kind = "decision";
    leaf.origin = kOrigin;
    leaf.seq = n;
    leaf.time = kNow;
    leaf.prev = last;
    const std::string bytes = EncodeLeaf(leaf);
    last = LeafHash(bytes);
    ASSERT_FALSE(check.BeginRecord({static_cast<std::int64_t>(n), bytes, last.view()}, nullptr));
    ASSERT_FALSE(check.EndRecord());
    for (const Tile& tile : tree.Append(last)) stored.tiles[tile.place] = tile.hashes;
    if (n % 256 == 255) {
      EXPECT_EQ(unseen([&](TileTable& tiles) { return check.CheckFullTiles(tiles); }, {0, n / 256}), 0U);
    }
  }
  EXPECT_EQ(unseen([&](TileTable& tiles) { return check.FinishTiles(tiles); }, {1, 0}), 0U);
  const auto finish = [&] {
    MemoryTables tables(stored);
    return check.FinishTiles(tables).value();
  };
  EXPECT_FALSE(finish());
  stored.tiles[{2, 0}] = std::string(32, 'x');
  EXPECT_TRUE(finish()) << "one too many";
  stored.tiles.erase({2, 0});
  stored.tiles.erase({1, 0});
  EXPECT_TRUE(finish()) << "one too few";
}

TEST_F(TamperTest, EveryDeletion) {
  for (std::size_t n = 0; n < kRecords; ++n) {
    StoredTables altered = stored_;
    altered.records.erase(altered.records.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_TRUE(Found(altered)) << "record " << n;
    // The same with the later rows moved up, so that the numbers have no gap.
    for (std::size_t i = n; i < altered.records.size(); ++i) --altered.records[i].seq;
    EXPECT_TRUE(Found(altered)) << "record " << n << ", renumbered";
  }
  for (std::size_t n = 0; n < stored_.keys.size(); ++n) {
    StoredTables altered = stored_;
    altered.keys.erase(altered.keys.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_TRUE(Found(altered)) << "key " << n;
  }
  for (std::size_t n = 0; n < stored_.sections.size(); ++n) {
    StoredTables altered = stored_;
    altered.sections.erase(altered.sections.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_TRUE(Found(altered)) << "section " << n;
  }
  StoredTables altered = stored_;
  altered.heads.clear();
  EXPECT_TRUE(Found(altered));
  altered = stored_;
  altered.checkpoints.clear();
  EXPECT_TRUE(Found(altered));
  for (std::size_t n = 0; n < stored_.checkpoints.size(); ++n) {
    altered = stored_;
    altered.checkpoints.erase(altered.checkpoints.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_TRUE(Found(altered)) << "checkpoint " << n;
  }
  // With a head that fits, what the writer would refuse too is seen: the first and the published
  // one.
  for (const std::size_t n : {std::size_t{0}, stored_.checkpoints.size() - 1}) {
    altered = stored_;
    altered.checkpoints.erase(altered.checkpoints.begin() + static_cast<std::ptrdiff_t>(n));
    --altered.heads[0].checkpoints;
    EXPECT_EQ(Whole(altered).first_break->code, n == 0 ? "first_checkpoint" : "checkpoint_missing");
  }
  altered = stored_;
  altered.decisions.erase(altered.decisions.begin());
  --altered.heads[0].decisions;
  EXPECT_EQ(Whole(altered).first_break->code, "decision_index");
}

TEST_F(TamperTest, EveryTailCutWithAFittingHead) {
  CompactRange range;
  for (std::size_t keep = 0; keep < kRecords; ++keep) {
    StoredTables altered = stored_;
    altered.records.resize(keep);
    const auto beyond = [keep](const auto& row) {
      return row.seq >= static_cast<std::int64_t>(keep);
    };
    std::erase_if(altered.keys, beyond);
    std::erase_if(altered.sections, beyond);
    std::erase_if(altered.decisions, [&](const auto& entry) {
      return entry.second >= static_cast<std::int64_t>(keep);
    });
    Digest last;
    if (keep > 0) {
      last = LeafHash(altered.records.back().leaf);
      range.Append(last);
    }
    altered.heads[0] =
        MakeHead(kOrigin, range, last, altered.decisions.size(), altered.checkpoints.size());
    EXPECT_EQ(Whole(altered).first_break->code, "tail") << keep;
    // The signed heads above the cut removed too: the one that was published still shows it.
    std::erase_if(altered.checkpoints, [keep](const CheckpointRow& row) {
      return row.size > static_cast<std::int64_t>(keep);
    });
    EXPECT_EQ(Whole(altered).first_break->code, "tail") << keep;
  }
}

TEST_F(TamperTest, EverySwapOfTwoRecords) {
  const auto swapped = [&](std::size_t a, std::size_t b, bool with_numbers) {
    std::swap(stored_.records[a], stored_.records[b]);
    if (!with_numbers) std::swap(stored_.records[a].seq, stored_.records[b].seq);
    const bool found = Found(stored_);
    if (!with_numbers) std::swap(stored_.records[a].seq, stored_.records[b].seq);
    std::swap(stored_.records[a], stored_.records[b]);
    return found;
  };
  for (std::size_t a = 0; a + 1 < kRecords; ++a) {
    EXPECT_TRUE(swapped(a, a + 1, true)) << a;
    EXPECT_TRUE(swapped(a, a + 1, false)) << a;
    for (std::size_t b = a + 2; b < kRecords; b += 17)
      EXPECT_TRUE(swapped(a, b, false)) << a << " and " << b;
  }
  for (std::size_t a = 0; a + 1 < stored_.sections.size(); ++a) {
    std::swap(stored_.sections[a].ciphertext, stored_.sections[a + 1].ciphertext);
    EXPECT_TRUE(Found(stored_)) << "sections at " << a;
    std::swap(stored_.sections[a].ciphertext, stored_.sections[a + 1].ciphertext);
  }
  for (std::size_t a = 0; a + 1 < stored_.keys.size(); ++a) {
    std::swap(stored_.keys[a].wrapped, stored_.keys[a + 1].wrapped);
    EXPECT_TRUE(Found(stored_)) << "keys at " << a;
    std::swap(stored_.keys[a].wrapped, stored_.keys[a + 1].wrapped);
  }
}

// A record put in at every place: one of the log's own again, and a new one that continues the
// chain.
TEST_F(TamperTest, EveryInsertion) {
  for (std::size_t at = 0; at <= kRecords; ++at) {
    for (const std::size_t copied : {at == kRecords ? at - 1 : at, (at * 7) % kRecords}) {
      StoredTables altered = stored_;
      const auto copy = altered.records[copied];
      altered.records.insert(altered.records.begin() + static_cast<std::ptrdiff_t>(at), copy);
      EXPECT_TRUE(Found(altered)) << copied << " at " << at;
      for (std::size_t i = at; i < altered.records.size(); ++i)
        altered.records[i].seq = static_cast<std::int64_t>(i);
      EXPECT_TRUE(Found(altered)) << copied << " at " << at << ", renumbered";
    }
    StoredTables altered = stored_;
    LeafView leaf;
    leaf.about = "{}";
    leaf.kind = "decision";
    leaf.origin = kOrigin;
    leaf.seq = at;
    leaf.time = kNow;
    if (at > 0) leaf.prev = LeafHash(stored_.records[at - 1].leaf);
    const std::string bytes = EncodeLeaf(leaf);
    altered.records.insert(
        altered.records.begin() + static_cast<std::ptrdiff_t>(at),
        {static_cast<std::int64_t>(at), bytes, std::string(LeafHash(bytes).view())});
    for (std::size_t i = at + 1; i < altered.records.size(); ++i) ++altered.records[i].seq;
    EXPECT_TRUE(Found(altered)) << "new at " << at;
  }
}

// Whoever has the database but not the signing key may make everything fit, from any record on:
// leaves, chain, tree, head, even the stored trees of the checkpoints. The signed roots differ.
TEST_F(TamperTest, EveryConsistentRewriteWithoutTheKey) {
  for (std::size_t from = 0; from < kRecords; ++from) {
    StoredTables altered = stored_;
    CompactRange range;
    Digest last;
    for (std::size_t n = 0; n < kRecords; ++n) {
      auto& record = altered.records[n];
      if (n >= from) {
        LeafView leaf;
        ASSERT_TRUE(DecodeLeaf(record.leaf, leaf));
        leaf.prev = last;
        if (n == from) leaf.record_id[0] ^= 1U;
        record.leaf = EncodeLeaf(leaf);
        record.leaf_hash = LeafHash(record.leaf).view();
      }
      last = LeafHash(record.leaf);
      range.Append(last);
      for (auto& checkpoint : altered.checkpoints)
        if (checkpoint.size == static_cast<std::int64_t>(n + 1))
          checkpoint.frontier = range.Frontier();
    }
    altered.heads[0] =
        MakeHead(kOrigin, range, last, altered.decisions.size(), altered.checkpoints.size());
    const auto result = Whole(altered);
    ASSERT_FALSE(result.ok()) << from;
    EXPECT_EQ(result.first_break->code, "checkpoint_root");
  }
}

constexpr const char* kUpdateTrigger =
    "CREATE TRIGGER rec_is_never_updated BEFORE UPDATE ON rec "
    "BEGIN SELECT RAISE(ABORT, 'records are never changed'); END";
constexpr const char* kDeleteTrigger =
    "CREATE TRIGGER rec_is_never_deleted BEFORE DELETE ON rec "
    "BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END";

// The same through real files: raw SQL on a copy, then the whole route of `VerifyLog`.
class TamperFileTest : public TamperTest {
 protected:
  // Alters a copy; returns the first break's code, "holds", or the error's code.
  std::string After(const std::string& sql, bool triggers_again = true) {
    const auto copy = folder_.path() / "copy.db";
    std::filesystem::copy_file(paths_.database, copy,
                               std::filesystem::copy_options::overwrite_existing);
    {
      auto database = SqliteDatabase::Open(copy, SqliteMode::kWrite).value();
      EXPECT_TRUE(
          database.Execute("DROP TRIGGER rec_is_never_updated; "
                           "DROP TRIGGER rec_is_never_deleted; PRAGMA synchronous=OFF"));
      const Status altered = database.Execute(sql.c_str());
      EXPECT_TRUE(altered) << altered.error().ToString();
      if (triggers_again) {
        EXPECT_TRUE(database.Execute(kUpdateTrigger));
        EXPECT_TRUE(database.Execute(kDeleteTrigger));
      }
      EXPECT_TRUE(database.CheckpointAll());
    }
    const auto result = VerifyLog(copy, options_);
    if (!result) return std::string("error ") + Name(result.error().code);
    return result->ok() ? "holds" : result->first_break->code;
  }
};

TEST_F(TamperFileTest, RowsOfRealFiles) {
  EXPECT_EQ(After("SELECT 1"), "holds");  // the copying itself changes nothing
  for (int n = 0; n < 200; n += 9) {
    const std::string at = std::to_string(n);
    const std::string leaf = stored_.records[static_cast<std::size_t>(n)].leaf;
    std::string flipped = leaf;
    Flip(flipped, static_cast<std::size_t>(n * 23) % (leaf.size() * 8));
    EXPECT_EQ(After("UPDATE rec SET leaf=x'" + HexEncode(flipped) + "' WHERE seq=" + at),
              "leaf_hash");
    EXPECT_EQ(After("UPDATE rec SET leaf_hash=zeroblob(32) WHERE seq=" + at), "leaf_hash");
    EXPECT_NE(After("DELETE FROM rec WHERE seq=" + at), "holds");
    EXPECT_EQ(After("UPDATE rec SET seq=-1 WHERE seq=" + at + "; UPDATE rec SET seq=" + at +
                    " WHERE seq=" + std::to_string((n + 1) % 200) +
                    "; UPDATE rec SET seq=" + std::to_string((n + 1) % 200) + " WHERE seq=-1"),
              "leaf_sequence");
    EXPECT_NE(After("INSERT INTO rec SELECT 200, leaf, leaf_hash FROM rec WHERE seq=" + at),
              "holds");
    if (n % 10 == 7) continue;  // no sections there
    EXPECT_EQ(After("UPDATE section SET ciphertext=zeroblob(length(ciphertext)) WHERE id=" +
                    std::to_string(n * 16)),
              "section");
    EXPECT_EQ(After("DELETE FROM section WHERE id=" + std::to_string(n * 16 + 1)),
              "section_missing");
    EXPECT_EQ(After("INSERT INTO section VALUES(" + std::to_string(n * 16 + 2) + ",'x',x'00')"),
              "section_unnamed");
    EXPECT_EQ(After("UPDATE dek SET wrapped=zeroblob(60) WHERE seq=" + at), "key");
    EXPECT_EQ(After("DELETE FROM by_decision WHERE seq=" + at), "decision_index");
  }
  EXPECT_EQ(After("UPDATE head SET root=zeroblob(32)"), "head_root");
  EXPECT_EQ(After("UPDATE head SET size=199"), "head_size");
  EXPECT_EQ(After("UPDATE head SET frontier=zeroblob(96)"), "head_frontier");
  EXPECT_EQ(After("UPDATE head SET last_leaf_hash=zeroblob(32)"), "head_last");
  EXPECT_EQ(After("UPDATE head SET origin='bank.example/other'"), "origin");
  EXPECT_EQ(After("INSERT INTO head SELECT 'x',size,root,frontier,last_leaf_hash,decisions,"
                  "checkpoints FROM head"),
            "head");
  EXPECT_EQ(After("UPDATE head SET decisions=decisions-1"), "head_decisions");
  EXPECT_EQ(After("UPDATE head SET checkpoints=checkpoints-1"), "head_checkpoints");
  EXPECT_EQ(After("DELETE FROM checkpoint WHERE size=128"), "head_checkpoints");
  EXPECT_EQ(After("DELETE FROM checkpoint WHERE size=0"), "first_checkpoint");
  EXPECT_EQ(After("DELETE FROM checkpoint WHERE size=200"), "checkpoint_missing");
  EXPECT_EQ(After("DELETE FROM head"), "head");
  EXPECT_EQ(After("DELETE FROM checkpoint"), "checkpoint_missing");
  EXPECT_EQ(After("UPDATE checkpoint SET note=replace(note,'bank','tank') WHERE size=128"),
            "checkpoint");
  EXPECT_EQ(After("UPDATE checkpoint SET frontier=zeroblob(32) WHERE size=64"),
            "checkpoint_frontier");
  EXPECT_EQ(After("INSERT INTO by_decision VALUES(zeroblob(16), 3)"), "decision_index");
  EXPECT_EQ(After("INSERT INTO section VALUES(-5,'x',x'00')"), "section_unnamed");
  EXPECT_EQ(After("INSERT INTO dek VALUES(9999,zeroblob(16),zeroblob(60))"), "sequence");
  EXPECT_EQ(After("PRAGMA user_version=2"), "error unsupported");
  EXPECT_EQ(After("DROP TABLE dek"), "schema");
}

// What somebody defines in the file would run in the writer, or show a reader other rows.
TEST_F(TamperFileTest, DefinitionsThatAreNotTheFormats) {
  const auto named = [this](const std::string& sql, bool triggers_again = true) {
    EXPECT_EQ(After(sql, triggers_again), "schema") << sql;
    const auto result = VerifyLog(folder_.path() / "copy.db", options_);
    EXPECT_EQ(
        LogReader::Open({.database = folder_.path() / "copy.db"}, WithVault::kNo).error().code,
        ErrorCode::kIntegrity)
        << sql;
    return result->first_break->place;
  };
  EXPECT_EQ(named("SELECT 1", false), "schema, trigger rec_is_never_updated");
  EXPECT_EQ(named("CREATE TRIGGER swallow AFTER INSERT ON by_decision BEGIN "
                  "DELETE FROM by_decision WHERE seq=new.seq; END"),
            "schema, trigger swallow");
  EXPECT_EQ(named("CREATE VIEW v AS SELECT * FROM rec"), "schema, view v");
  EXPECT_EQ(named("CREATE TABLE notes(x)"), "schema, table notes");
  EXPECT_EQ(named("CREATE INDEX i ON section(name)"), "schema, index i");
  EXPECT_EQ(
      named(std::string(kUpdateTrigger) +
                ";CREATE TRIGGER rec_is_never_deleted BEFORE DELETE "
                "ON rec WHEN old.seq<0 BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END",
            false),
      "schema, trigger rec_is_never_deleted");
  EXPECT_EQ(named("ALTER TABLE head ADD COLUMN x INTEGER"), "schema, table head");
  EXPECT_EQ(named("CREATE TABLE \"\x1b[31m\"(x)"), "schema, table hex:1b5b33316d");
}

// Bytes of the file itself: whatever is flipped is found, or was not part of the evidence (free
// space, SQLite's own header fields), in which case every row is still what was recorded.
TEST_F(TamperFileTest, BytesOfRealFiles) {
  std::ifstream stream(paths_.database, std::ios::binary);
  const std::string original{std::istreambuf_iterator<char>(stream), {}};
  const auto copy = folder_.path() / "copy.db";
  int found = 0;
  for (std::size_t i = 0; i < 500; ++i) {
    std::string altered = original;
    Flip(altered, i * 7'919 % (altered.size() * 8));
    std::ofstream(copy, std::ios::binary) << altered;
    const auto result = VerifyLog(copy, options_);
    if (!result || !result->ok()) {
      ++found;
      continue;
    }
    EXPECT_EQ(result->root, Whole(stored_).root);
    EXPECT_EQ(result->records, kRecords);
  }
  EXPECT_GT(found, 150);  // the rest lies in the free part of 32 KiB pages
}

// Every bit of the headers of the file and of its pages: either nothing that is evidence was hit,
// or the log is broken. With the checkpoint beside it, no damage is told as "this is no log".
TEST_F(TamperFileTest, EveryBitOfPageHeaders) {
  std::ifstream stream(paths_.database, std::ios::binary);
  const std::string original{std::istreambuf_iterator<char>(stream), {}};
  const auto copy = folder_.path() / "copy.db";
  constexpr std::size_t page_bytes = 32'768;
  ASSERT_EQ(original.size() % page_bytes, 0U);
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < 108; ++at) places.push_back(at);
  for (std::size_t page = 1; page * page_bytes < original.size(); ++page)
    for (std::size_t at = 0; at < 12; ++at) places.push_back(page * page_bytes + at);
  int storage = 0;
  for (const std::size_t at : places)
    for (std::size_t bit = 0; bit < 8; ++bit) {
      std::string altered = original;
      Flip(altered, at * 8 + bit);
      for (const char* beside : {"copy.db-wal", "copy.db-shm"})
        std::filesystem::remove(folder_.path() / beside);
      std::ofstream(copy, std::ios::binary) << altered;
      const auto result = VerifyLog(copy, options_);
      if (!result) {  // its version is another one
        EXPECT_EQ(result.error().code, ErrorCode::kUnsupported)
            << "byte " << at << " bit " << bit << ": " << result.error().ToString();
        EXPECT_TRUE(at >= 60 && at < 64) << at;
      } else if (result->ok()) {
        EXPECT_EQ(result->root, Whole(stored_).root);
        EXPECT_EQ(result->records, kRecords);
      } else {
        storage += result->first_break->code == "storage" ? 1 : 0;
      }
    }
  EXPECT_GT(storage, 100);
}

}  // namespace
}  // namespace oxpecker::audit
