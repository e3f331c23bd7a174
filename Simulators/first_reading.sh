#!/usr/bin/env bash
# first_reading.sh: from an empty Debian machine to the first accepted reading of an enrolled gateway, over
# TLS and the shipped broker configuration, with the seconds that each step took.
#
# What has to be there: Debian 12, root or sudo, Swift 6.3 in PATH, make, and this repository.
# Everything that runs listens on 127.0.0.1 and is stopped at the end; what it wrote is removed, unless
# KEEP=1. With PROGRAMS=DIRECTORY nothing is installed or built: the programs lie there.
#
# Exit code 0 when the reading was accepted within LIMIT seconds of machine time (default 600).
set -euo pipefail
cd "$(dirname "$0")/.."
limit=${LIMIT:-600}
directory=$(mktemp -d /tmp/poolwatch-first.XXXXXX)
processes=()
began=$SECONDS

finish() {
  local code=$?
  trap - EXIT
  for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
  for process in "${processes[@]}"; do wait "$process" 2>/dev/null || true; done
  if [ "$code" -ne 0 ]; then
    for log in broker daemon; do
      [ -s "$directory/$log.log" ] && { echo "first_reading: the end of $log.log:"; tail -n 5 "$directory/$log.log"; }
    done >&2
  fi
  if [ -n "${KEEP:-}" ]; then echo "kept: $directory"; else rm -rf "$directory"; fi
  exit "$code"
}
trap finish EXIT

fail() {
  echo "first_reading: $*" >&2
  exit 1
}

# step NAME COMMAND…: runs the command, and says how long it took.
step() {
  local name=$1 start=$EPOCHREALTIME
  shift
  "$@"
  LC_ALL=C awk -v name="$name" -v start="$start" -v end="$EPOCHREALTIME" \
    'BEGIN { printf "%-12s %7.1f s\n", name, end - start }'
}

# until_true WHAT COMMAND…: asks again for 30 s until the command succeeds.
until_true() {
  local what=$1 attempt
  shift
  for attempt in $(seq 300); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  fail "not within 30 s: $what"
}

install() { make deps-build deps-run >/dev/null; }

build() { make build >/dev/null; }

free_ports() {
  /usr/bin/python3 - <<'END'
import socket
probes = [socket.socket() for _ in range(2)]
for probe in probes:
    probe.bind(("127.0.0.1", 0))
print(*(probe.getsockname()[1] for probe in probes))
END
}

# An authority for the broker's own certificate, as Config/mosquitto/poolwatch.conf describes it.
authority() {
  local certs=$directory/broker/certs
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc)
  mkdir -p "$certs"
  (
    cd "$certs"
    openssl req -x509 "${key[@]}" -days 3650 -subj "/CN=Poolwatch broker authority" \
      -keyout broker-ca.key -out broker-ca.crt
    openssl req "${key[@]}" -subj "/CN=127.0.0.1" -keyout broker.key -out broker.csr
    printf 'subjectAltName=IP:127.0.0.1\n' >names
    openssl x509 -req -days 825 -in broker.csr -CA broker-ca.crt -CAkey broker-ca.key \
      -CAcreateserial -extfile names -out broker.crt
  ) 2>"$directory/openssl.log" || fail "openssl: $(tail -n 3 "$directory/openssl.log")"
}

enroll() {
  cp Config/mosquitto/acl "$directory/broker/poolwatch.acl"
  "$programs/poolwatch" gateway enroll venue-01 --plan Config/demo/plan.yaml \
    --directory "$directory/broker" --port "$tls_port" >"$directory/enrolled"
  # The daemon's own name; its password goes through a file, never through arguments.
  (
    umask 077
    head -c 18 /dev/urandom | base64 >"$directory/password"
    printf 'poolwatch:%s\n' "$(cat "$directory/password")" >"$directory/plain"
    mosquitto_passwd -U "$directory/plain"
  )
  cat "$directory/plain" >>"$directory/broker/poolwatch.passwd"
  rm "$directory/plain"
}

broker() {
  mkdir "$directory/state"
  sed -e "s|/etc/mosquitto|$directory/broker|" \
    -e "s|^listener 1883 127.0.0.1|listener $plain_port 127.0.0.1|" \
    -e "s|^listener 8883\$|listener $tls_port 127.0.0.1|" \
    Config/mosquitto/poolwatch.conf Config/mosquitto/persistence/district.conf \
    >"$directory/mosquitto.conf"
  printf 'persistence_location %s/state/\nlog_dest stderr\n' "$directory" \
    >>"$directory/mosquitto.conf"
  # Started by root, mosquitto becomes the user `mosquitto`, who has to read and write here.
  chmod 755 "$directory"
  if [ "$(id -u)" = 0 ]; then
    chown mosquitto: "$directory/state" "$directory/broker/certs/broker.key"
  fi
  /usr/sbin/mosquitto -c "$directory/mosquitto.conf" >"$directory/broker.log" 2>&1 &
  processes+=($!)
  until_true "the broker listens" bash -c ": </dev/tcp/127.0.0.1/$tls_port"
}

daemon() {
  cat >"$directory/people.yaml" <<'END'
kind: people
people:
  - {id: duty, name: {en: Duty officer, zh: 值班员}, role: inspector, channel: log, streets: [长寿路街道, 曹杨新村街道, 长风新村街道]}
END
  cat >"$directory/poolwatch.yaml" <<END
kind: poolwatch
plan: $PWD/Config/demo/plan.yaml
rules: $PWD/Config/demo/rules.yaml
people: people.yaml
profiles: [$PWD/Config/profiles/cn-gb37488-2019.yaml]
broker: {host: 127.0.0.1, port: $plain_port, username: poolwatch, password_file: password}
store: {directory: $directory/data, retention_days: 1, hour_retention_days: 30, day_retention_days: 365}
api: {socket: $directory/api.sock, mode: "0600"}
channels: {log: {}}
END
  "$programs/poolwatchd" --config "$directory/poolwatch.yaml" >"$directory/daemon.log" 2>&1 &
  processes+=($!)
  until_true "the daemon has its broker" is_connected
}

is_connected() {
  "$programs/poolwatch" status -o json --socket "$directory/api.sock" |
    /usr/bin/python3 -c 'import json, sys; sys.exit(not json.load(sys.stdin)["broker_connected"])'
}

# The line that enrolling printed, as it stands there.
publish() {
  local line
  line=$(sed -n 's/^  \(mosquitto_pub .*\)/\1/p' "$directory/enrolled")
  [ -n "$line" ] || fail "enrolling printed no line to try"
  bash -c "$line" || fail "the printed line was refused"
}

has_reading() {
  "$programs/poolwatch" latest --venue venue-01 -o json --socket "$directory/api.sock" |
    /usr/bin/python3 -c 'import json, sys; sys.exit(all(row["time"] is None for row in json.load(sys.stdin)))'
}

accepted() { until_true "the reading is stored" has_reading; }

if [ -n "${PROGRAMS:-}" ]; then
  programs=$PROGRAMS
else
  programs=$PWD/.build/release
  step packages install
  step build build
fi
for program in poolwatch poolwatchd; do
  [ -x "$programs/$program" ] || fail "$programs/$program is missing"
done
read -r plain_port tls_port <<<"$(free_ports)"
step authority authority
step enroll enroll
step broker broker
step daemon daemon
step publish publish
step accepted accepted
"$programs/poolwatch" latest --venue venue-01 --socket "$directory/api.sock"
took=$((SECONDS - began))
echo "the first reading was accepted $took s after the start"
[ "$took" -le "$limit" ] || fail "that is more than $limit s"
