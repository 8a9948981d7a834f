"""Tables of expected values."""

import numpy


class Table:
    """Named data, and rows: what is measured on which data, the value, where it is from, and how near is near enough."""

    def __init__(self):
        self.data = {}
        self.rows = []

    def add(self, measure, data, expected, source, tolerance=1e-11, relative=False, **options):
        """`expected` is a number, a list of numbers, or None for what is undefined."""
        row = {"measure": measure, "data": data, "expected": plain(expected), "tolerance": tolerance, "source": source}
        if relative:
            row["relative"] = True
        if options:
            row["options"] = {key: plain(value) for key, value in options.items()}
        self.rows.append(row)

    def keep(self, name, **columns):
        self.data[name] = {key: plain(column) for key, column in columns.items()}


def plain(value):
    """As JSON writes it."""
    if isinstance(value, numpy.ndarray):
        return [plain(v) for v in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, numpy.generic):
        return plain(value.item())
    if isinstance(value, float) and value != value:
        return None
    return value
