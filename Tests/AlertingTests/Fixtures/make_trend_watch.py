"""Writes trend_watch.json: what is known of drifting series bucket by bucket.

Needs (PyPI): numpy scipy pymannkendall==1.4.3. Use: python make_trend_watch.py
The statistics are scipy's and pymannkendall's; the states are counted over the list of all buckets."""

import json
import math
import pathlib

import numpy as np
import pymannkendall as mk
from scipy import stats

START = 1_767_225_600
RESOLUTION = 0.01


def line(buckets, newest, width, low, high):
    """The statistics of the window that ends with the bucket `newest`, or None; the time to a bound; two conditions."""
    window = [(n, v) for n, v in buckets.items() if newest - 30 < n <= newest]
    if len(window) < 20 or newest - window[-1][0] > 2:
        return None, None, None, None
    t = np.array([n * width for n, _ in window], float)
    x = np.array([v for _, v in window])
    t -= t[0]
    slope = stats.theilslopes(x, t).slope
    test = mk.original_test(x)
    r = x - slope * t
    r -= r.mean()
    rho = float((r[1:] * r[:-1]).sum() / (r * r).sum()) if (r * r).sum() > 0 else 0.0
    rho = min(max(rho, 0.0), 0.95)
    corrected = test.z * math.sqrt((1 - rho) / (1 + rho))
    slopes = sorted((x[j] - x[i]) / (t[j] - t[i]) for j in range(len(x)) for i in range(j))
    spread = 1.645 * math.sqrt(test.var_s) * math.sqrt((1 + rho) / (1 - rho))
    bound_slope = (slopes[min(round((len(slopes) + spread) / 2), len(slopes) - 1)] if slope < 0
                   else slopes[max(round((len(slopes) - spread) / 2) - 1, 0)])
    level = np.median(x) + slope * ((newest - window[0][0]) * width - np.median(t))
    bound = low if slope < 0 else high
    inside = (low is None or level > low) and (high is None or level < high)

    def reach(b):
        if not inside or bound is None or b == 0 or b * slope < 0:
            return None
        seconds = (bound - level) / b
        return float(seconds) if 0 < seconds <= 30 * width else None

    advisory = abs(corrected) >= 1.96 and abs(slope) * 3600 >= 2 * RESOLUTION
    return ([float(slope), float(test.s), float(test.var_s), float(test.z), rho, float(corrected)], reach(slope),
            bool(advisory), bool(advisory and reach(slope) is not None and reach(bound_slope) is not None))


def states(conditions):
    """On after five in a row that hold, off after ten in a row that do not; where there is no line (None) nothing
    is known, and both begin anew."""
    found, on = [], False
    for i in range(len(conditions)):
        last = conditions[: i + 1]
        if not on and len(last) >= 5 and all(last[-5:]):
            on = True
        elif on and len(last) >= 10 and all(c is False for c in last[-10:]):
            on = False
        found.append(on)
    return found


def either(lines, which):
    """The states of drifts down and up, each for itself, joined."""
    sides = [states([None if l[which] is None else l[which] and (l[0][0] < 0) == down for l in lines])
             for down in (True, False)]
    return [a or b for a, b in zip(*sides)]


def case(name, times, values, interval, low, high):
    width = max(120, interval)
    samples = {}
    for t, v in zip(times, values):
        samples.setdefault(t // width, []).append(v)
    buckets = {n: float(np.median(v)) for n, v in samples.items()}
    every = range(min(buckets), max(buckets) + 1)
    lines = [line(buckets, n, width, low, high) for n in every]
    advisories, warnings = either(lines, 2), either(lines, 3)
    return {
        "name": name, "interval": interval, "low": low, "high": high, "resolution": RESOLUTION,
        "t": [int(t) for t in times], "x": [float(v) for v in values],
        "buckets": [{"t": n * width, "statistics": l[0], "secondsToLimit": l[1], "advisory": a, "warning": w}
                    for n, l, a, w in zip(every, lines, advisories, warnings)],
    }


def series(rng, count, interval, base, per_hour, sigma=0.004, turn=None):
    t = START + np.arange(count) * interval
    noise = np.zeros(count)
    for i in range(1, count):
        noise[i] = 0.8 * noise[i - 1] + rng.normal(0, sigma)
    hours = (t - START) / 3600
    if turn is not None:
        hours = np.minimum(hours, turn)
    return t, np.round(base + per_hour * hours + noise, 2)


def main():
    rng = np.random.default_rng(5)
    cases = []
    t, x = series(rng, 180, 60, 0.60, -0.12)
    cases.append(case("slow decay", t, x, 60, 0.30, 1.0))
    t, x = series(rng, 240, 60, 0.70, 0.10, turn=1.6)
    cases.append(case("a rise that ends", t, x, 60, 0.30, 1.0))
    t, x = series(rng, 180, 60, 0.45, 0.0)
    cases.append(case("no drift", t, x, 60, 0.30, 1.0))
    t, x = series(rng, 90, 300, 0.80, -0.08)
    cases.append(case("every five minutes", t, x, 300, 0.30, None))
    t, x = series(rng, 200, 60, 0.70, -0.15)
    kept = np.delete(np.arange(200), np.r_[90:97, 130:150])
    cases.append(case("two pauses", t[kept], x[kept], 60, 0.30, 1.0))
    t, x = series(rng, 400, 10, 0.55, -0.5)
    cases.append(case("a day every ten seconds", t, x, 10, 0.30, 1.0))
    out = pathlib.Path(__file__).with_name("trend_watch.json")
    out.write_text(json.dumps({"cases": cases}) + "\n")
    for c in cases:
        print(c["name"], sum(b["advisory"] for b in c["buckets"]), sum(b["warning"] for b in c["buckets"]), len(c["buckets"]))


if __name__ == "__main__":
    main()
