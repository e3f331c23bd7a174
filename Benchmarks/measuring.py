"""How the peers are timed and where their results go."""
import os
import time


class Wrong(Exception):
    """A peer answered something else than what was written to it."""


def expect(found, wanted, what):
    """Raises `Wrong` unless both are the same."""
    if found != wanted:
        raise Wrong(f"{what}: {found} instead of {wanted}")


def p50(body, check, runs=20):
    """Milliseconds of the median run of `body` after a first one; every result has to pass `check`."""
    spent = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        result = body()
        spent.append((time.perf_counter() - start) * 1e3)
        check(result)
    return sorted(spent[1:])[runs // 2]


def disk_pace(directory):
    """Milliseconds of the median of 200 times 16 bytes written and synchronized."""
    path = f"{directory}/pace"
    spent = []
    file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    for _ in range(200):
        start = time.perf_counter()
        os.write(file, b"0123456789abcdef")
        os.fdatasync(file)
        spent.append((time.perf_counter() - start) * 1e3)
    os.close(file)
    os.unlink(path)
    return sorted(spent)[100]


def quick_disk(directory):
    """Waits, 20 s at most, until the disk synchronizes within 0.2 ms; what it takes then, in words."""
    for _ in range(10):
        pace = disk_pace(directory)
        if pace <= 0.2:
            break
        time.sleep(2)
    return f"fdatasync p50 {pace:.2f} ms" + (" (slow disk)" if pace > 0.2 else "")


def anonymous_megabytes(pid):
    """RssAnon of a process, in MB."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise Wrong(f"/proc/{pid}/status has no RssAnon")


def byte_count(directory):
    """The bytes of all files below a directory."""
    return sum(
        os.path.getsize(os.path.join(root, name)) for root, _, names in os.walk(directory) for name in names
    )


class Results:
    """The peers' numbers by row, and which peers there are."""

    def __init__(self):
        self.rows = {}
        self.limits = {}
        self.versions = {}
        self.notes = []

    def add(self, row, peer, value):
        """A peer's number for a row."""
        self.rows.setdefault(row, {})[peer] = value

    def limit(self, row, value):
        """What plain C does at most for a row."""
        self.limits[row] = value

    def document(self):
        """All of it, as it is handed on."""
        return {"rows": self.rows, "limits": self.limits, "versions": self.versions, "notes": self.notes}
