import Foundation
import TestInstallation
import TestSupport

/// Each message ten times and shuffled by a thousand, against the same messages once and in order.
///
/// The raw rows of both stores with their flags and the gateways' marks, and the rollups of minutes,
/// hours and days, are the same, bit for bit. Marks of when a row came are not looked at.
struct DuplicateTrial: Trial {
  static let name = "duplicates"
  let messageCount: Int
  let seed: UInt64

  var description: String {
    "duplicates: \(messageCount) messages × \(Self.copyCount), shuffled by \(Self.distance), "
      + "seed \(seed)"
  }

  func run() async throws -> String {
    // Most of a day, which ends some hours ago.
    let now = Int64(Date().timeIntervalSince1970)
    let messages = MixedMessages(
      count: messageCount, baseMilliseconds: (now - 26 * 3600) * 1000, seed: seed)
    let flood = ResentMessages(
      messages, copyCount: Self.copyCount, distance: Self.distance, seed: seed)
    async let clean = holdings(after: messages, asking: messages)
    async let flooded = holdings(after: flood, asking: messages)
    let (expected, found) = try await (clean, flooded)
    guard found.raw == expected.raw else {
      throw TestFailure("raw rows differ: \(difference(found.raw, expected.raw))")
    }
    for (question, answer) in expected.rollups where found.rollups[question] != answer {
      throw TestFailure(
        "\(question) differs: \(difference(found.rollups[question] ?? "nothing", answer))")
    }
    return "\(expected.raw.utf8.count { $0 == UInt8(ascii: "\n") }) rows and "
      + "\(expected.rollups.count) histories of rollups the same; \(found.duplicateCount) values "
      + "came again"
  }

  private struct Holdings {
    var raw = ""
    /// By the question.
    var rollups: [String: String] = [:]
    var duplicateCount = 0
  }

  private func holdings(
    after messages: any MessageSource, asking asked: MixedMessages
  ) async throws -> Holdings {
    let broker = try await Mosquitto(
      configuration: "max_queued_messages 0\nmax_inflight_messages 1000", isQuiet: true)
    let installation = try Installation(
      brokerPort: broker.port, rules: Installation.testedRules,
      overrides: ["intake.burst_hours=720"])
    try await installation.start()
    try await installation.isConnected()
    let publishing = Publishing(messages, port: broker.port, messagesPerSecond: 20_000)
    publishing.start()
    try await publishing.finish(within: .seconds(600))
    var status: [String: any Sendable] = [:]
    try await eventually(within: .seconds(300), "everything is received") {
      status = try await installation.status()
      return status["received"] as? Int == messages.count
    }
    guard status["conflict"] as? Int == 0, status["refused"] as? Int == 0,
      let duplicateCount = status["duplicate"] as? Int
    else { throw TestFailure("not all was taken: \(status)") }
    // With the rollups that a stop leaves on the disk.
    try await installation.stop()
    var holdings = Holdings(duplicateCount: duplicateCount)
    holdings.raw = try await raw(of: installation)
    try await installation.start()
    holdings.rollups = try await rollups(of: installation, asking: asked)
    try await installation.stop()
    try await broker.stop()
    return holdings
  }

  private func raw(of installation: Installation) async throws -> String {
    let verified = try await installation.store("verify")
    guard verified.code == 0 else { throw TestFailure("store verify: \(verified)") }
    let answer = try await installation.store(
      "export", "--format", "csv", "-o", installation.directory.path("export"))
    guard answer.code == 0 else { throw TestFailure("store export: \(answer.errors)") }
    let text = String(decoding: try installation.directory.read("export"), as: UTF8.self)
    return text.split(separator: "\n").map(withoutArrival).joined(separator: "\n")
  }

  /// A line of the export without the marks `late` and `backfilled`, joined by `+` to others.
  private func withoutArrival(_ line: Substring) -> String {
    line.split(separator: ",", omittingEmptySubsequences: false).map { field in
      field.split(separator: "+").filter { $0 != "late" && $0 != "backfilled" }
        .joined(separator: "+")
    }.joined(separator: ",")
  }

  private func rollups(
    of installation: Installation, asking messages: MixedMessages
  ) async throws -> [String: String] {
    // From a local midnight (16:00 UTC) on: whole hours and days come out of their own tiers.
    let day: Int64 = 86_400_000
    let offset: Int64 = 8 * 3_600_000
    let midnight = (messages.baseMilliseconds + offset) / day * day - offset
    var answers: [String: String] = [:]
    for pool in Installation.pools {
      for parameter in MixedMessages.parameters {
        for step in ["1m", "1h", "1d"] {
          let question = [
            "history", pool, "--parameter", parameter, "--step", step, "--from", time(midnight),
            "--to", time(messages.endMilliseconds), "-o", "json",
          ]
          let answer = try await installation.ask(question)
          guard answer.code == 0, try !answer.rows().isEmpty else {
            throw TestFailure("\(question): \(answer.errors)")
          }
          answers[question.joined(separator: " ")] = answer.output
        }
      }
    }
    return answers
  }

  private func time(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
  }

  /// The first line that differs.
  private func difference(_ found: String, _ expected: String) -> String {
    let pairs = zip(found.split(separator: "\n"), expected.split(separator: "\n"))
    guard let pair = pairs.first(where: { $0.0 != $0.1 }) else {
      return "found \(found.utf8.count) bytes, expected \(expected.utf8.count)"
    }
    return "found \(pair.0), expected \(pair.1)"
  }

  private static let copyCount = 10
  private static let distance = 1000
}
