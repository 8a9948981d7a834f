#!/usr/bin/env python3
"""Writes the tables of cases that ChecksTests reads: inputs, and the values that the usual Python implementations give.

    python3 -m venv venv
    venv/bin/pip install rouge-score==0.1.2 sacrebleu==2.6.0 rapidfuzz==3.14.6 scikit-image==0.26.0 imagehash==4.3.2 \
        pillow==13.0.0 jsonschema==4.26.0 orjson==3.13.0 nltk==3.10.4
    venv/bin/python Tests/ChecksTests/generate.py

The same packages give the same files. Hand-written tables (numbers.json, choices.json) are not touched.
"""

import base64
import collections
import json
import math
import pathlib
import random
import re
import string

import imagehash
import numpy
import orjson
import rapidfuzz.distance
import rapidfuzz.fuzz
import sacrebleu
import scipy.ndimage
from jsonschema import Draft202012Validator
from nltk.stem.porter import PorterStemmer
from PIL import Image
from rouge_score import rouge_scorer
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from schema_cases import SCHEMA_CASES

FIXTURES = pathlib.Path(__file__).parent / "Fixtures"


def write(name, cases):
    """One line for each pair of texts, with all the checks of it and their values."""
    groups = {}
    for case in cases:
        key = (case["response"], case.get("reference"))
        groups.setdefault(key, []).append([case["check"], case["value"]])
    lines = [
        json.dumps({"response": response, "reference": reference, "checks": checks})
        for (response, reference), checks in groups.items()
    ]
    (FIXTURES / name).write_text("[\n" + ",\n".join(lines) + "\n]\n")


# --- similarity -----------------------------------------------------------------------------------------------------

PAIRS = [
    ("the cat sat on the mat", "the cat is on the mat"),
    ("The quick brown fox jumps over the lazy dog.", "A quick brown dog jumps over the lazy fox!"),
    ("", ""),
    ("", "something"),
    ("something", ""),
    ("   \n\t ", "x"),
    ("same", "same"),
    ("Same, same; but different.", "same same but different"),
    ("the the the the", "the"),
    ("a an the", "the a"),
    ("Running runners ran easily; generalizations are relational and conditional.",
     "A runner runs with ease: generalization is the relation and the condition."),
    ("It costs $1,234.56, i.e. 12.5% more than 1,000-2,000 (approx.)!", "It costs 1,234.56 dollars - 12.5 % more than 1,000 - 2,000."),
    ("He said: \"Don't!\" -- and left...", "He said 'Don't' and left ."),
    ("Tom &amp; Jerry &lt;3 &quot;cheese&quot; <skipped> end-\nof line", "Tom & Jerry <3 \"cheese\" end of line"),
    ("naïve café déjà-vu", "naive cafe deja vu"),
    ("Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich", "Zwölf Boxer jagen Viktor über den Sylter Deich"),
    ("Быстрая лиса прыгает через ленивую собаку", "Быстрая рыжая лиса перепрыгнула через собаку"),
    ("我喜欢吃苹果。", "我喜欢吃红苹果!"),
    ("東京は日本の首都です", "日本の首都は東京です"),
    ("emoji 😀😃 test 👩‍👩‍👧", "emoji 😃😀 test"),
    ("ΟΔΥΣΣΕΥΣ ΣΟΦΟΣ", "οδυσσευς σοφος"),
    ("\u0130stanbul \u212aelvin A\u00c5", "istanbul kelvin a\u00e5"),
    ("word\u00a0with\u2003odd\u3000spaces\u2028here\u0085end", "word with odd spaces here end"),
    ("tabs\tand\x1cseparators\x1dhere\x1f.", "tabs and separators here ."),
    ("under_score __init__ x_1", "under score init x 1"),
    ("\u0661\u0662\u0663 \u00bd \u00b2 the \u4e00 a", "\u0661\u0662\u0663 the"),
    ("3.14 .5 5. 1,2,3 -1 1-2 a-b 2-c", "3.14 0.5 5 1,2,3 -1 1 - 2 a-b"),
    ("...,,,---", ". , -"),
    ("state-of-the-art state-of-the-art state-of-the-art", "state of the art"),
    ("A.B.C. e.g. U.S.A., etc.", "ABC eg USA etc"),
    ("line one\nline two\nline three", "line one\nline 2\nline three\n"),
    ("x" * 63, "x" * 64),
    ("x" * 64, "x" * 65),
    ("ab" * 100, "ba" * 100),
    ("z" + "ab" * 70 + "y", "y" + "ba" * 70 + "z"),
    ("<think>reason</think><answer>42</answer>", "42"),
    ("{\"a\": [1, 2, {\"b\": null}]}", "{\"a\": [1, 2, {\"b\": 3}]}"),
    ("don't can't won't it's", "do not can not will not it is"),
    ("The The THE the", "THE"),
    ("(hi) [there] {you} «quoted» “curly”", "hi there you quoted curly"),
]


