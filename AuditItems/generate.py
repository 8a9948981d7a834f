#!/usr/bin/env python3
"""Writes the items that `cupel audit` takes when it is given none: pairs.jsonl, singles.jsonl, pictures.jsonl, sounds.jsonl.

    python3 AuditItems/generate.py

All of them are computed or drawn here, so that the gold verdicts are right by construction, and the same files come out each time.
"""

import base64
import json
import math
import pathlib
import random
import struct
import zlib

HERE = pathlib.Path(__file__).parent


def sums(rng):
    a, b, c = rng.randint(12, 89), rng.randint(12, 89), rng.randint(2, 9)
    right, wrong = (a + b) * c, a + b * c
    return {
        "question": f"A shelf holds {a} red and {b} green boxes, and there are {c} such shelves. How many boxes are there?",
        "answer": right, "alternative": wrong,
        "right": [f"One shelf holds {a} red and {b} green boxes.", f"That makes {a + b} boxes on a shelf.",
                  f"There are {c} shelves, so {a + b} is multiplied by {c}.", f"The answer is {right}."],
        "wrong": [f"There are {a} red boxes.", f"The green boxes are {b} times {c}, which is {b * c}.",
                  f"Together that is {a} and {b * c}.", f"The answer is {wrong}."],
        "why": f"({a} + {b}) × {c} = {right}", "against": f"{a} + {b} × {c} = {wrong}"}


def percentages(rng):
    base, share = rng.randrange(200, 2000, 20), rng.choice([5, 10, 15, 20, 25, 30, 40])
    right, wrong = base - base * share // 100, base * share // 100
    return {
        "question": f"A coat costs {base} crowns and is sold at {share}% off. What does it cost now, in crowns?",
        "answer": right, "alternative": wrong,
        "right": [f"{share}% of {base} is {base * share // 100}.", "That much is taken off the price.",
                  f"{base} less {base * share // 100} is {right}.", f"The coat costs {right} crowns now."],
        "wrong": [f"{share}% of {base} has to be worked out.", f"One hundredth of {base} is {base // 100 if base % 100 == 0 else base / 100:g}.",
                  f"Times {share} that is {wrong}.", f"The coat costs {wrong} crowns now."],
        "why": f"{base} − {share}% of {base} = {right}", "against": f"{share}% of {base} = {wrong}"}


def speeds(rng):
    speed, minutes = rng.choice([40, 50, 60, 80, 90, 100, 120, 140]), rng.choice([12, 15, 24, 30, 45, 75, 90, 150])
    right, wrong = speed * minutes / 60, speed * minutes / 100
    return {
        "question": f"A train goes {speed} km/h without a stop. How many kilometres does it go in {minutes} minutes?",
        "answer": f"{right:g}", "alternative": f"{wrong:g}",
        "right": [f"{minutes} minutes are {minutes / 60:g} hours.", "Distance is speed times time.",
                  f"{speed} times {minutes / 60:g} is {right:g}.", f"It goes {right:g} kilometres."],
        "wrong": [f"{minutes} minutes are written as {minutes / 100:g} hours.", "Distance is speed times time.",
                  f"{speed} times {minutes / 100:g} is {wrong:g}.", f"It goes {wrong:g} kilometres."],
        "why": f"{minutes} min = {minutes / 60:g} h, and {speed} × {minutes / 60:g} = {right:g}",
        "against": f"{speed} × {minutes / 100:g} = {wrong:g}"}


WORDS = ["letterhead", "blackberry", "committee", "parallelogram", "occurrence", "bookkeeper", "mississippi", "balloonist",
         "successful", "possession", "needlework", "greenhouse", "remember", "banana", "address", "millennium", "tomorrow", "cinnamon"]


def letters(rng):
    word = rng.choice(WORDS)
    letter = rng.choice(sorted(set(word)))
    right = word.count(letter)
    wrong = right + rng.choice([1, 2]) if right < 2 else right - 1
    spelt = ", ".join(word)
    return {
        "question": f"How often does the letter {letter!r} occur in the word {word!r}?", "answer": right, "alternative": wrong,
        "right": [f"Spelt out, the word is {spelt}.", f"Each letter is held against {letter!r}.",
                  f"It fits {right} time{'s' if right != 1 else ''}.", f"The answer is {right}."],
        "wrong": [f"The word {word!r} has {len(word)} letters.", f"The sound of {letter!r} is heard in it.",
                  f"It is heard {wrong} time{'s' if wrong != 1 else ''}.", f"The answer is {wrong}."],
        "why": f"{spelt}: {right} times {letter!r}", "against": f"{word!r} has {wrong} times {letter!r}"}


