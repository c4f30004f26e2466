// verify_log checks what a log gave out with code of others only: golang.org/x/mod/sumdb (note, tlog) and
// Go's own packages. It shares nothing with the programs that wrote it.
//
// Usage: verify_log VKEYS TILES PROOF LEAF OLD_CHECKPOINT CONSISTENCY
//
//	VKEYS           verifier keys, one a line, sizes after them ignored
//	TILES           folder of `oxpecker log export-tiles`
//	PROOF, LEAF     of `oxpecker log prove`
//	OLD_CHECKPOINT  an earlier checkpoint; CONSISTENCY the proof to the one in TILES
//
// Or: verify_log cosigned VKEYS WITNESS_VKEY NOTE
//
//	a head that a witness cosigned (C2SP tlog-cosignature, Ed25519), as `oxpecker log anchor` keeps it
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify_log:", err)
		os.Exit(1)
	}
}

func fail(format string, arguments ...interface{}) { must(fmt.Errorf(format, arguments...)) }

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err)
	return data
}

func verifiers(path string) note.Verifiers {
	var list []note.Verifier
	for _, line := range strings.Split(strings.TrimSpace(string(read(path))), "\n") {
		verifier, err := note.NewVerifier(strings.Fields(line)[0])
		must(err)
		list = append(list, verifier)
	}
	return note.VerifierList(list...)
}

type head struct {
	origin string
	size   int64
	root   tlog.Hash
}

func openHead(message []byte, known note.Verifiers) head {
	opened, err := note.Open(message, known)
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		fail("a checkpoint has three lines, found %q", opened.Text)
	}
	if opened.Sigs[0].Name != lines[0] {
		fail("signed by %s, origin is %s", opened.Sigs[0].Name, lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return head{lines[0], size, root}
}

// The path of C2SP tlog-tiles, which has no height in it.
func tilePath(tile tlog.Tile) string { return "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/") }

// The tiles of a tree of this size. NewTiles names each width that the last one of a level ever had.
func tilesOf(size int64) []tlog.Tile {
	var last []tlog.Tile
	for _, tile := range tlog.NewTiles(8, 0, size) {
		if count := len(last); count > 0 && last[count-1].L == tile.L && last[count-1].N == tile.N {
			last = last[:count-1]
		}
		last = append(last, tile)
	}
	return last
}

type storedHashes struct{ hashes []tlog.Hash }

func (s *storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		if index >= int64(len(s.hashes)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		found = append(found, s.hashes[index])
	}
	return found, nil
}

// All leaves of the entry bundles, whose names are those of the tiles of level 0.
func readLeaves(folder string, size int64, expected map[string]bool) [][]byte {
	var leaves [][]byte
	for _, tile := range tilesOf(size) {
		if tile.L != 0 {
			continue
		}
		path := strings.Replace(tilePath(tile), "tile/0/", "tile/entries/", 1)
		expected[path] = true
		bundle := read(filepath.Join(folder, path))
		count := 0
		for ; len(bundle) > 0; count++ {
			length := int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
		if count != tile.W {
			fail("%s holds %d entries, expected %d", path, count, tile.W)
		}
	}
	return leaves
}

func checkTiles(folder string, log head) *storedHashes {
	expected := map[string]bool{"checkpoint": true}
	hashes := &storedHashes{}
	for number, leaf := range readLeaves(folder, log.size, expected) {
		more, err := tlog.StoredHashes(int64(number), leaf, hashes)
		must(err)
		hashes.hashes = append(hashes.hashes, more...)
	}
	root, err := tlog.TreeHash(log.size, hashes)
	must(err)
	if root != log.root {
		fail("the leaves have root %v, the head %v", root, log.root)
	}
	for _, tile := range tilesOf(log.size) {
		data, err := tlog.ReadTileData(tile, hashes)
		must(err)
		expected[tilePath(tile)] = true
		if !bytes.Equal(data, read(filepath.Join(folder, tilePath(tile)))) {
			fail("%s is not that of the leaves", tilePath(tile))
		}
	}
	must(filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(folder, path)
		if err == nil && !entry.IsDir() && !expected[name] {
			return fmt.Errorf("%s should not be there", name)
		}
		return err
	}))
	return hashes
}

