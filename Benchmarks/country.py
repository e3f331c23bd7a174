"""The whole daemon with as many pools as a country has."""
import json
import os
import subprocess
import threading
import time

from broker_runs import mosquitto, processor_seconds, publish
from measuring import Wrong
from reporting import ROOT, run

WARMING = 60
SPAN = 180

RULES = """kind: rules
silence_seconds: 600
broker_down_seconds: 60
limits:
  free_chlorine: {deadband: 0.03, on_delay_seconds: 180, off_delay_seconds: 300}
  ph: {deadband: 0.05, on_delay_seconds: 180, off_delay_seconds: 300}
"""
PEOPLE = """kind: people
people:
  - {id: desk, name: {en: duty desk}, role: inspector, channel: log, streets: [street 0]}
"""


def configuration(directory, port, pool_count):
    """Writes the daemon's files; the path of the first."""
    os.makedirs(directory)
    venues = [
        f"  - id: venue{venue:03d}\n    name: {{en: venue {venue}}}\n    street: street {venue % 100}\n    pools:\n"
        + "".join(
            f"      - {{id: pool{pool:05d}, name: {{en: pool {pool}}}, kind: indoor, disinfectant: chlorine,"
            " resolution: {free_chlorine: 0.01, ph: 0.01, temperature: 0.1}}\n"
            for pool in range(venue * 10, min(pool_count, venue * 10 + 10)))
        for venue in range((pool_count + 9) // 10)]
    files = {
        "poolwatch.yaml": "kind: poolwatch\nplan: plan.yaml\nrules: rules.yaml\npeople: people.yaml\n"
        f"profiles: [{ROOT}/Config/profiles/cn-gb37488-2019.yaml]\n"
        f"broker: {{host: 127.0.0.1, port: {port}}}\n"
        f"store: {{directory: {directory}/state, retention_days: 7, minute_retention_days: 7,"
        " hour_retention_days: 90, day_retention_days: 365}\n"
        f"api: {{socket: {directory}/api.sock}}\nchannels: {{log: {{}}}}\n",
        "plan.yaml": "kind: plan\ndistrict: {code: \"350205\", name: {en: country}, zone: Asia/Shanghai}\n"
        "interval_seconds: 60\nrequired: [free_chlorine, ph, temperature]\nvenues:\n" + "".join(venues),
        "rules.yaml": RULES,
        "people.yaml": PEOPLE,
    }
    for name, text in files.items():
        with open(f"{directory}/{name}", "w") as file:
            file.write(text)
    return f"{directory}/poolwatch.yaml"


def status(poolwatch, directory):
    """What the daemon says of itself; None while it does not answer."""
    answer = subprocess.run(
        [poolwatch, "status", "--socket", f"{directory}/api.sock", "-o", "json"], capture_output=True, text=True)
    return json.loads(answer.stdout) if answer.returncode == 0 else None


def memory_megabytes(pid, name):
    """A line of /proc/PID/status, in 10⁶ bytes."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(f"{name}:")) * 1024 / 1e6


def wait_until_connected(daemon, poolwatch, directory):
    """How long that took, in seconds."""
    begin = time.monotonic()
    while time.monotonic() - begin < 600:
        if daemon.poll() is not None:
            with open(f"{directory}/log") as file:
                raise Wrong(f"poolwatchd ended with {daemon.returncode}: {file.read()[-2000:]}")
        answer = status(poolwatch, directory)
        if answer and answer["broker_connected"]:
            return time.monotonic() - begin
        time.sleep(0.5)
    raise Wrong("poolwatchd does not come up")


def measure_country(table, plain, work, is_quick):
    """40,000 pools, three parameters, every minute: processor time and memory while it goes on."""
    pool_count = 400 if is_quick else 40_000
    warming, span = (5, 10) if is_quick else (WARMING, SPAN)
    rate = pool_count / 60
    for product in ("poolwatchd", "poolwatch"):
        run("swift", "build", "-c", "release", "--product", product, check=True, capture_output=True,
            env=dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1"))
    programs = run("swift", "build", "-c", "release", "--show-bin-path", check=True, capture_output=True, text=True)
    programs = programs.stdout.strip()
    directory = f"{work}/country"
    with mosquitto(work) as (port, _):
        path = configuration(directory, port, pool_count)
        with open(f"{directory}/log", "w") as log:
            daemon = subprocess.Popen(
                [f"{programs}/poolwatchd", "--config", path], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            opening = wait_until_connected(daemon, f"{programs}/poolwatch", directory)
            count = int(rate * (warming + span + 5))
            publisher = threading.Thread(target=publish, args=(plain, port, count, rate, pool_count))
            publisher.start()
            time.sleep(warming)
            before, begin = processor_seconds(daemon.pid), time.monotonic()
            received = status(f"{programs}/poolwatch", directory)["received"]
            time.sleep(span)
            percent = (processor_seconds(daemon.pid) - before) / (time.monotonic() - begin) * 100
            answer = status(f"{programs}/poolwatch", directory)
            publisher.join()
            highest, anonymous = memory_megabytes(daemon.pid, "VmHWM"), memory_megabytes(daemon.pid, "RssAnon")
        finally:
            daemon.terminate()
            try:
                daemon.wait(60)
            except subprocess.TimeoutExpired:
                daemon.kill()
    received = answer["received"] - received
    if received < 0.95 * rate * span:
        raise Wrong(f"{received} messages came in {span} s instead of {rate * span:.0f}")
    table.add(
        "country_core_percent", percent,
        f"{pool_count:,} pools, {received / span:.0f} messages/s for {span} s after {warming} s:"
        f" {percent * span * 1e4 / received:.0f} µs of processor time a message; up after {opening:.1f} s;"
        f" commit p50 {answer['commit_p50_ms']:.2f}, p99 {answer['commit_p99_ms']:.2f} ms")
    table.add(
        "country_memory_mb", highest,
        f"the most that the daemon had in memory since its start, files and all; {anonymous:.0f} MB of it anonymous at the end")
