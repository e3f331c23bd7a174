"""What the benchmarks say and how: machine and commit, the table, the rows as JSON."""
import datetime
import json
import os
import platform
import subprocess
import sys
import textwrap

from measuring import Wrong

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SLOW_DISK = 0.2


def run(*words, **options):
    """A command; what it says goes where ours goes."""
    return subprocess.run(words, cwd=ROOT, **options)


def text_of(*words):
    """What a command prints; empty when it fails or is not there."""
    try:
        return run(*words, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def short(value):
    """Three digits, with M for millions."""
    if value is None:
        return "-"
    if value >= 1e6:
        return f"{value / 1e6:.3g} M"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def built_program(name, scratch):
    """Builds the program `name` of this package and nothing else; its path."""
    words = ["swift", "build", "-c", "release", "--package-path", HERE, "--scratch-path", scratch]
    environment = dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1")
    run(*words, "--product", name, check=True, env=environment, stdout=sys.stderr)
    directory = run(*words, "--show-bin-path", check=True, env=environment, capture_output=True, text=True).stdout
    return f"{directory.strip()}/{name}"


def answer_of(*words):
    """The JSON that a command prints in its last line."""
    lines = run(*words, check=True, capture_output=True, text=True).stdout.strip().splitlines()
    return json.loads(lines[-1])


class Table:
    """The rows as they are measured."""

    def __init__(self, only):
        self.only = set(only.split(",")) if only else set()
        self.ours = {"rows": {}, "fdatasync_milliseconds": {}}
        self.peers = {"rows": {}, "limits": {}, "versions": {}, "notes": []}

    def wants(self, *names):
        """Whether one of the rows is asked for."""
        return not self.only or bool(self.only & set(names))

    def add(self, name, value, *notes):
        """A row, shown as it comes."""
        self.ours["rows"][name] = {"ours": value, "notes": list(notes)}
        print(f"{name} {value:.4g}", *notes, sep="\n  ", file=sys.stderr)

    def attempt(self, names, body):
        """Rows that are measured together, or why they could not be."""
        if not self.wants(*names):
            return
        print(f"measuring: {', '.join(names)}", file=sys.stderr)
        try:
            body()
        except (Wrong, OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
            words = getattr(error, "stderr", None) or error
            for name in names:
                self.ours["rows"].setdefault(name, {"error": str(words).strip()})

    @property
    def is_complete(self):
        """Whether every row that was tried has a number."""
        return all("error" not in row for row in self.ours["rows"].values())


def machine():
    """Processor, cores, memory, kernel."""
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def commit():
    """The commit in short, and whether the sources differ from it."""
    name = text_of("git", "rev-parse", "--short", "HEAD") or "unknown"
    return name + (" with changes" if text_of("git", "status", "--porcelain") else "")


def verdict(entry, sign, must, goal):
    """Whether a row is met."""
    value = entry.get("ours")
    if value is None:
        return "FAILED"
    if entry.get("is_disk_slow"):
        return "slow disk"
    better = (lambda limit: value <= limit) if sign == "≤" else (lambda limit: value >= limit)
    return "goal" if better(goal) else "must" if better(must) else "missed"


def best_peer(numbers, sign):
    """The peer that does best in a row: its name and number."""
    if not numbers:
        return None, None
    pick = min if sign == "≤" else max
    name = pick(numbers, key=numbers.get)
    return name, numbers[name]


def print_wrapped(text):
    """A line of at most 80 columns, and more of them where it is longer."""
    print(textwrap.fill(text, 80, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))


def print_table(title, rows, ours, peers, is_quick):
    """At most 80 columns. A row: name, unit, sign, must, goal."""
    paces = ours.get("fdatasync_milliseconds", {})
    pace = ", ".join(f"{value:.3f} ms at {moment}" for moment, value in sorted(paces.items(), reverse=True))
    print_wrapped(f"{title}, {datetime.date.today()}, commit {commit()}" + (" (QUICK: says nothing)" if is_quick else ""))
    print_wrapped(machine())
    if paces:
        print_wrapped(f"fdatasync p50 {pace}; a row that waits for the disk counts up to {SLOW_DISK} ms")
    print()
    print(f"{'row':25}{'ours':>7}{'must':>9}{'goal':>9}  {'verdict':10}{'plain C':>8}{'best peer':>10}")
    for name, _, sign, must, goal in rows:
        entry = ours["rows"].get(name)
        if entry is None:
            continue
        _, number = best_peer(peers["rows"].get(name), sign)
        print(
            f"{name:25}{short(entry.get('ours')):>7}{sign + ' ' + short(must):>9}{sign + ' ' + short(goal):>9}"
            f"  {verdict(entry, sign, must, goal):10}{short(peers['limits'].get(name)):>8}{short(number):>10}"
        )
    print()
    for name, unit, *_ in rows:
        entry = ours["rows"].get(name, {})
        notes = entry.get("notes", [])
        if "error" in entry:
            notes = notes + [f"FAILED: {entry['error']}"]
        for note in notes:
            print_wrapped(f"{name} ({unit}): {note}")
        others = peers["rows"].get(name, {})
        if others:
            print_wrapped(f"{name} ({unit}): " + ", ".join(f"{peer} {short(value)}" for peer, value in others.items()))
    print()
    for peer, version in peers["versions"].items():
        print_wrapped(f"{peer}: {version}")
    for note in peers["notes"]:
        print_wrapped(note)


def write_json(path, rows, ours, peers):
    """Our number, its unit, its limit and the best peer's number of every row."""
    answer = {}
    for name, unit, sign, must, _ in rows:
        answer[name] = {
            "ours": ours["rows"].get(name, {}).get("ours"),
            "unit": unit,
            "must": must,
            "peer": best_peer(peers["rows"].get(name), sign)[1],
        }
    with open(path, "w") as file:
        json.dump(answer, file, indent=1)
        file.write("\n")
