/* What this machine does at most with plain arrays and no promises: ceiling DIR.
 *
 * Prints `row value` for rows of the table. Appending keeps rings of doubles and running minutes, hours
 * and days, writes 32 bytes a reading to a log and synchronizes every 1,000 readings, as the store does;
 * nothing is compressed, checked or found again. The queries run over arrays in memory. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { POOLS = 1000, PARAMETERS = 3, SERIES = POOLS * PARAMETERS, RING = 1024, STEPS = 3000, DAY_ROWS = 8640,
       MONTH_ROWS = 259200, RUNS = 21 };
static const int64_t first_time = 1763000000000LL, period = 10000;
static const int64_t spans[3] = {60000, 3600000, 86400000};

struct rollup { int64_t bucket; double least, most, sum; int64_t count; };
struct series { double values[RING]; struct rollup open[3]; };
struct pool { int64_t times[RING]; struct series series[PARAMETERS]; };
struct record { int64_t time_and_pool; double values[PARAMETERS]; };

static volatile double sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void *some(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory) { perror("calloc"); exit(1); }
  return memory;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double p50(double *seconds) {
  qsort(seconds, RUNS, sizeof *seconds, ascending);
  return seconds[RUNS / 2];
}

static void roll(struct series *series, int64_t time, double value) {
  for (int tier = 0; tier < 3; tier++) {
    struct rollup *open = &series->open[tier];
    if (open->bucket != time / spans[tier]) {
      sink = open->sum;
      *open = (struct rollup){time / spans[tier], value, value, 0, 0};
    }
    if (value < open->least) open->least = value;
    if (value > open->most) open->most = value;
    open->sum += value;
    open->count++;
  }
}

static void append(const char *directory) {
  char path[4096];
  snprintf(path, sizeof path, "%s/ceiling.log", directory);
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (file < 0) { perror(path); exit(1); }
  struct pool *pools = some(POOLS, sizeof *pools);
  struct record *records = some(POOLS, sizeof *records);
  memset(pools, 1, POOLS * sizeof *pools);
  double start = now();
  for (int step = 0; step < STEPS; step++) {
    for (int p = 0; p < POOLS; p++) {
      int64_t time = first_time + step * period;
      pools[p].times[step % RING] = time;
      records[p].time_and_pool = time << 16 | p;
      for (int k = 0; k < PARAMETERS; k++) {
        double value = 0.5 + (step * 7 + p + k) % 100 * 0.01;
        pools[p].series[k].values[step % RING] = value;
        roll(&pools[p].series[k], time, value);
        records[p].values[k] = value;
      }
    }
    ssize_t size = POOLS * sizeof *records;
    if (write(file, records, size) != size || fdatasync(file)) { perror(path); exit(1); }
  }
  printf("append_points_per_s %.0f\n", (double)STEPS * SERIES / (now() - start));
  start = now();
  for (int i = 0; i < 200; i++) {
    double sum = 0;
    for (int p = 0; p < POOLS; p++)
      for (int k = 0; k < PARAMETERS; k++) sum += pools[p].series[k].values[(STEPS - 1) % RING];
    sink = sum;
  }
  printf("latest_ms %.4f\n", (now() - start) * 1e3 / 200);
  close(file);
  unlink(path);
  free(pools);
  free(records);
}

static void decode(void) {
  int8_t *steps = some(MONTH_ROWS, 1);
  double *values = some(MONTH_ROWS, sizeof *values), seconds[RUNS];
  for (int i = 0; i < MONTH_ROWS; i++) steps[i] = (int8_t)(i * 37 % 7 - 3);
  for (int run = 0; run < RUNS; run++) {
    double start = now();
    int64_t scaled = 60;
    for (int i = 0; i < MONTH_ROWS; i++) values[i] = (double)(scaled += steps[i]) / 100;
    seconds[run] = now() - start;
    sink = values[run];
  }
  printf("decode_points_per_s %.0f\n", MONTH_ROWS / p50(seconds));
  free(steps);
  free(values);
}

static void month(void) {
  int64_t *times = some(MONTH_ROWS, sizeof *times), *copied_times = some(DAY_ROWS, sizeof *times);
  double *values = some(MONTH_ROWS, sizeof *values), *copied = some(DAY_ROWS, sizeof *values), seconds[RUNS];
  for (int i = 0; i < MONTH_ROWS; i++) {
    times[i] = first_time + i * period;
    values[i] = 0.5 + i % 100 * 0.01;
  }
  for (int run = 0; run < RUNS; run++) {
    double start = now();
    memcpy(copied_times, times + run * DAY_ROWS, DAY_ROWS * sizeof *times);
    memcpy(copied, values + run * DAY_ROWS, DAY_ROWS * sizeof *values);
    seconds[run] = now() - start;
    sink = copied[run] + (double)copied_times[run];
  }
  printf("raw_day_ms %.4f\n", p50(seconds) * 1e3);
  for (int run = 0; run < RUNS; run++) {
    struct series series = {0};
    double start = now();
    struct rollup *hour = &series.open[1];
    for (int i = 0; i < MONTH_ROWS; i++) {
      if (hour->bucket != times[i] / spans[1]) {
        sink = hour->sum;
        *hour = (struct rollup){times[i] / spans[1], values[i], values[i], 0, 0};
      }
      if (values[i] < hour->least) hour->least = values[i];
      if (values[i] > hour->most) hour->most = values[i];
      hour->sum += values[i];
    }
    seconds[run] = now() - start;
  }
  printf("month_hourly_ms %.4f\n", p50(seconds) * 1e3);
  free(times);
  free(copied_times);
  free(values);
  free(copied);
}

static void coverage(void) {
  int64_t *times = some((size_t)POOLS * DAY_ROWS, sizeof *times);
  uint8_t *flags = some((size_t)SERIES * DAY_ROWS, 1);
  double seconds[RUNS];
  memset(flags, 1, (size_t)SERIES * DAY_ROWS);
  for (size_t i = 0; i < (size_t)POOLS * DAY_ROWS; i++) times[i] = first_time + (int64_t)(i % DAY_ROWS) * period;
  for (int run = 0; run < RUNS; run++) {
    double start = now();
    int64_t count = 0, from = first_time + run * period, to = from + spans[2];
    for (int s = 0; s < SERIES; s++) {
      const int64_t *t = times + (size_t)(s / PARAMETERS) * DAY_ROWS;
      const uint8_t *f = flags + (size_t)s * DAY_ROWS;
      for (int i = 0; i < DAY_ROWS; i++) count += (t[i] >= from) & (t[i] < to) & (f[i] == 1);
    }
    seconds[run] = now() - start;
    sink = (double)count;
  }
  printf("coverage_day_raw_ms %.2f\n", p50(seconds) * 1e3);
  free(times);
  free(flags);
}

int main(int count, char **words) {
  if (count != 2) { fprintf(stderr, "usage: ceiling DIR\n"); return 64; }
  append(words[1]);
  decode();
  month();
  coverage();
  return 0;
}
