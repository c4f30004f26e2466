#!/usr/bin/env python3
"""Verifies an evidence bundle (oxpecker.bundle/1), with the standard library and the openssl program alone.

    python3 verify_bundle.py FILE.zip --key KEY [--checkpoint HELD] [--json]

KEY is the log's list of verifier keys (log.vkey), a file or the text itself, from elsewhere than the bundle. Written
from docs/format/bundle_v1.md and the pages that it names, not from the code that writes bundles: so it is a second
opinion. It reads the whole file into memory. Exit codes: 0 holds, 2 usage, 3 cannot be read, 4 broken, 5 FORK.
"""
import argparse
import base64
import binascii
import datetime
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

REQUIRED = ["README.txt", "disclosures.jsonl", "keys/log.vkey", "log/checkpoint", "log/leaves.jsonl", "policy.txt",
            "proofs/ranges.json", "redactions.jsonl", "coverage.json", "manifest.json", "manifest.note", "report.html"]
LAST = ["coverage.json", "manifest.json", "manifest.note", "report.html"]
ALLOWED = re.compile(r"artefacts/[0-9a-f]{64}|log/checkpoint\.old|log/consistency\.json|"
                     r"proofs/(0|[1-9][0-9]*)\.tlog-proof|(tsa|witness)/[a-z0-9][a-z0-9._-]{0,99}")
BLOCK = b'<script type="application/json" id="bundle">'
DATA_MAX = 32 << 20


class Broken(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Fork(Broken):
    pass


def need(holds, code, message):
    if not holds:
        raise Broken(code, message)


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def unbase64(text, size=None):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Broken("base64", "not base64")
    need(base64.b64encode(data).decode() == text and (size is None or len(data) == size), "base64", "not base64 of that size")
    return data


# ---------------------------------------------------------------- zip

def read_zip(data):
    """The files in their order, if these are exactly the bytes that they make."""
    files, offset = [], 0
    while True:
        head = data[offset:offset + 30]
        if files and head[:4] == b"PK\1\2":
            break
        need(len(head) == 30 and head[:4] == b"PK\3\4", "zip_header", "no file's header at byte %d" % offset)
        version, flags, method, time, date, crc, packed, size, length, extra = struct.unpack("<5H3L2H", head[4:])
        need(version < 45 and size != 0xFFFFFFFF, "zip_zip64", "zip64")
        need(method == 0, "zip_compressed", "a compressed file")
        need((version, flags, time, date, extra) == (10, 0, 0, 0x21, 0) and packed == size, "zip_header", "an unusual header")
        raw = data[offset + 30:offset + 30 + length]
        body = data[offset + 30 + length:offset + 30 + length + size]
        need(len(raw) == length and len(body) == size, "zip_truncated", "the file ends early")
        need(re.fullmatch(rb"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", raw) is not None and not {b".", b".."} & set(raw.split(b"/")),
             "zip_path", "a path that is no plain one")
        path = raw.decode()
        need(path not in [name for name, _, _ in files[-1:]] and path not in {name for name, _, _ in files}, "zip_duplicate", path)
        need(zlib.crc32(body) == crc, "zip_crc", path)
        files.append((path, body, offset))
        offset += 30 + length + size
    directory = b""
    for path, body, at in files:
        directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", 10, 10, 0, 0, 0, 0x21, zlib.crc32(body), len(body), len(body),
                                 len(path), 0, 0, 0, 0, 0, at) + path.encode()
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(files), len(files), len(directory), offset, 0)
    need(data[offset:] == directory + end, "zip_directory", "the central directory is not that of the files, or more follows")
    names = [name for name, _, _ in files]
    for name in names:
        need(name in REQUIRED or ALLOWED.fullmatch(name), "unknown_file", name)
    rank = lambda name: (LAST.index(name) + 1 if name in LAST else 0, name)
    need(names == sorted(names, key=rank), "order", "the files are not in their order")
    for name in REQUIRED:
        need(name in names, "missing_file", name)
    need(("log/checkpoint.old" in names) == ("log/consistency.json" in names), "missing_file", "log/consistency.json")
    return {name: body for name, body, _ in files}


# ---------------------------------------------------------------- JSON

def utf16(text):
    return text.encode("utf-16-be", "surrogatepass")


