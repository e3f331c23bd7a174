#!/usr/bin/env python3
"""Makes up a history of alarms, and counts its figures without any of Poolwatch's code.

usage: make_alarm_statistics.py > alarm_statistics.json

`occurrences` are as they stand in the end, `transitions` in the order they are recorded: occurrence,
kind, time, recorded time, whether people are told. `questions` have the rows of the answer, without what is
null. Times are milliseconds. What is counted is said in docs/alarms.md, "Figures about alarms".
"""

import bisect
import datetime
import json
import random
import statistics

random.seed(20260105)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
INTERVAL = MINUTE
BEGIN = 1_767_571_200_000  # 2026-01-05T00:00:00Z
NOW = BEGIN + 40 * DAY

NAMES = [
    (rule, "water", pool, parameter)
    for rule, parameter in [
        ("free_chlorine_low", "free_chlorine"), ("ph_high", "ph"), ("temperature_high_advisory", "temperature"),
    ]
    for pool in ["main", "small", "children"]
] + [
    ("free_chlorine_trend_low", "trend", "main", "free_chlorine"),
    ("free_chlorine_trend_low", "trend", "small", "free_chlorine"),
    ("silence", "monitoring", "main", None), ("silence", "monitoring", "small", None),
    ("parameter_missing", "monitoring", "children", "ph"), ("broker_down", "system", None, None),
]

occurrences, transitions = [], []


