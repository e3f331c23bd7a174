#!/usr/bin/python3
"""series.py DIR [--quick]: the readings that the store and its peers are measured with.

Free chlorine, pH and temperature of pools: waves of a day with noise, rounded as sensors show them. The same
numbers on every machine (seeds 7 and 11). For each data set NAME two files of little-endian numbers, row by row:

  NAME.times    int64 milliseconds since the epoch: one a row, or one a row and pool where they jitter
  NAME.values   float64: three a row and pool (free chlorine, pH, temperature)

and manifest.json with their shapes. --quick makes small sets that only show that everything runs.
"""
import json
import os
import sys

import numpy

FIRST_TIME = 1_763_000_000_000
PARAMETERS = ("free_chlorine", "ph", "temperature")
DAY = 86_400_000

# pools, rows, milliseconds between rows, whether times jitter. 9,600 rows are the first whole 24 hours and what is
# around them; 60,000 rows fill several pages of any sensible size.
SETS = {
    "fleet": (1000, 9_600, 10_000, False),
    "exact": (20, 60_000, 10_000, False),
    "jitter": (20, 60_000, 10_000, True),
    "month": (1, 259_200, 10_000, False),
    "minutes": (1000, 1_440, 60_000, False),
}
QUICK_SETS = {
    "fleet": (100, 1_200, 10_000, False),
    "exact": (2, 12_000, 10_000, False),
    "jitter": (2, 12_000, 10_000, True),
    "month": (1, 20_000, 10_000, False),
    "minutes": (100, 200, 60_000, False),
}


def values(pools, rows, period):
    """The three arrays (pools, rows) of one data set. The order of the draws is part of the definition."""
    random = numpy.random.default_rng(7)
    row = numpy.arange(rows)
    phase = random.uniform(0, 6.28, (pools, 1))
    day = DAY / period
    turn = 2 * numpy.pi * row

    def wave(middle, height, length, shift, noise, digits):
        swing = height * numpy.sin(turn / length + phase + shift)
        return numpy.round(middle + swing + random.normal(0, noise, (pools, rows)), digits)

    chlorine = wave(0.6, 0.25, day, 0, 0.015, 2)
    ph = wave(7.3, 0.1, day * 1.7, 0, 0.012, 2)
    temperature = wave(27.5, 0.6, day, 1, 0.05, 1)
    return chlorine, ph, temperature


def times(pools, rows, period, jitters):
    """The times in milliseconds: (rows,), or (pools, rows) where they jitter by up to 200 ms."""
    exact = FIRST_TIME + numpy.arange(rows) * period
    if not jitters:
        return exact
    return exact[None, :] + numpy.random.default_rng(11).integers(-200, 201, (pools, rows))


def write(directory, sets):
    """All files of `sets`; what a reader of them has to know is in manifest.json."""
    os.makedirs(directory, exist_ok=True)
    manifest = {}
    for name, (pools, rows, period, jitters) in sets.items():
        times(pools, rows, period, jitters).T.astype("<i8").tofile(f"{directory}/{name}.times")
        with open(f"{directory}/{name}.values", "wb") as file:
            columns = values(pools, rows, period)
            for first in range(0, rows, 4096):
                block = [column[:, first : first + 4096].T for column in columns]
                numpy.stack(block, axis=-1).astype("<f8").tofile(file)
        manifest[name] = {
            "pools": pools,
            "rows": rows,
            "period_milliseconds": period,
            "is_jittered": jitters,
        }
    with open(f"{directory}/manifest.json", "w") as file:
        json.dump(manifest, file, indent=1)


def main():
    words = sys.argv[1:]
    is_quick = "--quick" in words
    words = [word for word in words if word != "--quick"]
    if len(words) != 1:
        sys.exit("usage: series.py DIR [--quick]")
    write(words[0], QUICK_SETS if is_quick else SETS)


if __name__ == "__main__":
    main()
