/* What plain C does between a broker and a disk, and the gateways that both sides are measured with.
 *
 *   plain publish PORT QOS COUNT POOLS WINDOW RATE [FIRST_MS STEP_MS]
 *       publishes COUNT readings of POOLS pools in turn over a socket of its own, WINDOW unacknowledged at
 *       most, RATE a second (0: as fast as it goes). Reading i is of the time FIRST_MS + i × STEP_MS; without
 *       these, of the time it is sent. Prints one line of JSON when all are acknowledged.
 *   plain serve PORT QOS EXPECT FILE
 *       receives with libmosquitto, reads the payload, keeps the values in rings, compares them with limits,
 *       and writes 16 bytes a value to FILE, synchronized every 1,000 messages or 200 ms. READY on standard
 *       error when subscribed, one line of JSON at the end. It acknowledges before it synchronizes, accepts
 *       anything, and can answer no question: a limit, not a product.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(2);
}

static int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static double processor_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void write_all(int file, const void *bytes, size_t count) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t written = write(file, next, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    next += written;
    count -= written;
  }
}

/* Publishing. */

static int connected(int port) {
  int file = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (file < 0 || connect(file, (struct sockaddr *)&address, sizeof address)) fail("connect");
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  /* CONNECT of MQTT 3.1.1: clean session, no keep-alive, client "plain". */
  static const unsigned char hello[] = "\x10\x11\0\4MQTT\4\2\0\0\0\5plain";
  write_all(file, hello, sizeof hello - 1);
  unsigned char answer[4];
  size_t have = 0;
  while (have < sizeof answer) {
    ssize_t count = read(file, answer + have, sizeof answer - have);
    if (count <= 0) fail("CONNACK");
    have += count;
  }
  if (answer[0] != 0x20 || answer[3] != 0) fail("CONNACK refuses");
  return file;
}

/* One PUBLISH of reading `number`; its bytes. */
static size_t packet(unsigned char *into, long number, int pools, int qos, int64_t milliseconds) {
  char topic[96], payload[192];
  long pool = number % pools;
  uint64_t noise = number * 0x9E3779B97F4A7C15ULL >> 40;
  int topic_length = sprintf(topic, "pools/v1/350205/venue%03ld/pool%05ld/telemetry", pool / 10, pool);
  int length = sprintf(payload,
      "{\"ts\":%lld,\"sent\":%lld,\"values\":{\"free_chlorine\":0.%02d,\"ph\":7.%02d,\"temperature\":2%d.%d}}",
      (long long)milliseconds, (long long)nanoseconds(), 30 + (int)(noise % 50), 10 + (int)(noise / 64 % 80),
      6 + (int)(noise / 4096 % 3), (int)(noise / 65536 % 10));
  int rest = 2 + topic_length + (qos ? 2 : 0) + length;
  unsigned char *next = into;
  *next++ = 0x30 | qos << 1;
  *next++ = (rest & 127) | (rest > 127 ? 128 : 0);
  if (rest > 127) *next++ = rest >> 7;
  *next++ = 0;
  *next++ = topic_length;
  next = mempcpy(next, topic, topic_length);
  if (qos) {
    unsigned identifier = number % 65535 + 1;
    *next++ = identifier >> 8;
    *next++ = identifier;
  }
  return (unsigned char *)mempcpy(next, payload, length) - into;
}

