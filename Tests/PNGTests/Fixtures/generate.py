#!/usr/bin/env python3
"""Writes files/*.png and cases.json: what the png plugin must make of each file, right or wrong.

    python3 -m venv VENV && VENV/bin/pip install pillow && VENV/bin/python Tests/PNGTests/Fixtures/generate.py

Expected pixels come from png_reference.py, which knows neither libpng nor the plugin; where Pillow means the same by a
file (nothing is lost) it has to agree. Expected errors are written down here with computed byte offsets.
"""

import json
import shutil

import broken
import intact
from cases import CASES, FOLDER, WRITTEN


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for part in intact.PARTS + broken.PARTS:
        part()
    names = [case["name"] for case in CASES]
    if len(set(names)) != len(names):
        raise SystemExit("two cases share a name")
    lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in CASES)
    (FOLDER.parent / "cases.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(CASES)} cases, {len(WRITTEN)} files, {sum(map(len, WRITTEN.values()))} bytes")


if __name__ == "__main__":
    main()
