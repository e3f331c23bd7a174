"""The whole way of a reading on this machine, on real parts: mosquitto, an SMTP sink, poolwatchd,
and ten simulated venues of which one drifts out of limits and one falls silent.

Called by `make run`. Ctrl-C stops everything. DEMO_SECONDS=60 counts from the first stored reading,
prints what there is to see and stops by itself. Everything it writes lies in .build/demo/."""

import datetime
import email
import email.policy
import fcntl
import json
import mailbox
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.chdir(ROOT)
PROGRAMS = ROOT / ".build/release"
CONFIG = ROOT / "Config/demo"
HOME = ROOT / ".build/demo"
FIRST_READING_SECONDS = 30  # no stored reading after so long is a failure


class Failure(Exception):
    """Something that the demonstration needs has failed; the text says what."""


def say(text=""):
    print(text, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Parts:
    """The processes we started: each known by its id, stopped in reverse order."""

    def __init__(self):
        self.running = []

    def start(self, name, *command):
        log = HOME / f"{name}.log"
        with log.open("wb") as output:
            # A session of its own: Ctrl-C reaches us alone, and we stop them in order. Should we be
            # killed, the kernel stops them.
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *map(str, command)], stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        self.running.append((name, process, log))

    def check(self):
        for name, process, log in self.running:
            if process.poll() is not None:
                tail = "".join(log.read_text(errors="replace").splitlines(True)[-15:])
                raise Failure(f"{name} ended with status {process.returncode}; end of {log}:\n{tail}")

    def stop(self):
        while self.running:
            name, process, _ = self.running.pop()
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                say(f"{name} does not stop, killing it")
                process.kill()
                process.wait()

    def wait(self, what, seconds, condition):
        """What `condition` gives as soon as it is true."""
        deadline = time.monotonic() + seconds
        while not (result := condition()):
            self.check()
            if time.monotonic() > deadline:
                raise Failure(f"{what}: not within {seconds} s; the logs are in {HOME}")
            time.sleep(0.2)
        return result


