"""Services against a real mosquitto: ours and plain C in turn, on the same broker settings and messages."""
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time

from measuring import Wrong, disk_pace

TICKS = os.sysconf("SC_CLK_TCK")
POOLS = 1000
WINDOW = 1000


def free_port():
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def processor_seconds(pid):
    """What a process has used of the processors."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.contextmanager
def mosquitto(work):
    """A broker without persistence that holds what is under way; its port and process."""
    port = free_port()
    path = f"{work}/mosquitto.conf"
    with open(path, "w") as file:
        file.write(
            f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\n"
            f"max_inflight_messages {WINDOW}\nmax_queued_messages 0\n")
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    broker = subprocess.Popen([program, "-c", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_listener(port, broker)
        yield port, broker
    finally:
        broker.kill()
        broker.wait()


def wait_for_listener(port, broker):
    end = time.monotonic() + 20
    while time.monotonic() < end and broker.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise Wrong("mosquitto does not listen")


def publish(plain, port, count, rate, pools=POOLS):
    """Publishes, and waits until the broker has all of it.

    Without a rate each pool's readings are 10 s apart, up to now: faster than any gateway measures.
    """
    words = [plain, "publish", port, 1, count, pools, WINDOW, rate]
    if not rate:
        step = 10_000 // pools
        words += [int(time.time() * 1000) - count * step, step]
    subprocess.run([str(word) for word in words], check=True, capture_output=True, timeout=900)


class BrokerRuns:
    """The rows that are measured through a broker."""

    def __init__(self, table, program, plain, work, reference, is_quick):
        self.table, self.plain, self.work, self.is_quick = table, plain, work, is_quick
        self.ours = [program, "PORT", "1", "COUNT", "--work", work]
        self.name = "plain C"
        self.others = {"plain C": [plain, "serve", "PORT", "1", "COUNT", f"{work}/plain.log"]}
        if reference:
            self.name = "refsvc"
            self.others |= references(reference, work)

    def run(self, words, count, rate):
        """One service with a broker of its own; what it says at its end."""
        with mosquitto(self.work) as (port, broker):
            words = [word.replace("PORT", str(port)).replace("COUNT", str(count)) for word in words]
            service = subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.work,
                env=dict(os.environ, POOLBENCH_DIR=self.work, POOLBENCH_LOG=f"{self.work}/reference.log"))
            try:
                line = service.stderr.readline()
                if "READY" not in line:
                    raise Wrong(f"{words[0]} is not ready: {line.strip()}")
                publish(self.plain, port, count, rate)
                output, errors = service.communicate(timeout=600)
            finally:
                service.kill()
            if service.returncode != 0 or not output.strip():
                raise Wrong(f"{words[0]} ended with {service.returncode}: {errors.strip()}")
            answer = json.loads(output.strip().splitlines()[-1])
            answer["broker_us"] = processor_seconds(broker.pid) / count * 1e6
        if answer["lost"]:
            raise Wrong(f"{words[0]} missed {answer['lost']} of {count} messages")
        return answer

    def pairs(self, count, rate):
        """Ours and the reference in turn, three times, with the disk's pace before each pair."""
        pairs = []
        for _ in range(1 if self.is_quick else 3):
            pace = disk_pace(self.work)
            pairs.append((pace, self.run(self.ours, count, rate), self.run(self.others[self.name], count, rate)))
            ours, theirs = pairs[-1][1:]
            print(
                f"  ours {ours['rate']:,.0f}/s {ours['cpu_us_per_msg']:.2f} µs {ours['decide_ms']},"
                f" {self.name} {theirs['rate']:,.0f}/s {theirs['cpu_us_per_msg']:.2f} µs {theirs['decide_ms']},"
                f" fdatasync {pace:.3f} ms", file=sys.stderr)
        return pairs

    def measure_saturation(self):
        """As fast as the broker gives it, QoS 1."""
        count = 20_000 if self.is_quick else 300_000
        pairs = self.pairs(count, 0)
        rates = [ours["rate"] / theirs["rate"] for _, ours, theirs in pairs]
        spent = [ours["cpu_us_per_msg"] / theirs["cpu_us_per_msg"] for _, ours, theirs in pairs]
        def both(key):
            return (f"ours {median(ours[key] for _, ours, _ in pairs):,.4g},"
                    f" {self.name} {median(theirs[key] for _, _, theirs in pairs):,.4g}")
        self.table.add(
            "mqtt_qos1_ratio", statistics.median(rates), f"messages a second: {both('rate')}; p50 of {len(pairs)} pairs of"
            f" {count:,} messages, every one durable before it is acknowledged (the reference acknowledges before)",
            *(self.note(name, count) for name in self.others if name != self.name))
        self.table.add(
            "mqtt_cpu_ratio", statistics.median(spent),
            f"µs of processor time a message: {both('cpu_us_per_msg')}; mosquitto's own {both('broker_us')}")

    def note(self, name, count):
        """Another service's numbers, in words."""
        count = min(count, 60_000)
        try:
            answer = self.run(self.others[name], count, 0)
        except (Wrong, subprocess.SubprocessError) as error:
            return f"{name}: {error}"
        rate, spent = answer["rate"], answer["cpu_us_per_msg"]
        self.table.peers["versions"][name] = f"{rate:,.0f} messages/s, {spent:.1f} µs of processor time a message"
        return f"{name}: {rate:,.0f} messages/s, {spent:.1f} µs a message"

    def measure_decisions(self):
        """From publication to decision at 1,000 messages a second."""
        count = 1000 if self.is_quick else 10_000
        pairs = self.pairs(count, 1000)
        for share in ("p50", "p99"):
            ratios = [
                ours["decide_ms"][share] / (theirs["decide_ms"][share] + pace) for pace, ours, theirs in pairs]
            self.table.add(
                f"decision_{share}_ratio", statistics.median(ratios),
                f"ms from publication to decision: ours {median(o['decide_ms'][share] for _, o, _ in pairs):.3f} with the"
                f" sync, {self.name} {median(t['decide_ms'][share] for _, _, t in pairs):.3f}"
                f" + fdatasync p50 {median(pace for pace, _, _ in pairs):.3f}; p50 of {len(pairs)} pairs")


def median(values):
    return statistics.median(list(values))


def references(directory, work):
    """The reference services of `directory`, built in `work`, with their command lines."""
    for name, words in (("refsvc", ["-O3", "-march=native"]), ("mqttsub", ["-O2"])):
        subprocess.run(
            ["gcc", "-w", *words, "-o", f"{work}/{name}", f"{directory}/{name}.c", "-lmosquitto"], check=True)
    services = {"refsvc": [f"{work}/refsvc", "PORT", "1", "COUNT"]}
    python = f"{work}/python"
    os.makedirs(f"{work}/work", exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", python], check=True, capture_output=True)
    subprocess.run([f"{python}/bin/pip", "install", "-q", "paho-mqtt"], check=True, capture_output=True)
    services["Python, paho and SQLite"] = [
        f"{python}/bin/python", f"{os.path.dirname(directory)}/pysvc.py", "PORT", "1", "COUNT"]
    return services