def occurrence(name, event):
    """One time that an alarm came, with all that happens to it; returns when it is over."""
    rule, kind_of, pool, parameter = name
    number = len(occurrences)
    one = {
        "id": f"a{number:04}", "class": kind_of, "rule": rule, "pool": pool, "parameter": parameter,
        "event": event, "state": "active", "severity": "warning", "announced": True, "returned": None,
        # What the script alone knows: (recorded time, severity), the first at the beginning.
        "severities": [],
    }
    own = []

    def step(kind, recorded, told, time=None):
        own.append([number, kind, recorded if time is None else time, recorded, told])

    length = int(random.expovariate(1 / (25 * MINUTE)))
    chance = random.random()
    if chance < 0.02:
        length = int(random.uniform(0.9, 5) * DAY)
    elif chance < 0.10:
        length = random.randint(1, 2 * INTERVAL)
    found = event + random.randint(1, 6 * MINUTE)
    returned = max(found, event + length) + random.randint(-30_000, 30_000)
    returned = max(returned, event)
    cleared = max(returned, found) + random.choice([0, 5, 1000, 5 * MINUTE])
    mode = random.choices(["plain", "untold", "late", "held", "past"], [76, 6, 6, 8, 4])[0]
    told_time = None
    if mode == "past":
        one.update(state="historical", announced=False, returned=returned)
        step("recorded", cleared, False, returned)
        occurrences.append(one)
        transitions.extend(own)
        return returned
    if kind_of == "trend":
        one["severity"] = "advisory"
        one["announced"] = False
        one["severities"].append((found, "advisory"))
        step("raised", found, False, event)
        time = found
        for _ in range(random.choice([0, 1, 1, 1, 2])):
            time += random.randint(1, max(2, (cleared - found) // 4))
            step("worsened", time, True)
            one["severities"].append((time, "warning"))
            one.update(announced=True, severity="warning")
            told_time = told_time or time
            time += random.randint(1, max(2, (cleared - found) // 8))
            if random.random() < 0.5:
                step("eased", time, True)
                one["severities"].append((time, "advisory"))
                one["severity"] = "advisory"
        cleared = max(cleared, time + 1)
        returned = max(returned, event)
    else:
        severity = random.choice(["warning", "warning", "warning", "critical"])
        one["severities"].append((found, severity))
        step("raised", found, mode == "plain", event)
        time = found
        if mode == "plain":
            told_time = found
        elif mode == "late":
            time += random.randint(1, HOUR)
            step("announced", time, True)
            told_time = time
            cleared = max(cleared, time + 1)
        elif mode == "untold":
            one["announced"] = False
        elif random.random() < 0.5:
            time += random.randint(1, HOUR)
            step("unshelved", time, True)
            told_time = time
            cleared = max(cleared, time + 1)
        tells = told_time is not None
        for _ in range(random.choice([0, 0, 0, 1, 2])):
            time += random.randint(1, 20 * MINUTE)
            if severity == "warning":
                severity = "critical"
                step("worsened", time, tells)
            else:
                severity = "warning"
                step("eased", time, False)
            one["severities"].append((time, severity))
        if tells and random.random() < 0.08:
            time += random.randint(1, HOUR)
            step("shelved", time, False)
            time += random.randint(1, 2 * HOUR)
            step("unshelved", time, True)
        one["severity"] = severity
        cleared = max(cleared, time + 1)
    ends = random.random() > 0.01
    acknowledged = None
    if told_time and random.random() < 0.7:
        acknowledged = told_time + int(random.expovariate(1 / (20 * MINUTE))) + 1
        if mode == "late" and random.random() < 0.3:
            acknowledged = found + 1
        step("acknowledged", acknowledged, False)
    if ends:
        step("returned", cleared, told_time is not None, returned)
        one["returned"] = returned
        if acknowledged:
            one["state"] = "returned"
        elif told_time is None and mode == "untold":
            one["state"] = "historical"
        else:
            one["state"] = "returned_unacknowledged"
    elif acknowledged:
        one["state"] = "acknowledged"
    occurrences.append(one)
    transitions.extend(own)
    return max(returned, cleared)


def history():
    for name in NAMES:
        time = BEGIN + random.randint(0, DAY)
        while time < NOW - 2 * DAY:
            if random.random() < 0.06:  # comes and goes
                for _ in range(random.randint(2, 7)):
                    time = occurrence(name, time) + random.choice([MINUTE, 4 * MINUTE, 14 * MINUTE])
            else:
                time = occurrence(name, time)
            time += int(random.expovariate(1 / (16 * HOUR))) + MINUTE
    for storm in range(9):  # everything at once
        time = BEGIN + random.randint(0, 38 * DAY)
        for _ in range(random.randint(8, 40)):
            time += int(random.expovariate(1 / random.choice([20_000, 45_000, 90_000])))
            occurrence(random.choice(NAMES), time)
    transitions.sort(key=lambda one: one[3])


def rfc3339(time):
    moment = datetime.datetime.fromtimestamp(time / 1000, datetime.timezone.utc)
    return moment.isoformat(timespec="milliseconds")


KEYS = (
    "figure id class priority rule venue pool parameter from_time to_time n per_hour seconds share_percent "
    "median_seconds p90_seconds wanted").split()


def row(figure, **values):
    values = {key.rstrip("_"): value for key, value in values.items()}
    assert set(values) <= set(KEYS), values
    return {"figure": figure} | {key: values[key] for key in KEYS if values.get(key) is not None}


def name_of(one):
    return (one["rule"], one["pool"], one["parameter"])


def named(name):
    rule, pool, parameter = name
    return {"rule": rule, "venue": "jade" if pool else None, "pool": pool, "parameter": parameter}


def order(name):
    rule, pool, parameter = name
    return (f"jade/{pool}" if pool else "", rule, parameter or "")


def told_alarms(begin, end):
    """(told time, occurrence, acknowledged, cleared) of those first told in the time, as at its end."""
    steps = {}
    for number, kind, _, recorded, told in transitions:
        steps.setdefault(number, []).append((kind, recorded, told))
    alarms = []
    for number, own in steps.items():
        tellings = [at for kind, at, told in own if told and kind not in ("returned", "eased")]
        if not tellings:
            continue

        def first(wanted):
            return next((at for kind, at, _ in own if kind == wanted and at < end), None)

        alarms.append((tellings[0], occurrences[number], first("acknowledged"), first("returned")))
    inside = [alarm for alarm in alarms if begin <= alarm[0] < end]
    return sorted(inside, key=lambda alarm: alarm[0]), [alarm for alarm in alarms if alarm[0] < end]


def within(times, after, through):
    """How many are later than `after` and not later than `through`."""
    return bisect.bisect_right(times, through) - bisect.bisect_right(times, after)


def floods_of(times, end):
    """By looking at every moment at which the number within ten minutes changes."""
    window, found, begin, used = 10 * MINUTE, [], None, 0
    for moment in sorted(set(times) | {time + window for time in times}):
        number = within(times, moment - window, moment)
        if begin is None and number > 10:
            begin = moment
        elif begin is not None and number < 5:
            found.append((begin, min(moment, end)))
            begin = None
    result = []
    for start, stop in found:
        first = max(bisect.bisect_right(times, start - window), used)
        used = bisect.bisect_right(times, stop)
        result.append((start, stop, used - first))
    return result


def chatters(events):
    """Those that are among three within half an hour."""
    events = sorted(events)
    return sum(
        any(
            0 <= first and first + 2 < len(events) and events[first + 2] - events[first] <= 30 * MINUTE
            for first in (index - 2, index - 1, index))
        for index in range(len(events)))


def p90(spans):
    return next((one for one in sorted(spans) if 10 * sum(other <= one for other in spans) >= 9 * len(spans)), None)


def priority_of(one, end):
    if one["class"] != "trend":
        first = one["severities"][0][1]
        if first == "critical" or any(s == "critical" and at < end for at, s in one["severities"][1:]):
            return "high"
    return "low" if one["class"] == "monitoring" or one["rule"].endswith("_advisory") else "medium"


def answer(begin, to, operators):
    end = max(begin, min(to, NOW))
    hours = (end - begin) / HOUR
    alarms, before_end = told_alarms(begin, end)
    times = [alarm[0] for alarm in alarms]
    total = len(alarms)

    def share(part):
        return part / total * 100 if total else None

    rate = total / hours if hours else None
    rows = [
        row("annunciations", from_time=rfc3339(begin), to_time=rfc3339(end), n=total, per_hour=rate,
            seconds=hours * 3600),
        row("per_operator", n=operators, per_hour=None if rate is None else rate / operators, wanted=6),
    ]
    in_hour = [(sum(time <= other < time + HOUR for other in times), time) for time in times]
    most, start = max(in_hour, key=lambda one: (one[0], -one[1]), default=(0, None))
    rows.append(
        row("busiest_hour", n=most, per_hour=most / operators, wanted=12,
            from_time=rfc3339(start) if most else None, to_time=rfc3339(start + HOUR) if most else None))
    floods = floods_of(times, end)
    long = sum(stop - start for start, stop, _ in floods) / 1000
    rows.append(row("floods", n=len(floods), seconds=long, share_percent=long / (hours * 36) if hours else None))
    if floods:
        start, stop, number = max(floods, key=lambda one: one[2])
        rows.append(
            row("worst_flood", n=number, seconds=(stop - start) / 1000, from_time=rfc3339(start),
                to_time=rfc3339(stop)))

    by_name = {}
    for _, one, _, _ in alarms:
        by_name.setdefault(name_of(one), []).append(one["event"])

    def ranked(counts):
        return sorted(((n, name) for name, n in counts.items() if n), key=lambda one: (-one[0], order(one[1])))

    chattering = ranked({name: chatters(events) for name, events in by_name.items()})
    rows.append(row("chattering", n=len(chattering), share_percent=share(sum(n for n, _ in chattering))))
    rows += [row("chattering_alarm", n=n, share_percent=share(n), **named(name)) for n, name in chattering]
    fleeting = sum(cleared is not None and cleared - told < 2 * INTERVAL for told, _, _, cleared in alarms)
    rows.append(row("fleeting", n=fleeting, share_percent=share(fleeting)))

    stale = []
    for _, one, _, cleared in before_end:
        over = one["returned"] if cleared is not None else None
        length = min(end if over is None else over, end) - one["event"]
        if length > DAY and (over is None or over > begin):
            stale.append((-length, one["id"], one, over))
    rows.append(row("stale", n=len(stale)))
    rows += [
        row("stale_alarm", id=one["id"], class_=one["class"], priority=priority_of(one, end),
            from_time=rfc3339(one["event"]), to_time=rfc3339(over) if over is not None else None,
            seconds=-length / 1000, **named(name_of(one)))
        for length, _, one, over in sorted(stale, key=lambda entry: entry[:2])
    ]

    top = ranked({name: len(events) for name, events in by_name.items()})[:10]
    rows.append(row("top_ten", n=sum(n for n, _ in top), share_percent=share(sum(n for n, _ in top))))
    rows += [row("top_alarm", n=n, share_percent=share(n), **named(name)) for n, name in top]
    for priority, wanted in [("high", 5), ("medium", 15), ("low", 80)]:
        n = sum(priority_of(one, end) == priority for _, one, _, _ in alarms)
        rows.append(row("priority", priority=priority, n=n, share_percent=share(n), wanted=wanted))
    for word in ["water", "trend", "monitoring", "system"]:
        n = sum(one["class"] == word for _, one, _, _ in alarms)
        rows.append(row("class", class_=word, n=n, share_percent=share(n)))

    def spans(figure, lengths):
        seconds = [max(0, one) / 1000 for one in lengths]
        return row(
            figure, n=len(seconds), share_percent=share(len(seconds)),
            median_seconds=statistics.median(seconds) if seconds else None, p90_seconds=p90(seconds))

    taken = [at - told for told, _, at, _ in alarms if at is not None]
    rows.append(spans("acknowledged", taken))
    rows.append(row("not_acknowledged", n=total - len(taken), share_percent=share(total - len(taken))))
    rows.append(spans("returned", [one["returned"] - one["event"] for _, one, _, cleared in alarms if cleared is not None]))
    rows.append(row("out_of_limits", n=0, seconds=0))
    return {"from": begin, "to": to, "operators": operators, "rows": rows}


history()
questions = [
    answer(BEGIN, NOW, 1), answer(BEGIN + 3 * DAY + 12_345, BEGIN + 20 * DAY + 6 * HOUR + 1, 3),
    answer(BEGIN + 30 * DAY, NOW + 30 * DAY, 2), answer(BEGIN - 90 * DAY, BEGIN - DAY, 1),
    answer(BEGIN + 5 * DAY, BEGIN + 5 * DAY, 1),
] + [
    answer(start, start + random.choice([HOUR, 7 * HOUR, 2 * DAY, 9 * DAY]), random.randint(1, 4))
    for start in (BEGIN + random.randint(0, 38 * DAY) for _ in range(12))
]
for one in occurrences:
    del one["severities"]


def lines(things):
    return "[\n" + ",\n".join(json.dumps(thing, separators=(",", ":")) for thing in things) + "\n]"


print(
    f'{{"interval":{INTERVAL},"now":{NOW},\n"occurrences":{lines(occurrences)},\n'
    f'"transitions":{lines(transitions)},\n"questions":{lines(questions)}}}')