def orders(rng):
    names = rng.sample(["Ada", "Ben", "Cleo", "Dario", "Edda", "Femi", "Gita", "Hugo", "Ines", "Jonas"], 4)
    right, wrong = names[2], names[1]
    facts = [f"{names[i]} is older than {names[i + 1]}." for i in range(3)]
    rng.shuffle(facts)
    return {
        "question": f"{' '.join(facts)} Who is the second youngest?", "answer": right, "alternative": wrong,
        "right": [f"From oldest to youngest they are {', '.join(names)}.", f"The youngest is {names[3]}.",
                  "The second youngest comes just before.", f"That is {right}."],
        "wrong": [f"{names[0]} is older than {names[1]}.", f"{names[1]} is younger than one and older than another.",
                  "So there is one person on the far side.", f"That is {wrong}."],
        "why": f"oldest to youngest: {', '.join(names)}", "against": f"{wrong} is younger than {names[0]}, and hence second youngest"}


def weekdays(rng):
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    start, ahead = rng.randrange(7), rng.randint(9, 60)
    right, wrong = days[(start + ahead) % 7], days[(start + ahead + rng.choice([1, 6])) % 7]
    return {
        "question": f"Today is {days[start]}. Which day of the week is it {ahead} days from now?", "answer": right, "alternative": wrong,
        "right": [f"Every 7 days the weekday is the same.", f"{ahead} days are {ahead // 7} weeks and {ahead % 7} days.",
                  f"So it is {ahead % 7} days after {days[start]}.", f"That is {right}."],
        "wrong": [f"Every 7 days the weekday is the same.", f"{ahead} days are about {round(ahead / 7)} weeks.",
                  f"The days that are left are counted from {days[start]}.", f"That is {wrong}."],
        "why": f"{ahead} mod 7 = {ahead % 7}, and {ahead % 7} days after {days[start]} is {right}",
        "against": f"{ahead} days after {days[start]} is {wrong}"}


def code(rng):
    start, stop, step = rng.randint(0, 5), rng.randint(12, 40), rng.randint(2, 6)
    values = list(range(start, stop, step))
    right, wrong = sum(values), sum(values) + (values[-1] + step)
    return {
        "question": f"What does this Python program print?\n\nprint(sum(range({start}, {stop}, {step})))", "answer": right, "alternative": wrong,
        "right": [f"range({start}, {stop}, {step}) gives {', '.join(map(str, values))}.", f"The end, {stop}, is not among them.",
                  "sum adds these up.", f"The program prints {right}."],
        "wrong": [f"range({start}, {stop}, {step}) begins at {start}.", f"It goes on in steps of {step} until it has reached {stop} or gone past it.",
                  f"The last number is {values[-1] + step}.", f"The program prints {wrong}."],
        "why": f"{' + '.join(map(str, values))} = {right}", "against": f"the numbers end at {values[-1] + step}, and add up to {wrong}"}


def areas(rng):
    w, h = rng.randint(4, 30), rng.randint(4, 30)
    right, wrong = w * h, 2 * (w + h)
    if right == wrong:
        return areas(rng)
    return {
        "question": f"A garden is {w} metres long and {h} metres wide. What is its area in square metres?", "answer": right, "alternative": wrong,
        "right": ["The garden is a rectangle.", "The area of a rectangle is its length times its width.",
                  f"{w} times {h} is {right}.", f"Its area is {right} square metres."],
        "wrong": ["The garden is a rectangle.", "All of its sides are added up.",
                  f"{w}, {h}, {w} and {h} are {wrong}.", f"Its area is {wrong} square metres."],
        "why": f"{w} m × {h} m = {right} m²", "against": f"2 × ({w} + {h}) = {wrong}"}


FAMILIES = [sums, percentages, speeds, letters, orders, weekdays, code, areas]


def questions(count, seed):
    rng = random.Random(seed)
    seen, made = set(), []
    while len(made) < count:
        family = FAMILIES[len(made) % len(FAMILIES)]
        item = family(rng)
        if item["question"] in seen or str(item["answer"]) == str(item["alternative"]):
            continue
        seen.add(item["question"])
        made.append((family.__name__, item))
    return made


def evidence(item):
    return {"answer": str(item["answer"]), "alternative": str(item["alternative"]), "evidence_for": {"text": item["why"], "source": "The working, checked by computation"},
            "evidence_against": {"text": item["against"], "source": "An answer key that was handed out with the exercise"}}


