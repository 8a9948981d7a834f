#!/usr/bin/env python3
"""Makes everything under Examples/ that is not a rubric: pictures, answers, release notes, and a recorded judge.

    python3 -m venv VENV && VENV/bin/pip install pillow && VENV/bin/python Examples/make_examples.py

The same script gives the same files. Texts live in texts.py, the judge's replies in replies.py.
"""

import json
import math
import random
import shutil
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from replies import REPLIES
from texts import ANSWERS, NOTES, PAIRS

FOLDER = Path(__file__).parent
SIZE = (320, 200)
FINE = 4  # drawn this much larger, then reduced: smooth edges


def harbour():
    """A lighthouse over a harbour: sky, hills, water and fine detail."""
    w, h = (side * FINE for side in SIZE)
    image = Image.new("RGB", (w, h))
    draw = ImageDraw.Draw(image)
    horizon = int(h * 0.62)
    for y in range(horizon):
        t = y / horizon
        draw.line((0, y, w, y), fill=(int(70 + 150 * t), int(120 + 80 * t), int(190 + 10 * t)))
    draw.ellipse((w * 0.68, h * 0.12, w * 0.68 + 34 * FINE, h * 0.12 + 34 * FINE), fill=(250, 226, 150))
    for depth, colour in ((0.10, (96, 116, 140)), (0.05, (60, 88, 84))):
        ridge = [
            (x, horizon - h * depth * (1.4 + math.sin(x / w * 9 + depth * 60) + 0.3 * math.sin(x / w * 37)))
            for x in range(0, w + 1, 8)
        ]
        draw.polygon([(0, horizon), *ridge, (w, horizon)], fill=colour)
    for y in range(horizon, h):
        t = (y - horizon) / (h - horizon)
        draw.line((0, y, w, y), fill=(int(46 - 20 * t), int(92 - 40 * t), int(128 - 50 * t)))
    waves = random.Random(7)
    for _ in range(420):
        x, y = waves.randrange(w), waves.randrange(horizon + 4, h)
        length = (y - horizon) // 3 + 12
        draw.line((x, y, x + length, y), fill=waves.choice([(150, 182, 200), (24, 60, 88), (196, 190, 150)]), width=3)
    x, top, foot = w * 0.2, h * 0.16, h * 0.66
    for stripe in range(6):
        y0, y1 = top + (foot - top) * stripe / 6, top + (foot - top) * (stripe + 1) / 6
        draw.polygon(
            [
                (x - 30 - stripe * 5, y0),
                (x + 30 + stripe * 5, y0),
                (x + 35 + stripe * 5, y1),
                (x - 35 - stripe * 5, y1),
            ],
            fill=(196, 44, 38) if stripe % 2 == 0 else (240, 236, 226),
        )
    draw.rectangle((x - 40, top - 60, x + 40, top), fill=(40, 40, 46))
    draw.rectangle((x - 26, top - 50, x + 26, top - 10), fill=(255, 240, 170))
    draw.polygon([(x - 48, top - 60), (x + 48, top - 60), (x, top - 110)], fill=(150, 30, 30))
    draw.polygon(
        [(x - 160, foot + 40), (x - 90, foot - 12), (x + 130, foot - 8), (x + 210, foot + 48)], fill=(84, 74, 66)
    )
    for boat, (bx, by) in enumerate(((0.52, 0.72), (0.74, 0.80), (0.88, 0.70))):
        bx, by, s = w * bx, h * by, 26 + 14 * boat
        draw.polygon(
            [(bx - 2 * s, by), (bx + 2 * s, by), (bx + 1.4 * s, by + s), (bx - 1.4 * s, by + s)], fill=(120, 52, 30)
        )
        draw.line((bx, by, bx, by - 4 * s), fill=(30, 26, 24), width=6)
        draw.polygon([(bx + 6, by - 4 * s), (bx + 6, by - s), (bx + 2 * s, by - s)], fill=(244, 240, 230))
    return image.resize(SIZE, Image.Resampling.LANCZOS)


