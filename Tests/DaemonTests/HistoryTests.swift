import Foundation
import TestInstallation
import TestSupport
import Testing

/// What supervisors ask about the past, of a daemon that was told known readings.
@Suite(.serialized) struct `The past on the command line` {
  /// A reading a second in seconds 0…9 and 60…69 of two minutes that are over, as one message: pH 7.00,
  /// 7.01 … 7.09, then twice 7.20, 7.21 … 7.24.
  private static func payload(base: Int64) -> String {
    let readings =
      (0..<10).map { (second: $0, value: "7.0\($0)") }
      + (0..<10).map { (second: 60 + $0, value: "7.2\($0 % 5)") }
    let objects = readings.map {
      Gateway.payload(milliseconds: base + Int64($0.second) * 1000, #""ph":\#($0.value)"#)
    }
    return "[\(objects.joined(separator: ","))]"
  }

  /// The instant as RFC 3339 in universal time.
  private static func rfc3339(_ milliseconds: Int64) -> String {
    ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
  }

  @Test func `steps, gaps, a plot and coverage tell of the same readings`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let base = (nowMilliseconds() - 600_000) / 60_000 * 60_000
    try await Gateway(port: broker.port).publish(
      Self.payload(base: base), for: "venue-0/pool-1")
    try await eventually("the readings are stored") {
      try await installation.status()["stored"] as? Int == 20
    }
    let pool = "venue-0/pool-1"
    let (from, to) = (Self.rfc3339(base), Self.rfc3339(base + 70_000))

    let steps = try await installation.ask(
      "history", pool, "--parameter", "ph", "--from", from, "--to", to, "--step", "1m", "-o",
      "json"
    ).rows()
    #expect(steps.compactMap { $0["min"] as? Double } == [7.0, 7.2])
    #expect(steps.compactMap { $0["max"] as? Double } == [7.09, 7.24])
    #expect(steps.compactMap { $0["first"] as? Double } == [7.0, 7.2])
    #expect(steps.compactMap { $0["last"] as? Double } == [7.09, 7.24])
    #expect(steps.compactMap { $0["n_readings"] as? Int } == [10, 10])
    for (step, mean) in zip(steps, [7.045, 7.22]) {
      let found = try #require(step["mean"] as? Double)
      #expect(abs(found - mean) < 1e-9)
    }
    // Seconds 10…59 of the first minute.
    #expect(steps.first?["n_missing"] as? Int == 50)

    let gaps = try await installation.ask(
      "gaps", pool, "--parameter", "ph", "--from", from, "--to", to, "-o", "json"
    ).rows()
    #expect(gaps.compactMap { $0["n_missing"] as? Int } == [50])
    let instants = gaps.flatMap { [$0["from_time"], $0["to_time"]] }.compactMap { $0 as? String }
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    #expect(
      instants.compactMap { format.date(from: $0)?.timeIntervalSince1970 }
        == [base + 9000, base + 60_000].map { Double($0) / 1000 })

    let coverage = try await installation.ask(
      "coverage", "--from", from, "--to", to, "--by", "parameter", "-o", "json"
    ).rows().filter {
      $0["venue"] as? String == "venue-0" && $0["pool"] as? String == "pool-1"
        && $0["parameter"] as? String == "ph"
    }
    #expect(coverage.compactMap { $0["n_due"] as? Int } == [70])
    #expect(coverage.compactMap { $0["n_received"] as? Int } == [20])
    #expect(coverage.compactMap { $0["n_valid"] as? Int } == [20])