static int publish(char **words, int count_of_words) {
  int port = atoi(words[0]), qos = atoi(words[1]), pools = atoi(words[3]);
  long count = atol(words[2]), window = atol(words[4]), sent = 0, acknowledged = 0, partial = 0;
  double rate = atof(words[5]);
  int64_t first = count_of_words > 6 ? atoll(words[6]) : 0, step = count_of_words > 7 ? atoll(words[7]) : 0;
  static unsigned char buffer[1 << 16], answers[1 << 16];
  int file = connected(port);
  int64_t begin = nanoseconds();
  while (sent < count || (qos && acknowledged < count)) {
    size_t used = 0;
    int64_t due = 0;
    while (sent < count && used < sizeof buffer / 2 && (!qos || sent - acknowledged < window)) {
      due = rate > 0 ? begin + (int64_t)(sent * 1e9 / rate) - nanoseconds() : 0;
      if (due > 0) break;
      int64_t time = first ? first + sent * step : nanoseconds() / 1000000;
      used += packet(buffer + used, sent++, pools, qos, time);
    }
    if (used) write_all(file, buffer, used);
    bool must_wait = sent == count || (qos && sent - acknowledged >= window);
    struct pollfd incoming = {.fd = file, .events = POLLIN};
    struct timespec span = {0, must_wait ? 50000000 : due > 0 ? (due < 1000000 ? due : 1000000) : 0};
    if (!qos) {
      nanosleep(&span, NULL);
    } else if (ppoll(&incoming, 1, &span, NULL) > 0) {
      /* Nothing but PUBACKs of four bytes comes. */
      ssize_t bytes = read(file, answers, sizeof answers);
      if (bytes <= 0) fail("PUBACK");
      partial += bytes;
      acknowledged += partial / 4;
      partial %= 4;
    }
  }
  double seconds = (nanoseconds() - begin) / 1e9;
  write_all(file, "\xe0\0", 2);
  shutdown(file, SHUT_WR);
  while (read(file, answers, sizeof answers) > 0) {}
  printf("{\"role\": \"publisher\", \"count\": %ld, \"rate\": %.0f}\n", count, count / seconds);
  return 0;
}

/* Serving. */

enum { PARAMETERS = 3, RING = 4096, BATCH = 1000, SLOTS = 1 << 16 };

struct series { int64_t times[RING]; double values[RING]; unsigned count; bool is_out; };
struct pool { char topic[80]; struct series *series; };
struct journal_row { uint32_t series; float value; int64_t time; };

static const double lowest[PARAMETERS] = {0.3, 7.12, 26.0}, highest[PARAMETERS] = {0.75, 7.88, 28.9};
static const char *const keys[] = {"\"ts\":", "\"sent\":", "\"free_chlorine\":", "\"ph\":", "\"temperature\":"};

static struct pool pools[SLOTS];
static struct journal_row journal[BATCH * PARAMETERS];
static int64_t pending[BATCH], *decided, *durable;
static int64_t first_time, last_time, last_flush;
static long received, expected, alarms, durable_count;
static int pending_count, journal_file;
static bool is_subscribed;

static struct pool *pool_of(const char *topic) {
  uint32_t hash = 2166136261u;
  for (const char *letter = topic; *letter; letter++) hash = (hash ^ (unsigned char)*letter) * 16777619u;
  for (uint32_t slot = hash % SLOTS;; slot = (slot + 1) % SLOTS) {
    if (!pools[slot].series) {
      strncpy(pools[slot].topic, topic, sizeof pools[slot].topic - 1);
      pools[slot].series = calloc(PARAMETERS, sizeof(struct series));
      return &pools[slot];
    }
    if (!strcmp(pools[slot].topic, topic)) return &pools[slot];
  }
}

static double number(const char *text, const char *end) {
  int64_t digits = 0;
  double scale = 1;
  for (bool has_point = false; text < end; text++) {
    if (*text == '.') { has_point = true; continue; }
    if (*text < '0' || *text > '9') break;
    digits = digits * 10 + (*text - '0');
    if (has_point) scale *= 10;
  }
  return digits / scale;
}

static void flush(void) {
  last_flush = nanoseconds();
  if (!pending_count) return;
  write_all(journal_file, journal, pending_count * PARAMETERS * sizeof *journal);
  if (fdatasync(journal_file)) fail("fdatasync");
  int64_t now = last_flush = nanoseconds();
  for (int index = 0; index < pending_count; index++) durable[durable_count++] = now - pending[index];
  pending_count = 0;
}

