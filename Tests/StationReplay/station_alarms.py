#!/usr/bin/env python3
"""Replays a recording of a station into a running daemon and compares what it stored, and its chlorine alarms,
with what this script computes from the CSV by itself (ioos_qc's flags, the rules below). An upper limit in the
middle of the station's values, such as 3.2 mg/L, makes many alarms.

    Tests/StationReplay/station_alarms.py CSV [--programs .build/release] [--high 3.2]

The CSV is a public agency's station_b.csv: TimeStep, B_CL2_VAL in mg/L, B_PH_VAL, B_TEMP_VAL in °F. It is not
part of the repository. Needs mosquitto. Exits with 1 when anything differs."""

import argparse
import csv
import datetime
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

LOW, DEADBAND, ON_DELAY, OFF_DELAY = 0.3, 0.03, 180.0, 300.0
SPIKE_FAIL, RATE_FAIL, FLAT_COUNT, FLAT_TOLERANCE = 1.0, 2 / 60, 240, 0.001

PLAN = """kind: plan
district_limits:
  - {profile: cn-gb37488-2019, parameter: free_chlorine, high: {value: HIGH}, kinds: [indoor], reason: a trial}
district: {code: "310107", name: {en: Station}, zone: Asia/Shanghai}
interval_seconds: 60
required: [free_chlorine, ph, temperature]
venues:
  - id: station
    name: {en: Station}
    street: north
    pools: [{id: b, name: {en: B}, kind: indoor, disinfectant: chlorine}]
"""
RULES = f"""kind: rules
silence_seconds: 86400
broker_down_seconds: 60
limits:
  free_chlorine: {{deadband: {DEADBAND}, on_delay_seconds: {ON_DELAY}, off_delay_seconds: {OFF_DELAY}}}
"""
PEOPLE = "kind: people\npeople: [{id: desk, name: {en: Desk}, role: inspector, channel: log}]\n"


def readings(path):
    """(seconds since the first row, chlorine or None, °F or None) of each row."""
    rows = []
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = datetime.datetime.strptime(row["TimeStep"], "%m/%d/%Y %H:%M:%S")
            number = [float(row[key]) if row[key] else None for key in ("B_CL2_VAL", "B_TEMP_VAL")]
            rows.append((at, *number))
    return [((at - rows[0][0]).total_seconds(), chlorine, heat) for at, chlorine, heat in rows]


def failed(rows, index):
    """Whether the value at `index` fails: spike, rate of change or flat line, as ioos_qc 3.0.0 computes them."""
    value = rows[index][1]
    before = rows[index - 1][1] if index else None
    after = rows[index + 1][1] if index + 1 < len(rows) else None
    if before is not None and after is not None and (value - before) * (after - value) < 0:
        if min(abs(value - before), abs(after - value)) > SPIKE_FAIL:
            return True
    if before is not None and abs(value - before) / (rows[index][0] - rows[index - 1][0]) > RATE_FAIL:
        return True
    window = [row[1] for row in rows[max(0, index - FLAT_COUNT):index + 1]]
    window = [value for value in window if value is not None]
    return index >= FLAT_COUNT and max(window) - min(window) < FLAT_TOLERANCE


