"""The texts of the examples: answers against references, release notes, pairs of responses."""

ANSWERS = [
    {"id": "capital", "prompt": "What is the capital of Australia?", "response": "Canberra", "reference": "Canberra"},
    {
        "id": "capital-wrong",
        "prompt": "What is the capital of Australia?",
        "response": "Sydney",
        "reference": "Canberra",
    },
    {
        "id": "photosynthesis",
        "prompt": "What do plants make sugar from?",
        "response": "From carbon dioxide and water, with the energy of light.",
        "reference": "Carbon dioxide and water, using the energy of light",
    },
    {
        "id": "tides",
        "prompt": "What causes the tides?",
        "response": "<think>The reference frame matters, but the short answer is gravity.</think>\n"
        "The gravity of the Moon and, less, of the Sun.",
        "reference": "The gravity of the Moon and the Sun",
    },
    {
        "id": "tides-vague",
        "prompt": "What causes the tides?",
        "response": "Several things that have to do with the sea.",
        "reference": "The gravity of the Moon and the Sun",
    },
    {
        "id": "refusal",
        "prompt": "Who wrote 'Middlemarch'?",
        "response": "As an AI language model, I cannot give information about authors.",
        "reference": "George Eliot",
    },
    {
        "id": "author",
        "prompt": "Who wrote 'Middlemarch'?",
        "response": "George Eliot (Mary Ann Evans) wrote it.",
        "reference": "George Eliot",
    },
    {
        "id": "looping",
        "prompt": "Name the three primary colours of light.",
        "response": "Red, green and blue. " * 12,
        "reference": "Red, green and blue",
    },
    {
        "id": "empty",
        "prompt": "What is the boiling point of water at sea level?",
        "response": "",
        "reference": "100 °C",
    },
]

NOTES = {
    "2.4.0.md": """# 2.4.0 (2025-03-11)

## Added
- `export --format csv` writes the table that is on screen, in its order (#412).

## Changed
- Dates without a time zone are read as UTC. They were read as local time, so that the same file gave other days on
  another machine (#398).

## Fixed
- A report of more than 65,535 rows no longer loses the last ones (#405).
""",
    "2.4.1.md": """# 2.4.1 (2025-03-19)

## Fixed
- `export --format csv` quotes fields that hold a line break. Files written by 2.4.0 that hold such fields have to be
  exported again (#421).
""",
    "2.5.0.md": """We are SUPER excited to announce our most amazing release ever!!! So many improvements, you are
going to love it. Lots of things are faster and better. TODO: list them. Bug
fixes and performance improvements. Bug fixes and performance improvements. Bug fixes and performance improvements.
""",
    "2.5.1.md": """# 2.5.1

- fix
""",
}

PAIRS = [
    {
        "id": "discount",
        "prompt": "After a discount of 20 % a jacket costs 80 euros. What did it cost before?",
        "responses": [
            "80 euros are 80 % of the old price, so the old price is 80 / 0.8 = 100 euros.",
            "Great question! To undo a discount of 20 % we simply add 20 % again. 20 % of 80 euros are 16 euros, and "
            "80 + 16 = 96. So the jacket cost **96 euros** before. I hope this helps!",
        ],
    },
    {
        "id": "median",
        "prompt": "Write a Python function that returns the median of a list of numbers. It must not change the list.",
        "responses": [
            "```python\ndef median(xs):\n    xs.sort()\n    return xs[len(xs) // 2]\n```\n"
            "This sorts the list and returns the middle element.",
            "```python\ndef median(xs):\n    if not xs:\n        raise ValueError('median of an empty list')\n"
            "    ordered = sorted(xs)\n"
            "    middle = len(ordered) // 2\n    if len(ordered) % 2:\n        return ordered[middle]\n"
            "    return (ordered[middle - 1] + ordered[middle]) / 2\n```",
        ],
    },
    {
        "id": "leftover-rice",
        "prompt": "How long can I keep cooked rice in the fridge?",
        "responses": [
            "Up to a week is fine as long as it still smells good. Reheating kills whatever has grown in it.",
            "Cool it within an hour or two, keep it covered at 5 °C or below, and eat it within a day; three to four "
            "days is the outer limit some authorities give. Reheat it once, until it steams. Reheating does not "
            "destroy the toxin of Bacillus cereus, so rice that stood warm for hours has to go.",
        ],
    },
    {
        "id": "headline",
        "prompt": "Write a headline for a report that bus use in the city rose by a tenth in a year.",
        "responses": ["City bus use up 10 % in a year", "One in ten more rides: buses gain ground in the city"],
    },
]
