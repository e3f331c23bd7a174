#!/usr/bin/python3
"""peers.py --data DIR --work DIR --json FILE: what others do with the same readings on the same machine.

VictoriaMetrics, SQLite and RRDtool, each where it is installed; zstd on the bare differences of the values as a measure
of size; plain C as the limit of speed. What they answer is checked against the readings.
"""
import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time

import numpy

import victoriametrics
from measuring import Results, disk_pace, expect, p50, quick_disk
from readings import DAY, HOUR, DataSet

# Appending this many readings of the fleet takes SQLite about a second.
SQLITE_READINGS = 400_000


def measure_sqlite(data, work, results):
    """A table with one row a reading; a durable transaction for every 1,000."""
    path = f"{work}/peer.sqlite"
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    database.execute(
        "create table reading (pool integer, time integer, chlorine real, ph real, temperature real,"
        " primary key (pool, time)) without rowid"
    )
    fleet = DataSet(data, "fleet")

    def insert(batch):
        database.execute("begin")
        database.executemany("insert into reading values (?, ?, ?, ?, ?)", batch)
        database.execute("commit")

    results.notes.append(f"before SQLite appended: {quick_disk(work)}")
    spent, count, newest = 0.0, 0, {}
    for batch in fleet.batches(1000):
        start = time.perf_counter()
        insert(batch)
        spent += time.perf_counter() - start
        count += len(batch)
        newest.update((row[0], row[2:]) for row in batch)
        if count >= SQLITE_READINGS:
            break
    results.notes.append(f"after SQLite appended: fdatasync p50 {disk_pace(work):.2f} ms")
    results.add("append_points_per_s", "SQLite", 3 * count / spent)
    database.execute("create table pool (id integer primary key)")
    database.executemany("insert into pool values (?)", [(pool,) for pool in range(fleet.pools)])
    latest = (
        "select chlorine, ph, temperature from pool join reading on reading.pool = pool.id and"
        " time = (select max(time) from reading where pool = pool.id) order by pool.id"
    )
    wanted = [newest[pool] for pool in sorted(newest)]
    results.add(
        "latest_ms",
        "SQLite",
        p50(lambda: database.execute(latest).fetchall(), lambda rows: expect(rows, wanted, "newest values of SQLite")),
    )
    month = DataSet(data, "month")
    base = fleet.pools
    for batch in month.batches(50_000):
        insert([(base + row[0], *row[1:]) for row in batch])
    measure_sqlite_month(database, base, month, results)
    database.close()