class Questions:
    """Asks the daemon by the command line, as anybody would."""

    def __init__(self, api_socket):
        self.command = [str(PROGRAMS / "poolwatch"), "--socket", str(api_socket)]

    def table(self, *words):
        return subprocess.run([*self.command, *words], stdin=subprocess.DEVNULL, check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def rows(self, *words):
        return json.loads(self.table(*words, "-o", "json"))

    def status(self):
        """None while the daemon is not reachable (exit 69)."""
        answer = subprocess.run([*self.command, "status", "-o", "json"], capture_output=True,
                                stdin=subprocess.DEVNULL, text=True)
        return json.loads(answer.stdout) if answer.returncode == 0 else None


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def broker_configuration(port):
    """Config/demo/mosquitto.conf with this run's port, directory and user."""
    # The user: a broker that root starts would else become one who may not write here.
    user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
    (HOME / "broker").mkdir()
    file = HOME / "mosquitto.conf"
    file.write_text((CONFIG / "mosquitto.conf").read_text()
                    + f"\nlistener {port} 127.0.0.1\npersistence_location {HOME}/broker/\n"
                    + f"user {user}\nlog_dest stderr\n")
    return file


def start_all(parts, api_socket):
    broker, sink = free_port(), free_port()
    parts.start("mosquitto", shutil.which("mosquitto") or "/usr/sbin/mosquitto",
                "-c", broker_configuration(broker))
    parts.start("smtp-sink", "/usr/bin/python3", "-m", "aiosmtpd", "--nosetuid",
                "--class", "aiosmtpd.handlers.Mailbox", HOME / "mails",
                "--listen", f"127.0.0.1:{sink}")
    parts.wait("the broker listens", 10, lambda: accepts(broker))
    parts.wait("the SMTP sink listens", 10, lambda: accepts(sink))
    parts.start("poolwatchd", PROGRAMS / "poolwatchd", "--config", CONFIG / "poolwatch.yaml",
                "--set", f"broker.port={broker}", "--set", f"store.directory={HOME}/state",
                "--set", f"api.socket={api_socket}", "--set", f"channels.mail.port={sink}")
    questions = Questions(api_socket)
    parts.wait("the daemon answers", 30, questions.status)
    parts.start("poolsim", PROGRAMS / "poolsim", "run", "--config", CONFIG / "poolwatch.yaml",
                "--scenario", "demo", "--seed", 1, "--host", "127.0.0.1", "--port", broker)
    return questions, broker


def guide(api_socket, broker, seconds):
    program = (PROGRAMS / "poolwatch").relative_to(ROOT)
    say(f"\nPoolwatch runs with ten simulated venues; "
        + (f"it stops {seconds} s after the first stored reading." if seconds else "Ctrl-C stops it."))
    say("In another terminal:\n")
    say(f"  cd {ROOT}\n  export POOLWATCH_SOCKET={api_socket}")
    for words in ("latest", "alarms", "history venue-04/main --parameter free_chlorine --from -24h",
                  "coverage --by venue", "notices", "quarantine", "status", "--help"):
        say(f"  {program} {words}")
    say("\nBe a gateway yourself (venue-08 is the silent one):\n")
    say(f"  mosquitto_pub -h 127.0.0.1 -p {broker} -q 1 -t pools/v1/310107/venue-08/main/telemetry \\\n"
        """    -m '{"ts":'$(date +%s%3N)',"values":{"free_chlorine":0.52,"ph":7.31,"temperature":27.4}}'""")
    say(f"\nMails: {HOME / 'mails'}   logs: {HOME}/*.log\n")


def watch(parts, questions, seconds):
    """Prints alarms and status for `seconds`, from the first stored reading on; 0 is for ever."""
    seen, next_status = {}, 0.0
    end = time.monotonic() + seconds if seconds else float("inf")
    while time.monotonic() < end:
        parts.check()
        for row in questions.rows("alarms", "--state", "all"):
            if seen.get(row["id"]) != row["state"]:
                seen[row["id"]] = row["state"]
                shown = ("class", "state", "venue", "pool", "rule", "value", "limit", "clause")
                say(f"{datetime.datetime.now():%H:%M:%S} ALARM "
                    + " ".join(str(row[key]) for key in shown if row.get(key) is not None))
        if time.monotonic() >= next_status:
            next_status = time.monotonic() + 10
            status = questions.status() or {}
            shown = ("received", "stored", "late", "refused", "judgement_lag_seconds", "commit_p99_ms")
            say(f"{datetime.datetime.now():%H:%M:%S} status "
                + " ".join(f"{key} {status.get(key)}" for key in shown))
        time.sleep(1)


def first_stored_time(questions):
    pools = {(row["venue"], row["pool"], row["parameter"]) for row in questions.rows("latest")}
    times = [row["time"] for venue, pool, parameter in sorted(pools)
             for row in questions.rows("history", f"{venue}/{pool}", "--parameter", parameter)[:1]]
    return min(times, key=datetime.datetime.fromisoformat)


def show(questions):
    """Prints and writes down what the daemon knows, while everything still runs."""
    since = first_stored_time(questions)
    for title, words, file in [
        ("Latest values", ["latest"], "latest.json"),
        ("Alarms", ["alarms", "--state", "all"], "alarms.json"),
        (f"Coverage since {since}", ["coverage", "--from", since, "--by", "venue"], "coverage.json"),
    ]:
        (HOME / file).write_text(questions.table(*words, "-o", "json"))
        say(f"\n== {title}\n{questions.table(*words)}")
    mails = list(mailbox.Maildir(HOME / "mails", create=False).values()) \
        if (HOME / "mails/new").exists() else []
    say(f"== {len(mails)} mails received" + (", one of them:" if mails else ""))
    if mails:
        mail = email.message_from_bytes(bytes(mails[0]), policy=email.policy.default)
        for name in ("From", "To", "Subject", "Date", "Message-ID"):
            if mail[name]:
                say(f"{name}: {mail[name]}")
        body = mail.get_body(("plain",))
        say("\n" + body.get_content() if body else mails[0].as_string())


def main():
    seconds = int(os.environ.get("DEMO_SECONDS") or 0)
    HOME.parent.mkdir(parents=True, exist_ok=True)
    lock = HOME.with_suffix(".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("demo: another demonstration runs in this checkout; stop it first")
        return 1
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    api_socket = HOME / "api.sock"
    short = None
    if len(os.fsencode(api_socket)) > 107:  # the kernel's limit for a Unix socket's path
        short = tempfile.mkdtemp(prefix="poolwatch-")
        api_socket = pathlib.Path(short) / "api.sock"

    def ended(*_):
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ended)
    parts = Parts()
    try:
        questions, broker = start_all(parts, api_socket)
        guide(api_socket, broker, seconds)
        parts.wait("the first stored reading", FIRST_READING_SECONDS,
                   lambda: (questions.status() or {}).get("stored"))
        watch(parts, questions, seconds)
        show(questions)
        parts.check()
    except KeyboardInterrupt:
        say("\nstopping")
        return 130 if seconds else 0  # what was to end by itself has not
    except (Failure, subprocess.CalledProcessError) as failure:
        say(f"demo: {failure}")
        return 1
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # the end is not to be interrupted
        parts.stop()
        if short:
            shutil.rmtree(short)
    return 0


sys.exit(main())
