#!/usr/bin/env python3
"""Writes digests.jsonl and seeds.jsonl beside itself: SHA-256 by Python's hashlib (OpenSSL).

The seed of some parts is the first 8 bytes, big-endian, of the digest over each part's UTF-8 text after its length in
bytes and a colon. The values are pinned: a change would give every judgment ever made another seed.
"""
import hashlib
import json
from pathlib import Path

FIXTURES = Path(__file__).parent

# FIPS 180-4 and NIST example texts, the lengths around a block's padding, and text beyond ASCII.
TEXTS = [
    ("", 1),
    ("abc", 1),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1),
    ("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 1),
    ("a", 55), ("a", 56), ("a", 63), ("a", 64), ("a", 65), ("a", 1_000_000),
    ("é", 1),
    ("e\u0301", 1),
    ("日本語 😀", 3),
]

SEEDS = [
    [], [""], ["", ""], ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ["2:ab1:c"], ["1:", "a"], ["1", ":a"],
    ["sample", "7", "q1", "0", "0,1"], ["sample", "7", "q1", "0", "1,0"], ["sample", "7", "q1", "1", "0,1"],
    ["sample", "0", "q1", "0", "0,1"], ["fence", "7", "q1", "0"], ["é"], ["e\u0301"], ["x", "y"],
]


def seed(parts):
    text = b"".join(b"%d:%s" % (len(part.encode()), part.encode()) for part in parts)
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")


def write(name, rows):
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (FIXTURES / name).write_text("".join(lines), encoding="utf-8")


write("digests.jsonl", [
    {"name": f"{text[:8]!r} × {times}", "text": text, "times": times,
     "sha256": "sha256:" + hashlib.sha256((text * times).encode()).hexdigest()}
    for text, times in TEXTS
])
# As text: half of all seeds are beyond a signed 64-bit integer, the largest that JSON here holds.
write("seeds.jsonl", [{"name": str(parts), "parts": parts, "seed": str(seed(parts))} for parts in SEEDS])
