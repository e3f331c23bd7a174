"""The readings that series.py wrote, for the peers."""
import json

import numpy

from series import PARAMETERS

HOUR = 3_600_000
DAY = 24 * HOUR


class DataSet:
    """One data set: `values` (rows, pools, 3) and `times` (rows, pools)."""

    def __init__(self, directory, name):
        shape = json.load(open(f"{directory}/manifest.json"))[name]
        self.pools, self.rows = shape["pools"], shape["rows"]
        self.period = shape["period_milliseconds"]
        self.values = numpy.memmap(f"{directory}/{name}.values", "<f8", "r").reshape(self.rows, self.pools, 3)
        times = numpy.fromfile(f"{directory}/{name}.times", "<i8").reshape(self.rows, -1)
        self.times = numpy.broadcast_to(times, (self.rows, self.pools))
        self.points = 3 * self.rows * self.pools
        self.first, self.last = int(self.times.min()), int(self.times.max())

    def batches(self, count):
        """Lists of (pool, time, chlorine, pH, temperature) in time order, `count` rows each."""
        batch = []
        for row in range(self.rows):
            three = self.values[row]
            batch.extend(
                zip(
                    range(self.pools),
                    self.times[row].tolist(),
                    three[:, 0].tolist(),
                    three[:, 1].tolist(),
                    three[:, 2].tolist(),
                )
            )
            while len(batch) >= count:
                yield batch[:count]
                batch = batch[count:]
        if batch:
            yield batch

    def whole_hours(self, limit):
        """The range of whole hours from the first whole one on, `limit` hours at most."""
        first = -(-self.first // HOUR) * HOUR
        return first, min(first + limit * HOUR, self.last // HOUR * HOUR)

    def lines(self, batch):
        """A batch in Influx line protocol, which VictoriaMetrics reads."""
        names = PARAMETERS
        return "".join(
            f"pools,venue=venue{p // 10},pool=pool{p} {names[0]}={c},{names[1]}={h},{names[2]}={t} {time}\n"
            for p, time, c, h, t in batch
        ).encode()