def random_pairs():
    rng = random.Random(20240521)
    words = "the a of to and cat dog sat ran red blue big small 3.5 1,000 don't Zürich naïve 日本 , . ! - ( ) relational".split()
    pairs = []
    for _ in range(60):
        left = [rng.choice(words) for _ in range(rng.randrange(1, 90))]
        right = [w for w in left if rng.random() < 0.7]
        for _ in range(rng.randrange(6)):
            right.insert(rng.randrange(len(right) + 1), rng.choice(words))
        pairs.append((" ".join(left), " ".join(right)))
    return pairs


# The SQuAD 2.0 evaluation script, as published.
def normalize_answer(s):
    def remove_articles(text):
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    exclude = set(string.punctuation)
    no_punctuation = "".join(ch for ch in s.lower() if ch not in exclude)
    return " ".join(remove_articles(no_punctuation).split())


def compute_f1(a_gold, a_pred):
    gold_toks, pred_toks = normalize_answer(a_gold).split(), normalize_answer(a_pred).split()
    common = collections.Counter(gold_toks) & collections.Counter(pred_toks)
    num_same = sum(common.values())
    if len(gold_toks) == 0 or len(pred_toks) == 0:
        return int(gold_toks == pred_toks)
    if num_same == 0:
        return 0
    precision, recall = num_same / len(pred_toks), num_same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


def similarity():
    plain = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"])
    stemmed = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    cases = []

    def add(check, response, reference, value):
        cases.append({"check": check, "response": response, "reference": reference, "value": value})

    for response, reference in PAIRS + random_pairs():
        for scorer, options in ((plain, {}), (stemmed, {"stemmer": True})):
            scores = scorer.score(reference, response)
            for name, key in (("rouge_1", "rouge1"), ("rouge_2", "rouge2"), ("rouge_l", "rougeL")):
                add({name: "$reference", **options}, response, reference, scores[key].fmeasure)
        scores = plain.score(reference, response)
        add({"rouge_l": "$reference", "measure": "precision"}, response, reference, scores["rougeL"].precision)
        add({"rouge_2": "$reference", "measure": "recall"}, response, reference, scores["rouge2"].recall)
        add({"exact_match": "$reference"}, response, reference,
            int(normalize_answer(response) == normalize_answer(reference)))
        add({"token_f1": "$reference"}, response, reference, compute_f1(reference, response))
        add({"bleu": "$reference"}, response, reference, sacrebleu.sentence_bleu(response, [reference]).score)
        add({"bleu": "$reference", "lowercase": True}, response, reference,
            sacrebleu.sentence_bleu(response, [reference], lowercase=True).score)
        add({"chrf": "$reference"}, response, reference, sacrebleu.sentence_chrf(response, [reference]).score)
        add({"chrf": "$reference", "word_order": 2}, response, reference,
            sacrebleu.sentence_chrf(response, [reference], word_order=2).score)
        add({"edit_ratio": "$reference"}, response, reference,
            rapidfuzz.distance.Levenshtein.normalized_similarity(response, reference))
        add({"edit_ratio": "$reference", "distance": "indel"}, response, reference,
            rapidfuzz.distance.Indel.normalized_similarity(response, reference))
    write("similarity.json", cases)