def expected_alarms(rows, high):
    """(rule, from, to or None) in seconds since the first row, in order of their beginnings."""
    alarms = []
    for rule, is_out, is_back in (
            ("free_chlorine_low", lambda x: x < LOW, lambda x: x >= LOW + DEADBAND),
            ("free_chlorine_high", lambda x: x > high, lambda x: x <= high - DEADBAND)):
        since, back, active = None, None, False
        for index, (at, value, _) in enumerate(rows):
            if value is None or failed(rows, index):
                continue
            if active:
                if not is_back(value):
                    back = None
                elif back is None:
                    back = at
                if back is not None and at - back >= OFF_DELAY:
                    alarms.append((rule, since, back))
                    since, back, active = None, None, False
            elif not is_out(value):
                since = None
            elif since is None:
                since = at
            elif at - since >= ON_DELAY:
                active = True
        if active:
            alarms.append((rule, since, None))
    return sorted(alarms, key=lambda alarm: (alarm[1], alarm[0]))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_true(what, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > deadline:
            sys.exit(f"station_alarms: {what}: not within {seconds} s")
        time.sleep(0.2)
    return result


def configuration(home, port, root, high):
    for name, text in (("plan", PLAN.replace("HIGH", str(high))), ("rules", RULES), ("people", PEOPLE)):
        (home / f"{name}.yaml").write_text(text, encoding="utf-8")
    (home / "poolwatch.yaml").write_text(f"""kind: poolwatch
plan: plan.yaml
rules: rules.yaml
people: people.yaml
profiles: [{root}/Config/profiles/cn-gb37488-2019.yaml]
broker: {{host: 127.0.0.1, port: {port}}}
store: {{directory: {home}/data, retention_days: 120}}
api: {{socket: {home}/api.sock, mode: "0600"}}
channels: {{log: {{}}}}
intake: {{burst_hours: 720}}
""", encoding="utf-8")
    (home / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 100000\n",
        encoding="utf-8")


def ask(arguments, home, *words):
    answer = subprocess.run(
        [arguments.programs / "poolwatch", *words, "--socket", home / "api.sock", "-o", "json"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return json.loads(answer.stdout) if answer.returncode == 0 else None


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000)


def daemon_alarms(arguments, home, origin):
    """The same as `expected_alarms`, as the daemon says."""
    alarms = []
    for row in ask(arguments, home, "alarms", "--state", "all"):
        if row["parameter"] != "free_chlorine" or row["class"] != "water":
            continue
        steps = ask(arguments, home, "alarms", "steps", row["id"])
        ends = [milliseconds(step["time"]) for step in steps if step["step"] == "returned"]
        alarms.append((row["rule"], (milliseconds(row["event_time"]) - origin) / 1000,
                       (ends[0] - origin) / 1000 if ends else None))
    return sorted(alarms, key=lambda alarm: (alarm[1], alarm[0]))


def replay(arguments, home, port, rows):
    """What is wrong after the recording was replayed."""
    arguments_of_replay = ["--config", home / "poolwatch.yaml", "--port", str(port), "--pool", "station/b",
                           "--csv", arguments.csv, "--time-column", "TimeStep",
                           "--map", "B_CL2_VAL=free_chlorine", "--map", "B_PH_VAL=ph",
                           "--map", "B_TEMP_VAL=temperature:degF", "--times", "end-now", "--speed", "1e9"]
    subprocess.run([arguments.programs / "poolsim", "replay", *arguments_of_replay], check=True)
    await_true("everything is judged", lambda: (
        (status := ask(arguments, home, "status")) and status["stored"] >= 3 * len(rows)
        and not status["judgement_lag_seconds"]))
    complaints = []
    history = {name: [row for row in ask(arguments, home, "history", "station/b", "--parameter", name,
                                         "--from", "-120d") if row["value"] is not None]
               for name in ("free_chlorine", "temperature")}
    for name, place in (("free_chlorine", 1), ("temperature", 2)):
        wanted = [row[place] for row in rows if row[place] is not None]
        if name == "temperature":
            wanted = [(value - 32) * 5 / 9 for value in wanted]
        stored = [row["value"] for row in history[name]]
        if len(stored) != len(wanted) or any(abs(a - b) > 1e-9 for a, b in zip(stored, wanted)):
            complaints.append(f"{name}: {len(stored)} values, {len(wanted)} in the CSV, or others")
        print(f"{name}: {len(stored)} values stored")
    first = next(index for index, row in enumerate(rows) if row[1] is not None)
    origin = milliseconds(history["free_chlorine"][0]["time"]) - round(rows[first][0] * 1000)
    found, wanted = daemon_alarms(arguments, home, origin), expected_alarms(rows, arguments.high)
    print(f"{len(found)} chlorine alarms of the daemon, {len(wanted)} by the script")
    for alarm in wanted[:10]:
        print("  ", *alarm)
    complaints += [f"only by the script: {alarm}" for alarm in wanted if alarm not in found]
    complaints += [f"only of the daemon: {alarm}" for alarm in found if alarm not in wanted]
    return complaints


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", type=pathlib.Path)
    parser.add_argument("--programs", type=pathlib.Path, default=root / ".build/release")
    parser.add_argument("--high", type=float, default=1.0)
    arguments = parser.parse_args()
    rows = readings(arguments.csv)
    running = []
    with tempfile.TemporaryDirectory(prefix="station-") as directory:
        home, port = pathlib.Path(directory), free_port()
        configuration(home, port, root, arguments.high)
        broker = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        try:
            for command in ([broker, "-c", home / "mosquitto.conf"],
                            [arguments.programs / "poolwatchd", "--config", home / "poolwatch.yaml"]):
                log = (home / f"{pathlib.Path(command[0]).name}.log").open("wb")
                running.append(subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL))
            await_true("the daemon is connected", lambda: (
                ask(arguments, home, "status") or {}).get("broker_connected"))
            complaints = replay(arguments, home, port, rows)
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait(timeout=30)
    for complaint in complaints:
        print(f"✘ {complaint}")
    print(f"station alarms: {0 if complaints else 1} passed, {1 if complaints else 0} failed")
    return 1 if complaints else 0


sys.exit(main())