static void on_message(struct mosquitto *client, void *context, const struct mosquitto_message *message) {
  const char *text = message->payload, *end = text + message->payloadlen;
  int64_t whole[2] = {0};
  double values[PARAMETERS] = {0};
  for (int key = 0; key < 5; key++) {
    size_t length = strlen(keys[key]);
    const char *found = memmem(text, end - text, keys[key], length);
    if (!found) return;
    text = found + length;
    if (key >= 2) { values[key - 2] = number(text, end); continue; }
    while (text < end && *text >= '0' && *text <= '9') whole[key] = whole[key] * 10 + (*text++ - '0');
  }
  struct pool *pool = pool_of(message->topic);
  for (int parameter = 0; parameter < PARAMETERS; parameter++) {
    struct series *series = &pool->series[parameter];
    unsigned slot = series->count++ % RING;
    series->times[slot] = whole[0];
    series->values[slot] = values[parameter];
    bool is_out = values[parameter] < lowest[parameter] || values[parameter] > highest[parameter];
    if (is_out != series->is_out) alarms++;
    series->is_out = is_out;
    uint32_t name = (pool - pools) * PARAMETERS + parameter;
    journal[pending_count * PARAMETERS + parameter] = (struct journal_row){name, values[parameter], whole[0]};
  }
  last_time = nanoseconds();
  if (!received) first_time = last_time;
  if (received < expected) decided[received++] = last_time - whole[1];
  pending[pending_count++] = whole[1];
  if (pending_count == BATCH) flush();
}

static void on_subscribe(struct mosquitto *client, void *context, int id, int count, const int *granted) {
  is_subscribed = true;
}

static int ascending(const void *left, const void *right) {
  int64_t one = *(const int64_t *)left, other = *(const int64_t *)right;
  return one < other ? -1 : one > other;
}

static void print_times(const char *name, int64_t *times, long count) {
  qsort(times, count, sizeof *times, ascending);
  printf("\"%s\": {\"p50\": %.4f, \"p99\": %.4f, \"max\": %.4f}, ", name, count ? times[(count - 1) / 2] / 1e6 : 0,
      count ? times[(long)((count - 1) * 0.99)] / 1e6 : 0, count ? times[count - 1] / 1e6 : 0);
}

static int serve(char **words) {
  int port = atoi(words[0]), qos = atoi(words[1]);
  expected = atol(words[2]);
  decided = calloc(expected + BATCH, sizeof *decided);
  durable = calloc(expected + BATCH, sizeof *durable);
  journal_file = open(words[3], O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (journal_file < 0) fail(words[3]);
  mosquitto_lib_init();
  struct mosquitto *client = mosquitto_new("plain-service", true, NULL);
  mosquitto_message_callback_set(client, on_message);
  mosquitto_subscribe_callback_set(client, on_subscribe);
  if (mosquitto_connect(client, "127.0.0.1", port, 60)) fail("connect");
  mosquitto_subscribe(client, NULL, "pools/v1/+/+/+/telemetry", qos);
  while (!is_subscribed) mosquitto_loop(client, 50, 1);
  fprintf(stderr, "READY\n");
  double processor_start = processor_seconds();
  while (received < expected) {
    if (mosquitto_loop(client, 50, 1)) break;
    int64_t now = nanoseconds();
    if (now - last_flush > 200000000) flush();
    if (received && now - last_time > 3000000000LL) break;
  }
  flush();
  double processor = processor_seconds() - processor_start;
  printf("{\"role\": \"plain C\", \"got\": %ld, \"lost\": %ld, ", received, expected - received);
  printf("\"rate\": %.0f, ", received / ((last_time - first_time) / 1e9));
  print_times("decide_ms", decided, received);
  print_times("commit_ms", durable, durable_count);
  printf("\"cpu_us_per_msg\": %.2f, \"alerts\": %ld}\n", processor / received * 1e6, alarms);
  return 0;
}

int main(int count, char **words) {
  if (count >= 8 && !strcmp(words[1], "publish")) return publish(words + 2, count - 2);
  if (count == 6 && !strcmp(words[1], "serve")) return serve(words + 2);
  fprintf(stderr, "usage: plain publish PORT QOS COUNT POOLS WINDOW RATE [FIRST_MS STEP_MS]\n"
                  "       plain serve PORT QOS EXPECT FILE\n");
  return 2;
}