def porter():
    rng = random.Random(7)
    words = """caresses ponies ties caress cats feed agreed plastered bled motoring sing conflated troubled sized hopping
    tanned falling hissing fizzed failing filing happy sky relational conditional rational valenci hesitanci digitizer
    conformabli radicalli differentli vileli analogousli vietnamization predication operator feudalism decisiveness
    hopefulness callousness formaliti sensitiviti sensibiliti triplicate formative formalize electriciti electrical hopeful
    goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent
    adoption homologou communism activate angulariti homologous effective bowdlerize probate rate cease controll roll skies
    dying lying tying news innings inning outings outing cannings canning howe proceed exceed succeed died spied flies dies
    enjoy enjoyment spy fly try tried geology archaeology theology analogically fulli gracefulli alli ball balli yyyy yyyyed
    syzygy toys played playing eed weed agreedness sses iies ss sss aing being seeing oed used abed ion lion nation
    generalization relational2 abc123 1234 12ing ioning ational tional x1es eeee aaaa ying sying bying ied lied zied""".split()
    pieces = "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize ation ness ful logi alli eli " \
             "bli ing ed s es ies y e ll tt at bl iz str qu a o u ie ab con ter n m p r".split()
    words += ["".join(rng.choice(pieces) for _ in range(rng.randrange(2, 6))) for _ in range(1500)]
    stemmer = PorterStemmer()
    unique = list(dict.fromkeys(words))
    (FIXTURES / "porter.json").write_text(json.dumps({w: stemmer.stem(w) for w in unique}, indent=0) + "\n")


# --- text -----------------------------------------------------------------------------------------------------------

TEXTS = [text for pair in PAIRS for text in pair] + [
    "One. Two! Three? Four… five", "He said \"Stop.\" Then left.", "No end", "3.14 is pi. e.g. this", "\n\n\n",
    "First line\nSecond line\n\nThird.", "你好。再见！好吗？", "Wait... what?! (Really.) Yes.", "a b c a b c a b c",
    "spam " * 40, "one two three four five six seven eight nine ten", "Dr. Who?", ". . .", "end.\u00a0Next",
]

PATTERNS = [
    (r"\d+|one", []), (r"^the\b", ["ignore_case"]), (r"\bcat\b.*\bmat\b", []), (r"\w+-\w+-\w+", []), (r"(?m)^line 2$", []),
    (r"^line two$", ["multiline"]), (r"one.line", ["dotall"]), (r"(\w)\1", []), (r"(?<=\$)\d", []), (r"[^\x00-\x7f]", []),
    (r"^\s*$", []), (r"\bна\b|через", []), (r"(?P<x>ab)+$", []), (r"\d\d\d", []), (r"(?i)straße|GROSSEN|GROßEN", []),
    (r" fox  # the animal", ["verbose"]), (r"^.{5,10}$", []), (r"(a|b)+?z", []), (r"[\[a-z]+", []),
]

TAGS = [
    "<think>a</think><answer>b</answer>", " <think>a</think>\n<answer>b</answer>\n", "<think></think><answer>b</answer>",
    "<answer>b</answer><think>a</think>", "<think>a<answer>b</answer>", "x<think>a</think><answer>b</answer>",
    "<think>a</think>x<answer>b</answer>", "<think>a</think><answer>b</answer>x", "<think>a</think><answer>b</answer><answer>c</answer>",
    "<think><think>a</think><answer>b</answer>", "<think>a</think><answer> \n</answer>", "", "no tags", "</think><answer>b</answer>",
    "<think>a <answer>b</answer></think>", "<think>line\nline</think><answer>multi\nline</answer>", "<THINK>a</THINK><answer>b</answer>",
]


def tags_match(text):
    if any(text.count(tag) != 1 for tag in ("<think>", "</think>", "<answer>", "</answer>")):
        return 0
    match = re.fullmatch(r"\s*<think>(.*?)</think>\s*<answer>(.*?)</answer>\s*", text, re.DOTALL)
    return int(bool(match and match[1].strip() and match[2].strip()))


