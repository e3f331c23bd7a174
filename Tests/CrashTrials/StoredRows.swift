import Foundation
import TestInstallation
import TestSupport

/// What the store holds of a stream, compared with it as a set.
struct StoredRows {
  /// Numbers of the messages of which nothing is stored.
  private(set) var lost: [Int] = []
  /// Rows that no message has brought.
  private(set) var inventedCount = 0
  /// Rows of messages that another row is stored of already.
  private(set) var twiceCount = 0
  /// All rows.
  private(set) var count = 0

  /// Reads the files of an installation whose daemon is stopped, and looks whether they are in order.
  ///
  /// - Throws: `TestFailure` when a file is damaged or cannot be read.
  init(of installation: Installation, comparedWith stream: Stream) async throws {
    let verified = try await installation.store("verify")
    guard verified.code == 0 else {
      throw TestFailure("store verify: \(verified.code) \(verified.output) \(verified.errors)")
    }
    var seen = [Bool](repeating: false, count: stream.count)
    for (pool, name) in Installation.pools.enumerated() {
      for row in try await Self.rows(of: name, in: installation) {
        count += 1
        guard let n = stream.message(about: pool, at: row.milliseconds), row == stream.row(n) else {
          inventedCount += 1
          continue
        }
        if seen[n] { twiceCount += 1 }
        seen[n] = true
      }
    }
    lost = seen.indices.filter { !seen[$0] }
  }

  /// - Throws: `TestFailure` when there is a row too many, or one too few.
  func requireAll() throws {
    guard lost.isEmpty else {
      throw TestFailure("\(words), the first lost ones \(lost.prefix(5))")
    }
    try requireNoneElse()
  }

  /// - Throws: `TestFailure` when there is a row too many.
  func requireNoneElse() throws {
    guard inventedCount == 0, twiceCount == 0 else { throw TestFailure(words) }
  }

  /// The figures, for people.
  var words: String {
    "stored \(count): lost \(lost.count), invented \(inventedCount), stored twice \(twiceCount)"
  }

  private static func rows(
    of pool: String, in installation: Installation
  ) async throws -> [Stream.Row] {
    let answer = try await installation.store(
      "export", "--format", "influx", "--pool", pool, "--parameter", "free_chlorine",
      "--parameter", "temperature", "-o", installation.directory.path("export"))
    guard answer.code == 0 else { throw TestFailure("store export: \(answer.errors)") }
    let text = String(decoding: try installation.directory.read("export"), as: UTF8.self)
    return try text.utf8.split(separator: UInt8(ascii: "\n")).map { line in
      guard let row = row(String(line)) else { throw TestFailure("no row: \(line)") }
      return row
    }
  }

  /// One line of InfluxDB's line protocol: tags, fields, nanoseconds.
  private static func row(_ line: String?) -> Stream.Row? {
    guard let parts = line?.split(separator: " "), parts.count == 3, parts[2].hasSuffix("000000"),
      let milliseconds = Int64(parts[2].dropLast(6))
    else { return nil }
    let fields = parts[1].split(separator: ",")
    func number(_ name: String) -> Double? {
      fields.first { $0.hasPrefix(name) }.flatMap { Double($0.dropFirst(name.count)) }
    }
    guard let chlorine = number("free_chlorine="), let temperature = number("temperature=") else {
      return nil
    }
    return Stream.Row(milliseconds: milliseconds, chlorine: chlorine, temperature: temperature)
  }
}