    let plot = try await installation.ask(
      "history", pool, "--parameter", "ph", "--from", from, "--to", to, "--plot")
    #expect(plot.code == 0)
    #expect(plot.output.split(separator: "\n").count == 23)
    try await expectMiddle(of: installation, pool, base: base)
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `what still is missing has no end, what never came no beginning`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let base = (nowMilliseconds() - 600_000) / 60_000 * 60_000
    try await Gateway(port: broker.port).publish(
      Self.payload(base: base), for: "venue-0/pool-1")
    try await eventually("the readings are stored") {
      try await installation.status()["stored"] as? Int == 20
    }
    let (from, to) = (Self.rfc3339(base - 30_000), Self.rfc3339(base + 100_000))
    let ends = try await installation.ask(
      "gaps", "venue-0/pool-1", "--parameter", "ph", "--from", from, "--to", to, "-o", "json"
    ).rows()
    // Thirty seconds before the first one, seconds 10…59, seconds 70…99.
    #expect(ends.compactMap { $0["n_missing"] as? Int } == [30, 50, 30])
    #expect(ends.first?["from_time"] is NSNull)
    #expect(ends.last?["to_time"] is NSNull)
    // Without a beginning it is that of the readings, though the minute began before it.
    let whole = try await installation.ask(
      "gaps", "venue-0/pool-1", "--parameter", "ph", "--to", to, "-o", "json"
    ).rows()
    #expect(whole.compactMap { $0["n_missing"] as? Int } == [50, 30])
    let never = try await installation.ask(
      "gaps", "venue-0/pool-1", "--parameter", "temperature", "--from", from, "--to", to,
      "-o", "json"
    ).rows()
    #expect(never.compactMap { $0["n_missing"] as? Int } == [130])
    #expect(never.first?["from_time"] is NSNull)
    #expect(never.first?["to_time"] is NSNull)
    let orp = ["venue-0/pool-1", "--parameter", "orp", "--from", from, "--to", to]
    let notDue = try ManagedProcess(
      Programs.path("poolwatch"),
      arguments: ["gaps"] + orp + ["--socket", installation.socket])
    #expect(try await notDue.wait() != .code(0))
    #expect(
      notDue.errors.all == [
        "poolwatch: venue-0/pool-1 has never sent orp, and the plan does not require it: nothing is "
          + "missing (required are free_chlorine, ph, temperature)"
      ])
    try await installation.stop()
    try await broker.stop()
  }

  /// A plot from an hour before the readings to an hour after them has them in its middle alone, and says
  /// the range that was asked for.
  private func expectMiddle(
    of installation: Installation, _ pool: String, base: Int64
  ) async throws {
    let (from, to) = (base - 3_600_000, base + 3_670_000)
    let plot = try await installation.ask(
      "history", pool, "--parameter", "ph", "--from", Self.rfc3339(from), "--to",
      Self.rfc3339(to), "--plot")
    let lines = plot.output.split(separator: "\n")
    let places = lines.flatMap { line -> [Int] in
      guard let axis = line.firstIndex(where: { $0 == "│" || $0 == "┤" }) else { return [] }
      return line.indices.filter { $0 > axis && line[$0] != " " && line[$0] != "\u{2800}" }
        .map { line.distance(from: line.startIndex, to: $0) }
    }
    #expect(lines.allSatisfy { $0.count <= 80 })
    let (first, last) = (try #require(places.min()), try #require(places.max()))
    #expect(38 <= first && last <= 50, "\(plot.output)")
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    let words = try #require(lines.last).split(separator: " ")
    let times = [(1, 2, 3), (5, 6, 7)].compactMap { day, time, offset in
      format.date(from: "\(words[day])T\(words[time])\(words[offset])")?.timeIntervalSince1970
    }
    #expect(times == [from, to].map { Double($0) / 1000 })
  }

  @Test func `a question that makes no sense is refused by the daemon too`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    for query in ["step=0s", "step=1y", "step=1h&columns=80", "columns=1", "columns=x"] {
      let status = try await ManagedProcess.run(
        "/usr/bin/python3", package: "python3",
        arguments: [
          "-c", Self.statusProgram, installation.socket,
          "/v1/history/venue-0/pool-0?parameter=ph&\(query)",
        ])
      #expect(status.trimmingCharacters(in: .whitespacesAndNewlines) == "400", "\(query)")
    }
    try await installation.stop()
    try await broker.stop()
  }

  /// Prints the status that the socket's daemon answers the request with.
  private static let statusProgram = """
    import http.client, socket, sys
    connection = http.client.HTTPConnection("poolwatch")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(sys.argv[1])
    connection.request("GET", sys.argv[2])
    print(connection.getresponse().status)
    """
}