def sentence_count(text):
    pieces = re.split(r"(?<=[.!?…])[\"'”’)\]»]*\s+|[。！？]|\n+", text)
    return sum(1 for piece in pieces if re.search(r"\w", piece))


def repetition(text, n):
    words = text.lower().split()
    ngrams = [tuple(words[i:i + n]) for i in range(len(words) - n + 1)]
    return 1 - len(set(ngrams)) / len(ngrams) if ngrams else 0


def text():
    cases = []

    def add(check, response, value, reference=None):
        case = {"check": check, "response": response, "value": value}
        if reference is not None:
            case["reference"] = reference
        cases.append(case)

    free = {"range": [0, 1]}
    for response in TEXTS:
        add({"word_count": True, **free}, response, len(response.split()))
        add({"character_count": True, **free}, response, len(response))
        add({"sentence_count": True, **free}, response, sentence_count(response))
        add({"line_count": True, **free}, response, response.count("\n") + (not response.endswith("\n") and response != ""))
        add({"repetition": True}, response, repetition(response, 3))
        add({"repetition": True, "n": 1}, response, repetition(response, 1))
        for pattern, flags in PATTERNS:
            bits = {"ignore_case": re.I, "multiline": re.M, "dotall": re.S, "verbose": re.X}
            compiled = re.compile(pattern, sum(bits[flag] for flag in flags))
            add({"regex": pattern, "flags": flags}, response, int(bool(compiled.search(response))))
            add({"regex": pattern, "flags": flags, "match": "full"}, response, int(bool(compiled.fullmatch(response))))
    for response in TAGS:
        add({"tags": ["think", "answer"]}, response, tags_match(response))
    for response, reference in PAIRS:
        add({"equals": "$reference"}, response, int(response == reference), reference)
        add({"equals": "$reference", "ignore": ["case"]}, response, int(response.lower() == reference.lower()), reference)
        add({"equals": "$reference", "ignore": ["whitespace"]}, response,
            int(" ".join(response.split()) == " ".join(reference.split())), reference)
        add({"equals": "$reference", "ignore": ["case", "punctuation", "articles", "whitespace"]}, response,
            int(normalize_answer(response) == normalize_answer(reference)), reference)
        if reference:
            add({"contains": "$reference"}, response, int(reference in response), reference)
            add({"contains": "$reference", "ignore": ["case"]}, response, int(reference.lower() in response.lower()), reference)
    write("text.json", cases)


JSON_TEXTS = [
    "{}", "[]", "null", "true", "false", "0", "-0", "1.5e10", "\"a\"", " [1, 2 , 3]\n", "{\"a\":{\"b\":[{}]}}", "", " ", "{", "[1,]", "{\"a\":1,}",
    "{a:1}", "{'a':1}", "[1 2]", "01", "1.", ".5", "+1", "1e", "1e+", "--1", "NaN", "Infinity", "-Infinity", "nul", "nulls", "truefalse",
    "\"\\u00e9\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\\x\"", "\"a\nb\"", "\"tab\there\"", "\"unterminated",
    "\"\\u12\"", "\"\\u0000\"", "[[[[[[]]]]]]", "[[[]]", "[]]", "{}{}", "1 2", "// c\n1", "[1, /* c */ 2]", "\ufeff{}", "{\"a\":1,\"a\":2}",
    "{\"a\" 1}", "{\"a\":}", "{1:2}", "[\"\u00e9\u4e2d\U0001f600\"]", "\u00a01", "123456789012345678901234567890", "-", "[-]", "{\"\":0}", "\"\x7f\"",
    "Here is the JSON: {}", "```json\n{}\n```", "[" * 100 + "]" * 100,
]


def json_syntax():
    cases = []
    for value in JSON_TEXTS:
        try:
            orjson.loads(value)
            valid = True
        except orjson.JSONDecodeError:
            valid = False
        cases.append({"check": {"json": True}, "response": value, "value": int(valid)})
    write("json_syntax.json", cases)


def json_schema():
    cases = []
    for schema, instances in SCHEMA_CASES:
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for instance in instances:
            cases.append({"schema": schema, "instance": instance, "valid": validator.is_valid(instance)})
    lines = ",\n".join(json.dumps(case) for case in cases)
    (FIXTURES / "json_schema.json").write_text("[\n" + lines + "\n]\n")


