"""VictoriaMetrics, single node, through HTTP on 127.0.0.1."""
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from urllib.parse import quote

from measuring import anonymous_megabytes, byte_count, expect, p50
from readings import DAY, HOUR, DataSet

NAME = "VictoriaMetrics"
ALL = '{__name__=~"pools_(free_chlorine|ph|temperature)"}'


def program():
    """Where it is installed; None where it is not."""
    return shutil.which("victoria-metrics")


class Server:
    """One server on a free port with a directory of its own; a context manager."""

    def __init__(self, directory):
        self.directory = directory
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        os.makedirs(directory)

    def __enter__(self):
        self.process = subprocess.Popen(
            [
                program(),
                f"-storageDataPath={self.directory}",
                f"-httpListenAddr=127.0.0.1:{self.port}",
                "-retentionPeriod=100y",
                "-memory.allowedPercent=30",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                break
            except OSError:
                time.sleep(0.1)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def ask(self, path, body=None):
        """The body of the answer."""
        self.connection.request("POST" if body else "GET", path, body)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise OSError(f"{path} answered {answer.status}: {text[:200]!r}")
        return text

    def load(self, data):
        """Sends all of a data set, 5,000 readings a request; the seconds of the requests alone."""
        spent = 0.0
        for batch in data.batches(5000):
            lines = data.lines(batch)
            start = time.perf_counter()
            self.ask("/write?precision=ms", lines)
            spent += time.perf_counter() - start
        self.ask("/internal/force_flush")
        return spent

    def merged_byte_count(self):
        """The bytes of its data files once its merge has come to rest: no change for two seconds."""
        self.ask("/internal/force_merge")
        sizes = []
        for _ in range(60):
            time.sleep(0.5)
            sizes.append(byte_count(self.directory + "/data"))
            if len(sizes) > 6 and len(set(sizes[-4:])) == 1:
                break
        return sizes[-1]


def measure(data, work, results):
    """Size of both small data sets; ingest, memory and queries of the fleet and of the month."""
    for name in ("exact", "jitter"):
        with Server(f"{work}/victoria-{name}") as server:
            small = DataSet(data, name)
            server.load(small)
            results.add(f"bytes_per_point_{name}", NAME, server.merged_byte_count() / small.points)
    with Server(f"{work}/victoria-fleet") as server:
        fleet = DataSet(data, "fleet")
        spent = server.load(fleet)
        results.notes.append(
            f"VictoriaMetrics: {fleet.points / spent / 1e6:.2f} M points/s by HTTP in one connection, not synchronized"
        )
        results.add("memory_mb", NAME, anonymous_megabytes(server.process.pid))
        measure_fleet(server, fleet, results)
    with Server(f"{work}/victoria-month") as server:
        month = DataSet(data, "month")
        server.load(month)
        measure_month(server, month, results)


def measure_fleet(server, fleet, results):
    """The newest value and the number of readings of every series."""

    def query(text, at):
        path = f"/api/v1/query?nocache=1&query={quote(text)}&time={at / 1000}"
        return json.loads(server.ask(path))["data"]["result"]

    def raw(text, at):
        return server.ask(f"/api/v1/query?nocache=1&query={quote(text)}&time={at / 1000}")

    latest = f"last_over_time({ALL}[5m])"
    found = sum(float(series["value"][1]) for series in query(latest, fleet.last))
    expect(round(found, 3), round(float(fleet.values[-1].sum()), 3), "newest values of VictoriaMetrics")
    results.add("latest_ms", NAME, p50(lambda: raw(latest, fleet.last), lambda _: None))
    first, last = fleet.whole_hours(24)
    hours = (last - first) // HOUR
    counting = f"count_over_time({ALL}[{hours}h]) keep_metric_names"
    # A window of VictoriaMetrics is open at its start and closed at its end.
    inside = (fleet.times[:, 0] > first) & (fleet.times[:, 0] <= last)
    found = sum(int(series["value"][1]) for series in query(counting, last))
    expect(found, int(inside.sum()) * 3 * fleet.pools, "counts of VictoriaMetrics")
    results.add("coverage_day_raw_ms", NAME, p50(lambda: raw(counting, last), lambda _: None, runs=10))


def measure_month(server, month, results):
    """One day of one series, raw, and all of its hours."""
    series = 'pools_free_chlorine{pool="pool0"}'
    start = month.last - DAY
    count = int((month.times[:, 0] > start).sum())

    def exported():
        start_time, end_time = (start + 1) / 1000, month.last / 1000
        return server.ask(f"/api/v1/export?match[]={quote(series)}&start={start_time}&end={end_time}")

    def check_exported(text):
        lines = [json.loads(line) for line in text.splitlines()]
        expect(sum(len(line["values"]) for line in lines), count, "one day exported from VictoriaMetrics")

    results.add("raw_day_ms", NAME, p50(exported, check_exported))
    first, last = month.whole_hours(720)
    path = (
        f"/api/v1/query_range?nocache=1&query={quote(f'rollup({series}[1h])')}"
        f"&start={first / 1000 + 3600}&end={last / 1000}&step=1h"
    )

    def check_hours(text):
        lines = json.loads(text)["data"]["result"]
        expect([len(line["values"]) for line in lines], [(last - first) // HOUR] * 3, "hours of VictoriaMetrics")

    results.add("month_hourly_ms", NAME, p50(lambda: server.ask(path), check_hours))
