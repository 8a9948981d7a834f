#!/usr/bin/env python3
"""Makes files/ and cases.json: pictures with Pillow, video and sound with the ffmpeg program, and what they hold as ffmpeg and
Pillow see it. Needs ffmpeg 5.1 (Debian 12), Pillow 13 and numpy; twice run it makes the same.

    python3 generate.py
"""

import pathlib
import shutil

import pictures
import sounds
import videos
from tools import FILES, write_cases

if __name__ == "__main__":
    shutil.rmtree(FILES, ignore_errors=True)
    FILES.mkdir()
    write_cases("pictures", pictures.cases())
    write_cases("videos", videos.cases())
    write_cases("sounds", sounds.cases())
    total = sum(file.stat().st_size for file in pathlib.Path(FILES).iterdir())
    print(f"{len(list(FILES.iterdir()))} files, {total} bytes")