def canonical(value):
    """RFC 8785, for what occurs here: no fractions."""
    if isinstance(value, dict):
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in sorted(value, key=utf16)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if isinstance(value, float):
        raise Broken("json", "a number that is no integer")
    return json.dumps(value, ensure_ascii=False)


def strict(name, data):
    def unique(pairs):
        need(len({key for key, _ in pairs}) == len(pairs), "json", name + ": a member twice")
        return dict(pairs)
    try:
        text = data.decode()
        value = json.loads(text, object_pairs_hook=unique)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise Broken("json", name + ": no JSON")
    # U+007F is written as it is by RFC 8785, and by json.dumps without ASCII
    need(isinstance(value, dict) and canonical(value) == text, "json", name + ": not canonical")
    return value


def members(name, value, required, optional=()):
    need(isinstance(value, dict) and set(required) <= set(value) <= set(required) | set(optional), "json", name + ": other members")
    return value


def number(text):
    need(isinstance(text, str) and re.fullmatch(r"0|[1-9][0-9]{0,18}", text) is not None, "json", "no number: %r" % (text,))
    return int(text)


def numbers(text):
    """'3-5,9' as a list of pairs, both ends included."""
    ranges = []
    for piece in text.split(",") if text else []:
        first, _, last = piece.partition("-")
        pair = (number(first), number(last) if "-" in piece else number(first))
        need(("-" not in piece or pair[0] < pair[1]) and (not ranges or pair[0] > ranges[-1][1] + 1), "json", "no ranges: " + text)
        ranges.append(pair)
    return ranges


def each(ranges):
    for first, last in ranges:
        yield from range(first, last + 1)


def as_text(items):
    ranges = []
    for item in sorted(items):
        if ranges and ranges[-1][1] + 1 == item:
            ranges[-1][1] = item
        else:
            ranges.append([item, item])
    return ",".join(str(a) if a == b else "%d-%d" % (a, b) for a, b in ranges)


def lines(name, data):
    need(data == b"" or data.endswith(b"\n"), "lines", name + ": no newline at its end")
    return data.split(b"\n")[:-1]


def instant(text):
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{6}))?Z", text)
    need(match is not None, "json", "no instant: " + text)
    return datetime.datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%S"), int(match[2] or 0)


# ---------------------------------------------------------------- notes and keys

def ed25519(public, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("key", "text", "sig")]
        for path, data in zip(paths, (bytes.fromhex("302a300506032b6570032100") + public, message, signature)):
            with open(path, "wb") as file:
                file.write(data)
        run = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths[0],
                              "-in", paths[1], "-sigfile", paths[2]], capture_output=True)
        return run.returncode == 0


def read_keys(text):
    """[(name, key id, public key, first size, last size or None)]"""
    keys = []
    need(text != "", "keys", "no keys")
    for line in (text[:-1] if text.endswith("\n") else text).split("\n"):
        words = line.split(" ")
        parts = words[0].split("+", 2)
        need(len(parts) == 3 and 1 <= len(words) <= 3, "keys", "no verifier key: " + line)
        raw = unbase64(parts[2], 33)
        key_id = sha256(parts[0].encode() + b"\n" + raw)[:4]
        need(raw[0] == 1 and key_id.hex() == parts[1], "keys", "a key whose id is not its own")
        sizes = [number(word) for word in words[1:]]
        keys.append((parts[0], key_id, raw[1:], sizes[0] if sizes else 0, sizes[1] if len(sizes) > 1 else None))
    need(len({key[0] for key in keys}) == 1, "keys", "keys of several logs")
    return keys


def keys_text(keys):
    rows = []
    for name, key_id, public, first, last in keys:
        vkey = "%s+%s+%s" % (name, key_id.hex(), base64.b64encode(b"\1" + public).decode())
        plain = len(keys) == 1 and first == 0 and last is None
        rows.append(vkey if plain else " ".join([vkey, str(first)] + ([] if last is None else [str(last)])))
    return "\n".join(rows) + "\n"


