import Foundation
import PoolModel
import TestInstallation
import TestSupport

/// A broker that answers nothing any more while its connections stay, as behind a link that is dead:
/// SIGSTOP at random in the middle of a stream.
///
/// The daemon says so within one and a half keep-alive spans, receives again within five seconds when
/// the broker goes on, and holds everything.
struct HalfOpenTrial: Trial {
  static let name = "half-open"
  let stopCount: Int
  let seed: UInt64

  var description: String {
    "half-open: SIGSTOP × \(stopCount) of the broker, keepalive \(Self.keepAliveSeconds) s, seed \(seed)"
  }

  func run() async throws -> String {
    let stretch = Self.messagesPerSecond * 4
    let stream = Stream.past(count: stretch * (stopCount + 1))
    let broker = try await Mosquitto(
      configuration: "max_queued_messages 0\nmax_inflight_messages 1000", isQuiet: true)
    let installation = try Installation(
      brokerPort: broker.port, overrides: ["broker.keepalive_seconds=\(Self.keepAliveSeconds)"])
    try await installation.start()
    try await installation.isConnected()
    let publishing = Publishing(
      stream, port: broker.port, messagesPerSecond: Self.messagesPerSecond)
    publishing.start()
    var generator = SplitMix64(seed: seed)
    var noticed: [Duration] = []
    var returned: [Duration] = []
    for stop in 0..<stopCount {
      let point = stop * stretch + Int.random(in: 1..<stretch, using: &generator)
      try await eventually(within: .seconds(120), "\(point) messages are published") {
        try publishing.acknowledgedCount() >= point
      }
      broker.pause()
      noticed.append(try await span(until: "broker not connected", count: stop + 1, installation))
      broker.resume()
      returned.append(try await span(until: "broker connected", count: stop + 2, installation))
    }
    try await publishing.finish(within: .seconds(120))
    try await installation.holdsEnd(of: stream)
    try await installation.stop()
    try await broker.stop()
    let rows = try await StoredRows(of: installation, comparedWith: stream)
    try rows.requireAll()
    let limit = Duration.seconds(Self.keepAliveSeconds) * 3 / 2
    guard noticed.allSatisfy({ $0 <= limit }) else {
      throw TestFailure("noticed after \(noticed), expected within \(limit)")
    }
    guard returned.allSatisfy({ $0 <= .seconds(5) }) else {
      throw TestFailure("connected again after \(returned), expected within 5 s")
    }
    return
      "noticed within \(words(noticed)), connected again within \(words(returned)); \(rows.words)"
  }

  private func span(
    until message: String, count: Int, _ installation: Installation
  ) async throws -> Duration {
    let start = ContinuousClock.now
    try await eventually(within: .seconds(60), "'\(message)' is logged \(count) times") {
      installation.log.count { $0.contains("\(message) ") || $0.hasSuffix(message) } >= count
    }
    return ContinuousClock.now - start
  }

  private func words(_ spans: [Duration]) -> String {
    let longest = (spans.max() ?? .zero) / .milliseconds(10)
    return "\(longest.rounded() / 100) s"
  }

  /// The shortest that MQTT libraries take.
  private static let keepAliveSeconds = 5
  private static let messagesPerSecond = 100
}