def pairs(count):
    for number, (family, item) in enumerate(questions(count, 20250601)):
        # The right response stands first as often as second, in every family.
        winner = number // len(FAMILIES) % 2
        both = [" ".join(item["right"]), " ".join(item["wrong"])]
        yield {"id": f"{family}-{number:03}", "prompt": item["question"], "responses": both if winner == 0 else both[::-1],
               "gold": {"winner": winner}, **evidence(item)}


def singles(count):
    for number, (family, item) in enumerate(questions(count, 20250602)):
        passes = number // len(FAMILIES) % 2 == 0
        yield {"id": f"single-{family}-{number:03}", "prompt": item["question"], "response": " ".join(item["right" if passes else "wrong"]),
               "reference": str(item["answer"]), "gold": {"pass": passes},
               **evidence(item)}


COLOURS = {"red": (205, 40, 40), "green": (40, 150, 60), "blue": (40, 80, 200), "orange": (235, 140, 30), "black": (20, 20, 20)}
SIZE = 96


def drawn(rng):
    """Shapes in a grid, none of which touches another: what is counted is certain."""
    pixels = bytearray([250] * (3 * SIZE * SIZE))
    cells = rng.sample(range(16), rng.randint(3, 9))
    shapes = []
    for cell in cells:
        shape, colour = rng.choice(["circle", "square"]), rng.choice(list(COLOURS))
        cx, cy = cell % 4 * 24 + 12, cell // 4 * 24 + 12
        for y in range(cy - 9, cy + 10):
            for x in range(cx - 9, cx + 10):
                if shape == "square" or (x - cx) ** 2 + (y - cy) ** 2 <= 81:
                    at = 3 * (y * SIZE + x)
                    pixels[at:at + 3] = bytes(COLOURS[colour])
        shapes.append((shape, colour))
    return bytes(pixels), shapes


def png(pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[3 * SIZE * y:3 * SIZE * (y + 1)] for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def pictures(count):
    rng = random.Random(20250603)
    for number in range(count):
        pixels, shapes = drawn(rng)
        if number % 2 == 0:
            shape = rng.choice(["circle", "square"])
            right = sum(s == shape for s, _ in shapes)
            question, seen = f"How many {shape}s does the picture show?", f"I counted the {shape}s in the picture one by one."
        else:
            colour = rng.choice([c for _, c in shapes])
            right = sum(c == colour for _, c in shapes)
            question, seen = f"How many shapes in the picture are {colour}?", f"I looked for {colour} shapes in the picture."
        passes = number // 2 % 2 == 0
        said = right if passes else right + rng.choice([1, 2])
        url = "data:image/png;base64," + base64.b64encode(png(pixels)).decode()
        yield {"id": f"picture-{number:03}", "prompt": [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": question}],
               "response": f"{seen} There are no others. The answer is {said}.", "gold": {"pass": passes},
               "answer": str(right), "alternative": str(said if not passes else right + 1)}


RATE = 4000


def wave(tones):
    """Tones of a fifth of a second with as much silence between them, as a RIFF file of 8-bit mono."""
    samples = bytearray([128] * (RATE // 10))
    for pitch in tones:
        for at in range(RATE // 5):
            fade = min(1, at / 80, (RATE // 5 - at) / 80)
            samples.append(128 + round(90 * fade * math.sin(2 * math.pi * pitch * at / RATE)))
        samples += bytes([128] * (RATE // 5))
    header = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE, 1, 8)
    body = b"WAVE" + header + struct.pack("<4sI", b"data", len(samples)) + bytes(samples)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def sounds(count):
    rng = random.Random(20250604)
    low, high = 300, 900
    for number in range(count):
        tones = [rng.choice([low, high]) for _ in range(rng.randint(2, 5))]
        if number % 2 == 0:
            right, question, heard = len(tones), "How many tones are there in the sound?", "I counted the tones in the sound one by one."
        else:
            right, question, heard = tones.count(high), "How many of the tones in the sound are high?", "I listened for the high tones."
        alternative = right + rng.choice([1, 2])
        passes = number // 2 % 2 == 0
        audio = base64.b64encode(wave(tones)).decode()
        yield {"id": f"sound-{number:03}",
               "prompt": [{"type": "input_audio", "input_audio": {"data": audio, "format": "wav"}}, {"type": "text", "text": question}],
               "response": f"{heard} There are no others. The answer is {right if passes else alternative}.", "gold": {"pass": passes},
               "answer": str(right), "alternative": str(alternative)}


def write(name, items):
    lines = [json.dumps(item, ensure_ascii=False) for item in items]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(name, len(lines))


if __name__ == "__main__":
    write("pairs.jsonl", pairs(240))
    write("singles.jsonl", singles(160))
    write("pictures.jsonl", pictures(60))
    write("sounds.jsonl", sounds(40))
