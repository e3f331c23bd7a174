#!/usr/bin/env python3
"""Writes opening_hours.json: when schedules are open, found minute by minute with Python's zoneinfo.

A span of a day opens at the first minute at which a clock shows its beginning or a later time, and closes after
the last one at which it shows a time before its end."""

import datetime as dt
import json
import pathlib
import zoneinfo

MINUTE = dt.timedelta(minutes=1)
WEEK = [1, 2, 3, 4, 5, 6, 7]

# Name, zone, first and last day, weekly [days, opens, closes], exceptions [first, last, [[opens, closes]]].
CASES = [
    ("weekdays and a weekend", "Asia/Shanghai", "2026-03-02", "2026-03-15",
     [[[1, 2, 3, 4, 5], 360, 1320], [[6, 7], 480, 1440]], []),
    ("nights", "Asia/Shanghai", "2028-02-26", "2028-03-03", [[WEEK, 1080, 120]], []),
    ("nights and a closed leap day", "Asia/Shanghai", "2028-02-26", "2028-03-03",
     [[WEEK, 1080, 120]], [["2028-02-29", "2028-02-29", []]]),
    ("around the clock but for a holiday", "Asia/Shanghai", "2026-02-14", "2026-02-25", [],
     [["2026-02-16", "2026-02-18", []], ["2026-02-20", "2026-02-20", [[600, 1080]]]]),
    ("two spans that touch, two that overlap", "Asia/Shanghai", "2026-03-02", "2026-03-04",
     [[[1, 2], 480, 720], [[1, 2], 720, 900], [[3], 480, 720], [[3], 600, 900]], []),
    ("in spring, ends in the hour that is left out", "Europe/Berlin", "2026-03-27", "2026-03-31",
     [[WEEK, 1320, 150]], []),
    ("in spring, begins in the hour that is left out", "Europe/Berlin", "2026-03-27", "2026-03-31",
     [[WEEK, 150, 240]], []),
    ("in spring, lies in the hour that is left out", "Europe/Berlin", "2026-03-27", "2026-03-31",
     [[WEEK, 130, 170]], []),
    ("in autumn, ends in the hour that comes twice", "Europe/Berlin", "2026-10-23", "2026-10-27",
     [[WEEK, 1320, 150]], []),
    ("in autumn, begins in the hour that comes twice", "Europe/Berlin", "2026-10-23", "2026-10-27",
     [[WEEK, 150, 240]], []),
    ("in autumn, around it", "Europe/Berlin", "2026-10-23", "2026-10-27", [[WEEK, 60, 360]], []),
    ("a midnight that is left out", "Asia/Beirut", "2024-03-29", "2024-04-02",
     [[WEEK, 1080, 30], [[1, 7], 0, 15]], []),
    ("a change of half an hour", "Australia/Lord_Howe", "2026-04-03", "2026-04-06",
     [[WEEK, 1300, 110]], []),
    ("and back", "Australia/Lord_Howe", "2026-10-02", "2026-10-05", [[WEEK, 1300, 130]], []),
]


def spans(day, weekly, exceptions):
    for first, last, hours in exceptions:
        if first <= day.isoformat() <= last:
            return hours
    if not weekly:
        return [[0, 1440]]
    return [[opens, closes] for days, opens, closes in weekly if day.isoweekday() in days]


def solve(zone, first, last, weekly, exceptions):
    zone = zoneinfo.ZoneInfo(zone)
    first, last = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    start = dt.datetime.combine(first, dt.time(), dt.timezone.utc) - dt.timedelta(days=4)
    count = ((last - first).days + 9) * 1440
    instants = [start + MINUTE * n for n in range(count)]
    local = [instant.astimezone(zone).replace(tzinfo=None) for instant in instants]
    is_open = [False] * count
    day = first - dt.timedelta(days=2)
    while day <= last + dt.timedelta(days=2):
        midnight = dt.datetime.combine(day, dt.time())
        for opens, closes in spans(day, weekly, exceptions):
            begin = midnight + MINUTE * opens
            end = midnight + MINUTE * (closes + (1440 if closes <= opens else 0))
            from_ = next(n for n in range(count) if local[n] >= begin)
            to = max(n for n in range(count) if local[n] < end) + 1
            for n in range(from_, to):
                is_open[n] = True
        day += dt.timedelta(days=1)
    inside = [n for n in range(count) if first <= local[n].date() <= last]
    changes = [n for n in inside if n == inside[0] or is_open[n] != is_open[n - 1]]
    return [[int(instants[n].timestamp()), is_open[n]] for n in changes], \
        [int(instants[inside[0]].timestamp()), int(instants[inside[-1]].timestamp()) + 60]


def main():
    cases = []
    for name, zone, first, last, weekly, exceptions in CASES:
        changes, period = solve(zone, first, last, weekly, exceptions)
        cases.append({"name": name, "zone": zone, "weekly": weekly, "exceptions": exceptions,
                      "period": period, "changes": changes})
    path = pathlib.Path(__file__).with_name("opening_hours.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


main()
