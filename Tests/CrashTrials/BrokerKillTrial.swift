import Foundation
import PoolModel
import TestInstallation
import TestSupport

/// kill -9 of the broker at random in the middle of a stream, with a profile of `Config/mosquitto`,
/// while the daemon follows or while it is away and everything waits in the broker.
///
/// A broker acknowledges a message before it saves it. So what may be lost of the acknowledged messages
/// is what came after its last save, also while the daemon follows, and each one has to be missed: by the
/// gateway's count, and as a gap in its pool's readings. The daemon is back, and receives, within five
/// seconds.
struct BrokerKillTrial: Trial {
  static let name = "broker"
  let profile: BrokerProfile
  let daemonIsAway: Bool
  let killCount: Int
  let seed: UInt64

  var description: String {
    "broker: kill -9 × \(killCount) of the broker, profile \(profile.rawValue), "
      + "daemon \(daemonIsAway ? "away" : "up"), seed \(seed)"
  }

  /// The messages between two kills.
  private var stretch: Int { profile.messagesPerSecond * Self.secondsBetweenKills }

  func run() async throws -> String {
    let stream = Stream.past(count: stretch * (killCount + 1))
    let broker = try await Mosquitto(configuration: try profile.configuration(), isQuiet: true)
    let installation = try Installation(
      brokerPort: broker.port, overrides: ["intake.burst_hours=720"],
      retentionDays: stream.retentionDays)
    try await installation.start()
    try await installation.isConnected()
    if daemonIsAway { try await installation.kill() }
    let publishing = Publishing(
      stream, port: broker.port, messagesPerSecond: profile.messagesPerSecond)
    publishing.allow(stretch)
    publishing.start()
    var generator = SplitMix64(seed: seed)
    var kills: [BrokerKill] = []
    for kill in 0..<killCount {
      let point = kill * stretch + Int.random(in: stretch / 2..<stretch, using: &generator)
      try await eventually(within: .seconds(300), "\(point) messages are published") {
        try publishing.acknowledgedCount() >= point
      }
      // So that it does not always come right after an acknowledgement.
      try await Task.sleep(for: .milliseconds(Int.random(in: 0..<100, using: &generator)))
      let outage = Self.outages[kill % Self.outages.count]
      kills.append(
        try await self.kill(
          broker, of: installation, after: kills.last, awayFor: outage, publishing: publishing))
    }
    try await publishing.finish(within: .seconds(300))
    if daemonIsAway { try await installation.start() }
    try await installation.holdsEnd(of: stream)
    let missing = try await Missing(in: installation)
    try await installation.stop()
    try await broker.stop()
    let rows = try await StoredRows(of: installation, comparedWith: stream)
    try rows.requireNoneElse()
    try check(rows.lost, of: stream, missing: missing, kills: kills)
    return words(rows, kills: kills)
  }

  /// One kill, from the signal to the moment when the daemon receives again.
  private func kill(
    _ broker: Mosquitto, of installation: Installation, after former: BrokerKill?,
    awayFor outage: Duration, publishing: Publishing
  ) async throws -> BrokerKill {
    let number = publishing.interruptions.count
    var kill = BrokerKill()
    kill.time = Date()
    try await broker.kill()
    try await eventually("the gateway notices") { publishing.interruptions.count > number }
    kill.acknowledgedCount = publishing.interruptions[number]
    let file = try FileManager.default.attributesOfItem(
      atPath: broker.directory.path("mosquitto.db"))
    guard let saved = file[.modificationDate] as? Date else {
      throw TestFailure("the broker has saved nothing")
    }
    // What went with the kill before is not what goes with this one.
    kill.savedCount = max(
      publishing.acknowledgedCount(before: saved), former?.acknowledgedCount ?? 0)
    kill.firstUnsavedTime = publishing.acknowledgementTime(of: kill.savedCount)
    let before = daemonIsAway ? nil : try await received(by: installation)
    // How long it is away is part of what is tried.
    try await Task.sleep(for: outage)
    publishing.allow((number + 2) * stretch)
    try await broker.start()
    let start = ContinuousClock.now
    if let before {
      try await eventually(
        within: .seconds(60), "the daemon receives; \(installation.log.suffix(3))"
      ) {
        try await received(by: installation) > before
      }
      kill.returnSpan = ContinuousClock.now - start
    }
    return kill
  }

  private func received(by installation: Installation) async throws -> Int {
    guard let count = try await installation.status()["received"] as? Int else {
      throw TestFailure("the status has no 'received'")
    }
    return count
  }

  private func check(
    _ lost: [Int], of stream: Stream, missing: Missing, kills: [BrokerKill]
  ) throws {
    for n in lost where !kills.contains(where: { $0.mayHaveLost(n) }) {
      throw TestFailure("message \(n) was saved by the broker, and is lost: \(kills)")
    }
    for gateway in Set(Installation.pools.indices.map(stream.gateway)) {
      let count = lost.count { stream.gateway($0) == gateway }
      guard missing.messages[gateway] == count else {
        throw TestFailure(
          "\(gateway): \(count) lost, and \(missing.messages[gateway] ?? -1) missing by its count")
      }
    }
    for n in lost where !missing.names(n, of: stream) {
      throw TestFailure("'poolwatch gaps' does not name message \(n)")
    }
    guard missing.lostSessionCount == 0 else { throw TestFailure("the broker lost our session") }
    for kill in kills {
      guard kill.unsavedSpan <= Self.longestUnsavedSeconds else {
        throw TestFailure("the broker had not saved for \(kill.unsavedSpan) s")
      }
      guard kill.returnSpan ?? .zero <= .seconds(5) else {
        throw TestFailure("the daemon was back only after \(kill.returnSpan ?? .zero)")
      }
    }
  }

  private func words(_ rows: StoredRows, kills: [BrokerKill]) -> String {
    let unsaved = kills.map(\.unsavedSpan).max() ?? 0
    let span = kills.compactMap(\.returnSpan).max().map {
      ", received again within \((($0 / .milliseconds(100)).rounded() / 10)) s"
    }
    let lost = kills.map { kill in "\(rows.lost.count(where: kill.mayHaveLost))" }
    return "\(rows.words) (\(lost.joined(separator: " + "))), each lost one named; not saved: the "
      + "last \((unsaved * 1000).rounded() / 1000) s\(span ?? "")"
  }

  /// Long enough for the broker to have saved in between, with either profile.
  private static let secondsBetweenKills = 6
  /// How long the broker is away, in turn.
  private static let outages: [Duration] = [.zero, .seconds(8), .seconds(2)]
  /// With the profile *rate* the broker looks at whole seconds and saves every two of them; one more is
  /// for a broker that gets no processor.
  private static let longestUnsavedSeconds = 3.0
}