# --- images ---------------------------------------------------------------------------------------------------------

def pictures():
    rng = numpy.random.default_rng(5)
    y, x = numpy.mgrid[0:40, 0:56]
    gradient = numpy.stack([x * 255 // 55, y * 255 // 39, (x + y) * 255 // 94], axis=-1).astype(numpy.uint8)
    noise = rng.integers(0, 256, (40, 56, 3), dtype=numpy.uint8)
    mixed = numpy.clip(gradient.astype(int) + rng.integers(-30, 31, gradient.shape), 0, 255).astype(numpy.uint8)
    board = numpy.where(((x // 8 + y // 8) % 2 == 0)[..., None], 255, 0).astype(numpy.uint8).repeat(3, axis=2)
    blobs = (127 + 120 * numpy.sin(x / 5)[..., None] * numpy.cos(y / 7)[..., None] * numpy.array([1, 0.6, -0.8])).astype(numpy.uint8)
    almost = gradient.copy()
    almost[20, 20] += 1
    return {
        "gradient": gradient, "noise": noise, "mixed": mixed, "board": board, "blobs": blobs, "almost": almost,
        "black": numpy.zeros((40, 56, 3), numpy.uint8), "white": numpy.full((40, 56, 3), 255, numpy.uint8),
        "grey": numpy.full((40, 56, 3), 119, numpy.uint8), "tiny": noise[:1, :1], "row": noise[:1, :9], "column": noise[:9, :1],
        "small": noise[:7, :7], "wide": blobs[:9, :], "large": numpy.tile(mixed, (2, 3, 1))[:77, :130],
    }


def image_values(rgb):
    image = Image.fromarray(rgb)
    grey = numpy.asarray(image.convert("L")).astype(float)
    r, g, b = (rgb[..., i].astype(float) for i in range(3))
    rg, yb = r - g, 0.5 * (r + g) - b
    return {
        "sharpness": scipy.ndimage.laplace(grey, mode="mirror").var(),
        "exposure": grey.mean() / 255,
        "contrast": grey.std() / 255,
        "colourfulness": math.sqrt(rg.var() + yb.var()) + 0.3 * math.sqrt(rg.mean() ** 2 + yb.mean() ** 2),
        "blank": int(max(rgb[..., i].max().astype(int) - rgb[..., i].min() for i in range(3))),
        "dimensions": rgb.shape[0] * rgb.shape[1],
    }


def pair_values(a, b):
    left, right = Image.fromarray(a), Image.fromarray(b)
    values = {
        "phash": int(imagehash.phash(left) - imagehash.phash(right)),
        "dhash": int(imagehash.dhash(left) - imagehash.dhash(right)),
    }
    if a.shape == b.shape:
        with numpy.errstate(divide="ignore"):
            psnr = peak_signal_noise_ratio(b, a, data_range=255)
        values["psnr"] = 200.0 if math.isinf(psnr) else psnr
        if min(a.shape[:2]) >= 7:
            values["ssim"] = structural_similarity(a, b, channel_axis=-1, data_range=255)
            grey = [numpy.asarray(image.convert("L")) for image in (left, right)]
            values["ssim_grey"] = structural_similarity(*grey, data_range=255)
        if min(a.shape[:2]) >= 11:
            values["ssim_gaussian"] = structural_similarity(
                a, b, channel_axis=-1, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    return values


def images():
    named = pictures()
    table = {
        "pictures": {
            name: {"width": rgb.shape[1], "height": rgb.shape[0], "rgb": base64.b64encode(rgb.tobytes()).decode()}
            for name, rgb in named.items()
        },
        "single": {name: image_values(rgb) for name, rgb in named.items()},
        "pairs": [
            {"response": a, "reference": b, "values": pair_values(named[a], named[b])}
            for a in named for b in named
            if a <= b
        ],
    }
    (FIXTURES / "images.json").write_text(json.dumps(table, indent=0) + "\n")


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    similarity()
    porter()
    text()
    json_syntax()
    json_schema()
    images()