def open_note(name, data, keys):
    """The text, the keys that signed it, and how many signatures there are."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Broken("note", name + ": not UTF-8")
    split = text.rfind("\n\n")
    need(split >= 0 and text.endswith("\n") and not re.search(r"[\x00-\x09\x0b-\x1f]", text), "note", name + ": no signed note")
    body, rows, signers = text[:split + 1], text[split + 2:-1].split("\n"), []
    for row in rows:
        need(row.startswith("\u2014 ") and len(row.split(" ")) == 3, "note", name + ": no signature line")
        _, signer, payload = row.split(" ")
        raw = unbase64(payload)
        need(len(raw) > 4, "note", name + ": no signature")
        for key in keys:
            if (key[0], key[1]) == (signer, raw[:4]):
                need(ed25519(key[2], body.encode(), raw[4:]), "signature", name + ": a signature does not hold")
                signers.append(key)
    return body, signers, len(rows)


def in_use(signers, size):
    return any(first <= size and (last is None or size <= last) for _, _, _, first, last in signers)


def open_checkpoint(name, data, keys):
    body, signers, _ = open_note(name, data, keys)
    rows = body.split("\n")
    need(len(rows) == 4 and rows[3] == "" and rows[0] == keys[0][0], "checkpoint", name + ": no signed head of this log")
    size, root = number(rows[1]), unbase64(rows[2], 32)
    need(in_use(signers, size), "checkpoint", name + ": not signed by a key that was in use")
    return size, root


# ---------------------------------------------------------------- tree

def node(left, right):
    return sha256(b"\1", left, right)


def split_of(leaves):
    return 1 << (leaves - 1).bit_length() - 1


def root_of(records, size, hashes, leaf_hash):
    """The walk of proofs/ranges.json."""
    wanted, unused = [list(pair) for pair in records], list(reversed(hashes))

    def root(begin, end):
        while wanted and wanted[0][1] < begin:
            wanted.pop(0)
        if not wanted or wanted[0][0] >= end:
            need(unused, "ranges", "too few hashes")
            return unused.pop()
        if end - begin == 1:
            return leaf_hash(begin)
        middle = begin + split_of(end - begin)
        left = root(begin, middle)
        return node(left, root(middle, end))

    result = root(0, size) if size else sha256(b"")
    need(not unused, "ranges", "hashes that nobody needs")
    return result


def included(leaf, index, size, path):
    """RFC 9162 2.1.3.2: the root that a path leads to."""
    need(index < size, "proof", "a record that is not under the head")
    fn, sn, result = index, size - 1, leaf
    for other in path:
        need(sn != 0, "proof", "a path that is too long")
        if fn & 1 or fn == sn:
            result = node(other, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node(result, other)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "proof", "a path that is too short")
    return result


def consistent(old_size, old_root, size, root, path):
    """RFC 9162 2.1.4.2."""
    if old_size in (0, size):
        return not path and (old_size == 0 or old_root == root)
    path = ([old_root] if old_size & (old_size - 1) == 0 else []) + path
    if not path:
        return False
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for other in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node(other, first), node(other, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node(second, other)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == root


# ---------------------------------------------------------------- the bundle

def holes(skeleton):
    """The pointers to the places of a skeleton, by putting strings into them that occur nowhere else."""
    pieces = skeleton.split("\0")
    mark = "hole"
    while mark in skeleton:
        mark += "-"
    text = pieces[0] + "".join('"%s%d"%s' % (mark, i, piece) for i, piece in enumerate(pieces[1:]))
    found = [None] * (len(pieces) - 1)

    def walk(value, pointer):
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, pointer + "/" + key.replace("~", "~0").replace("/", "~1"))
        elif isinstance(value, str) and value.startswith(mark):
            found[int(value[len(mark):])] = pointer
    try:
        walk(json.loads(text), "")
    except (ValueError, IndexError):
        raise Broken("skeleton", "a skeleton that is no JSON object")
    return found


class Bundle:
    def __init__(self, data, pinned, held):
        self.files, self.pinned, self.held, self.not_shown = read_zip(data), pinned, held, []

    def verify(self):
        self.read_manifest()
        self.read_keys_and_heads()
        self.check_files()
        self.check_old_head()
        self.check_policy()
        self.walk_records()
        self.check_redactions()
        self.check_artefacts()
        self.check_coverage()
        self.check_proofs()
        self.check_report()
        return self.check_bounds()

    def read_manifest(self):
        m = strict("manifest.json", self.files["manifest.json"])
        members("manifest.json", m, ["checkpoint", "files", "origin", "profile", "scope", "tool", "v", "viewer"])
        need(m["v"] == "oxpecker.bundle/1", "manifest", "another format")
        scope = m["scope"]
        if scope.get("kind") == "decision":
            members("scope", scope, ["context", "decision", "kind", "records"])
        else:
            members("scope", scope, ["context", "kind", "records"], ["from", "to"])
            need(scope["kind"] == "range", "manifest", "a scope of no known kind")
        self.manifest, self.scope = m, scope
        self.records, self.context = numbers(scope["records"]), numbers(scope["context"])
        inside, beside = set(each(self.records)), set(each(self.context))
        need(not inside & beside, "manifest", "a record in scope and in context")
        need("decision" in scope or len(self.records) <= 1, "manifest", "a range with gaps")
        self.inside, self.all = inside, numbers(as_text(inside | beside))

    def read_keys_and_heads(self):
        try:
            text = self.files["keys/log.vkey"].decode()
        except UnicodeDecodeError:
            raise Broken("keys", "not text")
        self.keys = read_keys(text)
        need(keys_text(self.keys) == text and self.keys[0][0] == self.manifest["origin"], "keys", "not the list of keys of this log")
        if self.pinned is not None:
            need(self.pinned == self.keys, "key", "the keys in the bundle are not those that were given")
        self.size, self.root = open_checkpoint("log/checkpoint", self.files["log/checkpoint"], self.keys)
        told = members("checkpoint", self.manifest["checkpoint"], ["root", "size"])
        need((number(told["size"]), told["root"]) == (self.size, self.root.hex()), "checkpoint", "not the head of the manifest")
        if self.held is not None:
            self.held = open_checkpoint("the held checkpoint", self.held, self.keys)
            if self.held[0] == self.size and self.held[1] != self.root:
                raise Fork("fork", "two signed heads over %d records" % self.size)
        body, signers, count = open_note("manifest.note", self.files["manifest.note"], self.keys)
        digest = base64.b64encode(sha256(self.files["manifest.json"])).decode()
        need(body == "oxpecker evidence bundle v1\n%s\n%s\n" % (self.manifest["origin"], digest), "manifest_note", "not about this manifest")
        need(count == 1 and in_use(signers, self.size), "manifest_note", "not signed by the log's key alone")

    def check_files(self):
        listed = self.manifest["files"]
        names = sorted(set(self.files) - {"manifest.json", "manifest.note", "report.html"})
        need([members("file", file, ["path", "sha256", "size"])["path"] for file in listed] == names, "file_list", "other files than the manifest lists")
        for file in listed:
            data = self.files[file["path"]]
            need((file["sha256"], file["size"]) == (sha256(data).hex(), str(len(data))), "file_digest", file["path"])

    def check_old_head(self):
        self.old = None
        if "log/checkpoint.old" not in self.files:
            return
        size, root = self.old = open_checkpoint("log/checkpoint.old", self.files["log/checkpoint.old"], self.keys)
        proof = strict("log/consistency.json", self.files["log/consistency.json"])
        members("consistency", proof, ["hashes", "new_root", "new_size", "old_root", "old_size", "origin"])
        need((proof["origin"], proof["old_size"], proof["new_size"], unbase64(proof["old_root"]), unbase64(proof["new_root"])) ==
             (self.keys[0][0], size, self.size, root, self.root), "consistency", "a proof of other heads")
        need(consistent(size, root, self.size, self.root, [unbase64(item, 32) for item in proof["hashes"]]), "consistency", "no proof")

    def check_policy(self):
        vkeys = [line.split(" ")[0] for line in keys_text(self.keys).splitlines()]
        named = [line.split(" ")[1] for line in self.files["policy.txt"].decode("utf-8", "replace").splitlines() if line.startswith("log ")]
        need(sorted(named) == sorted(vkeys), "policy", "other keys than the log's")

    def walk_records(self):
        proof = members("proofs/ranges.json", strict("proofs/ranges.json", self.files["proofs/ranges.json"]), ["hashes", "records", "root", "size"])
        need((numbers(proof["records"]), unbase64(proof["root"]), number(proof["size"])) == (self.all, self.root, self.size), "ranges", "of other records")
        need(not self.all or self.all[-1][1] < self.size, "ranges", "records that are not under the head")
        leaves = iter(lines("log/leaves.jsonl", self.files["log/leaves.jsonl"]))
        shown = [strict("disclosures.jsonl", line) for line in lines("disclosures.jsonl", self.files["disclosures.jsonl"])]
        self.shown, self.leaves, self.hashes, self.withheld = list(reversed(shown)), {}, {}, {}
        self.counts = {"disclosed": 0, "partly": 0, "withheld": 0}

        def leaf_hash(seq):
            line = next(leaves, None)
            need(line is not None, "leaves", "record %d is missing" % seq)
            leaf = strict("record %d" % seq, line)
            need(leaf.get("seq") == str(seq) and leaf.get("origin") == self.manifest["origin"], "leaf", "record %d is not this one" % seq)
            before = self.hashes.get(seq - 1, b"\0" * 32 if seq == 0 else None)
            need(before is None or leaf.get("prev") == before.hex(), "prev", "record %d does not continue the one before" % seq)
            self.hashes[seq], self.leaves[seq] = sha256(b"\0", line), leaf
            if seq in self.inside:
                self.look_into(seq, leaf)
            return self.hashes[seq]

        need(root_of(self.all, self.size, [unbase64(item, 32) for item in proof["hashes"]], leaf_hash) == self.root, "root",
             "the leaves do not lead to the signed root")
        need(next(leaves, None) is None, "leaves", "more leaves than records")
        need(not self.shown, "disclosure", "lines that are of no record in scope, or not in order")

    def look_into(self, seq, leaf):
        if "decision" in self.scope:
            need(self.scope["decision"] in (leaf.get("decision_id"), leaf["about"].get("decision")), "scope", "record %d is of another decision" % seq)
        for section in leaf["sections"]:
            top = self.shown[-1] if self.shown else None
            if top is None or (top.get("seq"), top.get("section")) != (str(seq), section["name"]):
                self.counts["withheld"] += 1
                self.withheld.setdefault((section["name"], ""), []).append(seq)
                continue
            self.shown.pop()
            missing = self.check_disclosure(members("disclosures.jsonl", top, ["parts", "section", "seq"]), section)
            self.counts["partly" if missing else "disclosed"] += 1
            if missing:
                self.withheld.setdefault((section["name"], as_text(missing)), []).append(seq)

    def check_disclosure(self, line, section):
        parts, commits, missing = line["parts"], [], []
        for i, part in enumerate(parts):
            if "commit" in part:
                members("part", part, ["commit"])
                commits.append(unbase64(part["commit"], 32))
                missing.append(i)
                continue
            if "base64" in part:
                data = unbase64(members("part", part, ["base64", "pointer", "salt"])["base64"])
                try:
                    data.decode()
                    raise Broken("disclosure", "base64 of what is text")
                except UnicodeDecodeError:
                    pass
            else:
                data = members("part", part, ["pointer", "salt", "text"])["text"].encode()
            commits.append(sha256(unbase64(part["salt"], 32), part["pointer"].encode(), b"\0", data))
        where = "record %s, section %s" % (line["seq"], line["section"])
        commit = sha256(b"oxpecker/commit/v2\0", line["section"].encode(), b"\0", *commits)
        need(commit.hex() == section["commit"], "commitment", where + ": not what was recorded")
        need(len(missing) < len(parts), "disclosure", where + ": nothing is shown")
        if 0 not in missing:
            need(parts[0]["pointer"] == "", "skeleton", where)
            if len(parts) > 1:
                places = holes(parts[0].get("text", ""))
                need(len(places) == len(parts) - 1, "skeleton", where + ": not as many places as parts")
                need(all("commit" in part or part["pointer"] == place for part, place in zip(parts[1:], places)), "skeleton", where)
        return missing

    def check_redactions(self):
        rows = lines("redactions.jsonl", self.files["redactions.jsonl"])
        need(rows == sorted(set(rows)), "redactions", "not in order")
        listed, self.erased, self.key_absent = {}, {}, set()
        for row in rows:
            group = members("redactions.jsonl", strict("redactions.jsonl", row), ["reason", "records", "section"], ["erasure", "parts"])
            need(group["reason"] in ("profile", "artefact", "erased", "key_absent"), "redactions", "an unknown reason")
            need(("erasure" in group) == (group["reason"] == "erased") and group["records"] != "", "redactions", "an odd line")
            need(group["reason"] == "profile" or "parts" not in group, "redactions", "parts for another reason than the profile")
            need(group.get("parts") != "", "redactions", "no parts")
            records = list(each(numbers(group["records"])))
            known = listed.setdefault((group["section"], group.get("parts", "")), [])
            known.extend(records)
            if group["reason"] == "erased":
                self.erased.setdefault(group["erasure"], set()).update(records)
            elif group["reason"] == "key_absent":
                self.key_absent.update(records)
            elif group["reason"] == "artefact":
                for seq in records:
                    leaf = self.leaves.get(seq, {"kind": ""})
                    need(group["section"] == "release" and leaf["kind"] == "release" and
                         "artefacts/" + leaf["about"].get("release", "") in self.files, "redactions", "no artefact of record %d" % seq)
        need({key: sorted(value) for key, value in listed.items()} == self.withheld, "redactions", "not what is withheld")

    def check_artefacts(self):
        self.named = {self.leaves[seq]["about"]["release"] for seq in self.inside if isinstance(self.leaves[seq]["about"].get("release"), str)} - {""}
        for name, data in self.files.items():
            if name.startswith("artefacts/"):
                digest = name[len("artefacts/"):]
                need(sha256(data).hex() == digest and digest in self.named, "artefact", name)

    def check_coverage(self):
        told = members("coverage.json", strict("coverage.json", self.files["coverage.json"]),
                       ["erasures", "holds", "key_absent", "kinds", "records", "releases", "retention", "sections", "v"])
        kinds = {}
        for seq in self.inside:
            kinds[self.leaves[seq]["kind"]] = kinds.get(self.leaves[seq]["kind"], 0) + 1
        number(told["holds"])
        for days in told["retention"].values():
            number(days)
        need(told["v"] == "oxpecker.coverage/1" and told["records"] == self.scope["records"], "coverage", "records")
        need(told["kinds"] == {kind: str(count) for kind, count in kinds.items()}, "coverage", "kinds")
        need(told["sections"] == {name: str(count) for name, count in self.counts.items()}, "coverage", "sections")
        need(told["key_absent"] == as_text(self.key_absent), "coverage", "key_absent")
        need(len(told["erasures"]) == len(self.erased), "coverage", "erasures")
        for erasure in told["erasures"]:
            members("erasure", erasure, ["erasure", "record", "records"])
            leaf = self.leaves.get(number(erasure["record"]), {"kind": ""})
            need(erasure["records"] == as_text(self.erased.get(erasure["erasure"], ())) and leaf["kind"] == "erasure" and
                 leaf["about"].get("erasure") == erasure["erasure"], "coverage", "erasures")
            need("ranges" not in leaf["about"] or set(each(numbers(erasure["records"]))) <= set(each(numbers(leaf["about"]["ranges"]))),
                 "coverage", "erasures")
        need([number(e["record"]) for e in told["erasures"]] == sorted(number(e["record"]) for e in told["erasures"]), "coverage", "erasures")
        need([release["digest"] for release in told["releases"]] == sorted(self.named), "coverage", "releases")
        for release in told["releases"]:
            members("release", release, ["digest", "included"], ["record"])
            need(release["included"] == ("artefacts/" + release["digest"] in self.files), "coverage", "releases")
            if "record" in release:
                leaf = self.leaves.get(number(release["record"]), {"kind": ""})
                need(leaf["kind"] == "release" and leaf["about"].get("release") == release["digest"], "coverage", "releases")
        if self.counts["partly"] or self.counts["withheld"]:
            self.not_shown.append("what is withheld: %(withheld)d sections, and parts of %(partly)d" % self.counts)

    def check_proofs(self):
        found = set()
        for name, data in self.files.items():
            if not name.endswith(".tlog-proof"):
                continue
            seq = int(name[len("proofs/"):-len(".tlog-proof")])
            head, _, note = data.partition(b"\n\n")
            rows = head.decode("utf-8", "replace").split("\n")
            need(rows[:2] == ["c2sp.org/tlog-proof@v1", "index %d" % seq] and note == self.files["log/checkpoint"] and seq in self.inside, "proof", name)
            path = [unbase64(row, 32) for row in rows[2:]]
            need(included(self.hashes[seq], seq, self.size, path) == self.root, "proof", name)
            found.add(seq)
        need(found == (self.inside if "decision" in self.scope else set()), "proof", "not one for each record of the decision")

    def check_report(self):
        page, viewer = self.files["report.html"], members("viewer", self.manifest["viewer"], ["data", "sha256"])
        small = sum(int(file["size"]) for file in self.manifest["files"]) <= DATA_MAX
        need(viewer["data"] is small, "report", "with or without the files, otherwise than its size says")
        begin = page.find(BLOCK) + len(BLOCK)
        end = page.find(b"</script>", begin)
        need(begin >= len(BLOCK) and end >= 0, "report", "no data block")
        expected = b""
        if small:
            block = {}
            for name, data in self.files.items():
                if name == "report.html":
                    continue
                try:
                    block[name] = data.decode()
                except UnicodeDecodeError:
                    block[name] = {"base64": base64.b64encode(data).decode()}
            expected = canonical(block).replace("<", "\\u003c").encode()
        need(page[begin:end] == expected, "report", "its data are not the files")
        need(sha256(page[:begin], page[end:]).hex() == viewer["sha256"], "report", "not the page of the manifest")

    def check_held(self):
        if self.held is None or self.held[0] == self.size:
            return
        size, root = self.held
        known = None
        if self.old is not None and self.old[0] == size:
            known = self.old[1]
        elif self.all and self.all[0][0] == 0 and 0 < size <= self.all[0][1] + 1:
            known = root_of([(0, size - 1)], size, [], lambda seq: self.hashes[seq])
        if known is None:
            self.not_shown.append("whether this bundle's head and the one that you hold, over %d records, are of one log" % size)
        elif known != root:
            raise Fork("fork", "the log had another root over %d records" % size)

    def check_bounds(self):
        self.check_held()
        verdicts = {"integrity": "holds", "completeness": "not_shown", "authenticity": "holds" if self.pinned is not None else "not_shown"}
        if self.pinned is None:
            self.not_shown.append("that the keys are the log's own: no --key was given")
        self.not_shown.append("that the head over %d records is the newest" % self.size)
        if not any(name.startswith(("tsa/", "witness/")) for name in self.files):
            self.not_shown.append("that anybody outside of the bank saw the head")
        else:
            self.not_shown.append("what the time stamps and witnesses in it say")
        if "decision" in self.scope or not self.records:
            self.not_shown.append("that there are no further records")
            return verdicts
        first, last = self.records[0]
        need(first == 0 or first - 1 in self.leaves, "bounds", "the record before the range is missing")
        need(last + 1 == self.size or last + 1 in self.leaves, "bounds", "the record after the range is missing")
        begins = first == 0 or ("from" in self.scope and instant(self.leaves[first - 1]["time"]) < instant(self.scope["from"]))
        ends = last + 1 == self.size or ("to" in self.scope and instant(self.leaves[last + 1]["time"]) >= instant(self.scope["to"]))
        if begins and ends:
            verdicts["completeness"] = "holds"
        else:
            self.not_shown.append("that the range holds all records of the period")
        return verdicts


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--key", help="the log's verifier keys, from elsewhere: a file or the text")
    parser.add_argument("--checkpoint", help="a signed head that you kept")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        data = read(arguments.file)
        pinned = None
        if arguments.key:
            pinned = read_keys(read(arguments.key).decode() if os.path.exists(arguments.key) else arguments.key)
        held = read(arguments.checkpoint) if arguments.checkpoint else None
    except (OSError, UnicodeDecodeError, Broken) as error:
        print("verify_bundle: %s" % error, file=sys.stderr)
        return 3
    out, code = {"ok": True}, 0
    try:
        bundle = Bundle(data, pinned, held)
        out.update(bundle.verify(), not_shown=bundle.not_shown, records=bundle.scope["records"], size=str(bundle.size))
    except Broken as error:
        out, code = {"ok": False, "fork": isinstance(error, Fork), "code": error.code, "message": str(error)}, 5 if isinstance(error, Fork) else 4
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, struct.error) as error:
        out, code = {"ok": False, "fork": False, "code": "form", "message": "not in the form of the format: %r" % error}, 4
    if arguments.json:
        print(canonical(out))
    elif code:
        print("%s: %s (%s)" % ("FORK" if out["fork"] else "BROKEN", out["message"], out["code"]))
    else:
        for aspect in ("integrity", "completeness", "authenticity"):
            print("%-13s %s" % (aspect, out[aspect].replace("_", " ")))
        print("not shown")
        for text in out["not_shown"]:
            print("  " + text)
    return code


if __name__ == "__main__":
    sys.exit(main())