def measure_sqlite_month(database, pool, month, results):
    """One day of one series, and its hours."""
    day = "select time, chlorine from reading where pool = ? and time > ? and time <= ?"
    wanted = int((month.times[:, 0] > month.last - DAY).sum())
    results.add(
        "raw_day_ms",
        "SQLite",
        p50(
            lambda: database.execute(day, (pool, month.last - DAY, month.last)).fetchall(),
            lambda rows: expect(len(rows), wanted, "one day of SQLite"),
        ),
    )
    first, last = month.whole_hours(720)
    hourly = (
        "select time / 3600000, min(chlorine), avg(chlorine), max(chlorine) from reading"
        " where pool = ? and time >= ? and time < ? group by 1"
    )
    results.add(
        "month_hourly_ms",
        "SQLite",
        p50(
            lambda: database.execute(hourly, (pool, first, last)).fetchall(),
            lambda rows: expect(len(rows), (last - first) // HOUR, "hours of SQLite"),
            runs=10,
        ),
    )


def measure_rrdtool(data, work, results):
    """One archive of the month's readings with its hours rolled up, through one `rrdtool -`."""
    month = DataSet(data, "month")
    name = f"{work}/peer.rrd"
    tool = subprocess.Popen(["rrdtool", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(command):
        tool.stdin.write(command + "\n")
        tool.stdin.flush()
        lines = []
        for line in tool.stdout:
            if line.startswith("OK "):
                return lines
            if line.startswith("ERROR"):
                raise OSError(f"rrdtool: {line.strip()}")
            lines.append(line)
        raise OSError("rrdtool ended")

    seconds = (month.times[:, 0] // 1000).tolist()
    values = month.values[:, 0, 0].tolist()
    archives = " ".join(f"RRA:{kind}:0.5:360:800" for kind in ("AVERAGE", "MIN", "MAX"))
    ask(
        f"create {name} --start {seconds[0] - 10} --step 10 DS:chlorine:GAUGE:20:U:U"
        f" RRA:AVERAGE:0.5:1:{month.rows} {archives}"
    )
    for first in range(0, month.rows, 500):
        block = zip(seconds[first : first + 500], values[first : first + 500])
        ask(f"update {name} " + " ".join(f"{second}:{value}" for second, value in block))
    end = seconds[-1]
    start = max(end - 86_400, seconds[0])
    wanted = (end - start) // 10

    def check_day(lines):
        expect(sum(": " in line and "nan" not in line for line in lines) >= wanted, True, "one day of rrdtool")

    results.add(
        "raw_day_ms", "RRDtool", p50(lambda: ask(f"fetch {name} AVERAGE -r 10 -s {start} -e {end}"), check_day)
    )
    first, last = (edge // 1000 for edge in month.whole_hours(720))

    def hours():
        kinds = ("MIN", "AVERAGE", "MAX")
        return [ask(f"fetch {name} {kind} -r 3600 -s {first} -e {last - 1}") for kind in kinds]

    def check_hours(answers):
        for lines in answers:
            count = sum(": " in line and "nan" not in line for line in lines)
            expect(count >= (last - first) // 3600 - 1, True, "hours of rrdtool")

    results.add("month_hourly_ms", "RRDtool", p50(hours, check_hours))
    tool.stdin.close()
    tool.wait()


def measure_zstd(data, work, results):
    """zstd -19 on a byte or two for each difference, 9,000 rows at a time as a page would have them."""
    for name in ("exact", "jitter"):
        readings = DataSet(data, name)
        folder = f"{work}/zstd-{name}"
        os.makedirs(folder)
        grid = readings.first // 10_000 * 10_000 + numpy.arange(readings.rows) * readings.period
        for pool in range(readings.pools):
            off = (readings.times[:, pool] - grid).astype("<i2")
            scaled = numpy.round(readings.values[:, pool, :] * (100, 100, 10)).astype("int64")
            steps = numpy.diff(scaled, axis=0, prepend=scaled[:1])
            for first in range(0, readings.rows, 9000):
                rows = slice(first, first + 9000)
                parts = [steps[rows, column].astype("i1").tobytes() for column in range(3)]
                offsets = off[rows].view("u1").reshape(-1, 2)
                parts += [offsets[:, 0].tobytes(), offsets[:, 1].tobytes()]
                with open(f"{folder}/{pool}-{first}", "wb") as file:
                    file.write(b"".join(parts))
        files = [f"{folder}/{file}" for file in os.listdir(folder)]
        subprocess.run(["zstd", "-19", "-q", "--no-check", *files], check=True)
        size = sum(os.path.getsize(file + ".zst") for file in files)
        results.notes.append(f"zstd -19 on plain differences, {name}: {size / readings.points:.3f} B/point")


def measure_ceiling(work, results):
    """ceiling.c, compiled here."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ceiling.c")
    program = f"{work}/ceiling"
    subprocess.run(["cc", "-O2", "-march=native", "-o", program, source], check=True)
    results.notes.append(f"before plain C appended: {quick_disk(work)}")
    answer = subprocess.run([program, work], check=True, capture_output=True, text=True).stdout
    for line in answer.splitlines():
        row, value = line.split()
        results.limit(row, float(value))


def version(*words):
    """The first line that a program says of itself."""
    answer = subprocess.run(words, capture_output=True, text=True)
    lines = (answer.stdout + answer.stderr).strip().splitlines()
    return lines[0] if lines else "installed"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--data", "--work", "--json"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    results = Results()
    peers = [
        ("plain C", "cc", lambda: measure_ceiling(options.work, results), ("cc", "--version")),
        ("SQLite", None, lambda: measure_sqlite(options.data, options.work, results), None),
        ("RRDtool", "rrdtool", lambda: measure_rrdtool(options.data, options.work, results), ("rrdtool", "--version")),
        ("zstd", "zstd", lambda: measure_zstd(options.data, options.work, results), ("zstd", "--version")),
        (
            victoriametrics.NAME,
            "victoria-metrics",
            lambda: victoriametrics.measure(options.data, options.work, results),
            ("dpkg-query", "-W", "-f", "${Version}", "victoria-metrics"),
        ),
    ]
    is_good = True
    for name, program, measure, asking in peers:
        if program and not shutil.which(program):
            results.versions[name] = "not installed"
            continue
        results.versions[name] = version(*asking) if asking else sqlite3.sqlite_version
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        start = time.monotonic()
        try:
            measure()
        except Exception as error:  # a peer that fails is named, and the others are measured
            print(f"failed: {name}: {error!r}", file=sys.stderr)
            results.versions[name] = f"failed: {error!r}"
            is_good = False
        print(f"  {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    with open(options.json, "w") as file:
        json.dump(results.document(), file, indent=1)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