func checkProof(path, leaf string, log head, known note.Verifiers, hashes *storedHashes) {
	lines := strings.Split(string(read(path)), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		fail("%s is no tlog-proof", path)
	}
	index, err := strconv.ParseInt(lines[1][6:], 10, 64)
	must(err)
	var proof tlog.RecordProof
	next := 2
	for ; lines[next] != ""; next++ {
		hash, err := tlog.ParseHash(lines[next])
		must(err)
		proof = append(proof, hash)
	}
	under := openHead([]byte(strings.Join(lines[next+1:], "\n")), known)
	data := read(leaf)
	must(tlog.CheckRecord(proof, under.size, under.root, index, tlog.RecordHash(data)))
	data[len(data)/2] ^= 1
	if tlog.CheckRecord(proof, under.size, under.root, index, tlog.RecordHash(data)) == nil {
		fail("an altered leaf is proven too")
	}
	own, err := tlog.ProveRecord(log.size, index, hashes)
	must(err)
	if under.size == log.size && fmt.Sprint(own) != fmt.Sprint(proof) {
		fail("another path than x/mod's for record %d", index)
	}
}

func checkConsistency(path string, older, newer head) {
	var given struct {
		Old_size, New_size int64
		Old_root, New_root string
		Hashes             []string
	}
	must(json.Unmarshal(read(path), &given))
	var proof tlog.TreeProof
	for _, text := range given.Hashes {
		data, err := base64.StdEncoding.DecodeString(text)
		must(err)
		var hash tlog.Hash
		copy(hash[:], data)
		proof = append(proof, hash)
	}
	if given.Old_size != older.size || given.New_size != newer.size || given.Old_root != older.root.String() {
		fail("%s is of other heads", path)
	}
	must(tlog.CheckTree(proof, newer.size, newer.root, older.size, older.root))
}

// x/mod knows no cosignatures: it must take the note with one as it is, and the line is checked by hand.
func checkCosigned(known note.Verifiers, witness string, message []byte) {
	log := openHead(message, known)
	parts := strings.SplitN(strings.TrimSpace(witness), "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if key[0] != 4 || hex.EncodeToString(id[:4]) != parts[1] {
		fail("no key of a witness: %s", witness)
	}
	split := bytes.LastIndex(message, []byte("\n\n"))
	body := message[:split+1]
	found := 0
	for _, line := range strings.Split(strings.TrimSpace(string(message[split+2:])), "\n") {
		words := strings.Split(line, " ")
		if words[1] != parts[0] {
			continue
		}
		blob, err := base64.StdEncoding.DecodeString(words[2])
		must(err)
		if len(blob) != 76 || !bytes.Equal(blob[:4], id[:4]) {
			fail("no cosignature of this witness: %s", line)
		}
		signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(blob[4:]), body)
		if !ed25519.Verify(key[1:], []byte(signed), blob[12:]) {
			fail("the cosignature does not hold: %s", line)
		}
		found++
	}
	if found == 0 {
		fail("%s cosigned nothing", parts[0])
	}
	fmt.Printf("%s: %d records, cosigned by %s\n", log.origin, log.size, parts[0])
}

func main() {
	if len(os.Args) == 5 && os.Args[1] == "cosigned" {
		checkCosigned(verifiers(os.Args[2]), string(read(os.Args[3])), read(os.Args[4]))
		return
	}
	if len(os.Args) != 7 {
		fail("expected VKEYS TILES PROOF LEAF OLD_CHECKPOINT CONSISTENCY")
	}
	known := verifiers(os.Args[1])
	log := openHead(read(filepath.Join(os.Args[2], "checkpoint")), known)
	hashes := checkTiles(os.Args[2], log)
	checkProof(os.Args[3], os.Args[4], log, known, hashes)
	older := openHead(read(os.Args[5]), known)
	checkConsistency(os.Args[6], older, log)
	fmt.Printf("%s: %d records, root %v, older head over %d\n", log.origin, log.size, log.root, older.size)
}
