#!/usr/bin/env python3
"""Writes the tables that CalibrationTests reads: seeded data, and what the reference implementations make of them.

    python3 -m venv venv
    venv/bin/pip install -r Tests/CalibrationTests/Reference/requirements.txt
    venv/bin/python Tests/CalibrationTests/generate.py [FAMILY ...]

The same packages give the same files. Where no package has a measure, the row names the paper, and Reference/ has a plain numpy version
that shares no code with Cupel.
"""

import importlib
import json
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
FAMILIES = ["numbers", "intervals", "confidence", "scores", "agreement", "calibrators", "conformal", "corrections", "ranking"]


def main(chosen):
    for family in chosen or FAMILIES:
        table = importlib.import_module(f"Reference.{family}").table()
        text = json.dumps(table.data, allow_nan=False)
        rows = ",\n".join(json.dumps(row, allow_nan=False) for row in table.rows)
        (HERE / "Fixtures" / f"{family}.json").write_text(f'{{"data": {text},\n"rows": [\n{rows}\n]}}\n')
        print(family, len(table.rows))


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main(sys.argv[1:])