def chart():
    """Rainfall by month: bars, grid and labels."""
    image = Image.new("RGB", SIZE, (222, 226, 232))
    draw = ImageDraw.Draw(image)
    draw.text((14, 8), "Rainfall by month, mm", fill=(20, 24, 32))
    for value in range(0, 101, 25):
        y = 176 - value * 1.4
        draw.line((36, y, 308, y), fill=(150, 156, 166))
        draw.text((10, y - 6), f"{value:3}", fill=(60, 64, 72))
    for month, value in enumerate((78, 61, 54, 42, 38, 31, 24, 29, 47, 66, 84, 92)):
        x = 42 + month * 22
        draw.rectangle((x, 176 - value * 1.4, x + 14, 176), fill=(36, 96, 168) if value != 24 else (214, 120, 32))
        draw.text((x + 4, 180), "JFMAMJJASOND"[month], fill=(40, 44, 52))
    return image


def badge():
    """A round sign on a transparent ground, as logos come."""
    w, h = (side * FINE for side in SIZE)
    image = Image.new("RGBA", (w, h), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((w / 2 - 360, h / 2 - 360, w / 2 + 360, h / 2 + 360), fill=(34, 96, 72, 255))
    draw.ellipse((w / 2 - 300, h / 2 - 300, w / 2 + 300, h / 2 + 300), outline=(240, 220, 150, 255), width=22)
    for i in range(12):
        a = i * math.pi / 6
        draw.line(
            (w / 2 + 90 * math.cos(a), h / 2 + 90 * math.sin(a), w / 2 + 250 * math.cos(a), h / 2 + 250 * math.sin(a)),
            fill=(240, 220, 150, 255),
            width=16,
        )
    return image.resize(SIZE, Image.Resampling.LANCZOS)


def hazy(image):
    """Almost no contrast, and the grain of a sensor at its limit."""
    flat = Image.blend(image, Image.new("RGB", SIZE, (150, 152, 156)), 0.9)
    grain = random.Random(11)
    pixels = bytearray(flat.tobytes())
    for at in range(0, len(pixels), 3):
        shift = round(grain.gauss(0, 1))
        pixels[at : at + 3] = (min(255, max(0, c + shift)) for c in pixels[at : at + 3])
    return Image.frombytes("RGB", SIZE, bytes(pixels))


def pictures():
    folder = fresh("images")
    good = harbour()
    for name, image in {
        "harbour": good,
        "chart": chart(),
        "badge": badge(),
        "harbour-blurred": good.filter(ImageFilter.GaussianBlur(3)),
        "harbour-overexposed": ImageEnhance.Brightness(good).enhance(3.4),
        "harbour-dark": ImageEnhance.Brightness(good).enhance(0.12),
        "harbour-hazy": hazy(good),
        "blank": Image.new("RGB", SIZE, (255, 255, 255)),
    }.items():
        image.save(folder / f"{name}.png", optimize=True)
    whole = (folder / "harbour.png").read_bytes()
    (folder / "harbour-cut-short.png").write_bytes(whole[: len(whole) * 6 // 10])


def fresh(name):
    shutil.rmtree(FOLDER / name, ignore_errors=True)
    (FOLDER / name).mkdir()
    return FOLDER / name


def lines(path, records):
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


def main():
    pictures()
    lines(FOLDER / "answers.jsonl", ANSWERS)
    notes = fresh("release-notes")
    for name, text in NOTES.items():
        (notes / name).write_text(text, encoding="utf-8")
    lines(FOLDER / "pairwise" / "items.jsonl", PAIRS)
    lines(
        FOLDER / "pairwise" / "replies.jsonl",
        [
            {
                "key": {"attempt": attempt, "item": item, "order": order, "sample": 0},
                "text": text,
                "finish": finish,
                "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": len(text) // 4},
            }
            for item, order, attempt, finish, prompt_tokens, text in REPLIES
        ],
    )


if __name__ == "__main__":
    main()
