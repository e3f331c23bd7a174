import Foundation
import TestInstallation
import TestSupport

/// An installation whose store has two thousand rows of one pool on several pages, written by its
/// daemon.
struct StoreFixture {
  static let pool = "venue-0/pool-1"
  static let rowCount = 2000
  /// Small pages, so that the rows take more than one.
  static let overrides = ["store.page_bytes=4096"]
  let broker: Mosquitto
  let installation: Installation

  /// Where the daemon keeps its data.
  var state: String { installation.directory.path("state") }
  var config: String { installation.directory.path("poolwatch.yaml") }

  /// The daemon runs when this returns, and has stored everything.
  init(overrides: [String] = []) async throws {
    broker = try await Mosquitto()
    installation = try Installation(brokerPort: broker.port, overrides: Self.overrides + overrides)
    try await installation.start()
    // Until the daemon has subscribed the broker keeps nothing for it: a row that is sent again is not
    // stored twice.
    let start = nowMilliseconds() / 1000 * 1000 - 3_600_000
    try await eventually("the first row is stored") { [self] in
      try await publish(from: 0, count: 1, start: start)
      return try await installation.status()["stored"] as? Int == 3
    }
    try await publish(from: 1, count: Self.rowCount - 1, start: start)
    try await eventually("everything is stored") { [installation] in
      try await installation.status()["stored"] as? Int == 3 * Self.rowCount
    }
  }

  /// Publishes rows, one a second from `start` on, which is an hour ago.
  func publish(from first: Int, count: Int, start: Int64? = nil) async throws {
    let gateway = Gateway(port: broker.port)
    let start = start ?? nowMilliseconds() / 1000 * 1000 - 3_600_000
    for begin in stride(from: first, to: first + count, by: 500) {
      let rows = (begin..<min(begin + 500, first + count)).map { row in
        // Digits that no codec can foresee.
        let digits = 1000 + row * 7919 % 9000
        let ph = row % 7 == 0 ? "null" : "7.\(digits)"
        return Gateway.payload(
          milliseconds: start + Int64(row) * 1000,
          #""free_chlorine":0.\#(9999 - digits / 2),"ph":\#(ph),"temperature":27.\#(digits)"#)
      }
      try await gateway.publish("[\(rows.joined(separator: ","))]", for: Self.pool)
    }
  }

  /// What a command said on the files themselves.
  struct Answer {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Runs `poolwatch store` with `words` on this installation's configuration.
  func store(_ words: String..., overrides: [String] = []) async throws -> Answer {
    try await store(words, overrides: overrides)
  }

  /// The same.
  func store(_ words: [String], overrides: [String] = []) async throws -> Answer {
    let arguments =
      ["store"] + words + ["--config", config]
      + (Self.overrides + overrides).flatMap { ["--set", $0] }
    let process = try ManagedProcess(Programs.path("poolwatch"), arguments: arguments)
    // What reads standard input finds its end; closed twice does no harm.
    try? process.closeInput()
    let ending = try await process.wait(within: .seconds(60))
    try await eventually("poolwatch has closed its output") {
      process.output.isAtEnd && process.errors.isAtEnd
    }
    guard case .code(let code) = ending else { throw TestFailure("\(words): \(ending)") }
    return Answer(
      code: code, output: process.output.all.map { $0 + "\n" }.joined(),
      errors: process.errors.all.joined(separator: "\n"))
  }

  /// Everything in the store as CSV.
  func export(overrides: [String] = []) async throws -> String {
    let answer = try await store("export", "--format", "csv", overrides: overrides)
    guard answer.code == 0 else { throw TestFailure(answer.errors) }
    return answer.output
  }

  /// The bytes of every file of the store.
  func storeBytes() throws -> [String: Data] {
    var bytes: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: "\(state)/store") {
      bytes[name] = try Data(contentsOf: URL(fileURLWithPath: "\(state)/store/\(name)"))
    }
    return bytes
  }

  /// Turns a bit in the body of the first page of `raw.pages` that has one; gives the byte's offset.
  ///
  /// Pages begin with "PWPG" (drawn in RingStore), at multiples of 4096 behind the file's header.
  func damageFirstPage() throws -> Int {
    let url = URL(fileURLWithPath: "\(state)/store/raw.pages")
    var bytes = try Data(contentsOf: url)
    let page = stride(from: 8192, to: bytes.count, by: 4096).first {
      bytes[$0..<$0 + 4] == Data("PWPG".utf8)
    }
    guard let page else { throw TestFailure("raw.pages has no page") }
    bytes[page + 300] ^= 4
    let handle = try FileHandle(forWritingTo: url)
    try handle.seek(toOffset: UInt64(page + 300))
    try handle.write(contentsOf: bytes[page + 300..<page + 301])
    try handle.close()
    return page
  }

  /// Turns a bit in the body of every page of `raw.pages`.
  func damageAllPages() throws {
    let url = URL(fileURLWithPath: "\(state)/store/raw.pages")
    var bytes = try Data(contentsOf: url)
    for page in stride(from: 8192, to: bytes.count, by: 4096)
    where bytes[page..<page + 4] == Data("PWPG".utf8) {
      bytes[page + 140] ^= 4
    }
    // In place, as a failing disk does it.
    let handle = try FileHandle(forUpdating: url)
    try handle.write(contentsOf: bytes)
    try handle.close()
  }

  /// Turns a bit in the rows of the last record but one of the journal; gives the record's offset.
  ///
  /// Records begin with "PWJC" and their own place (drawn in RingStore), at multiples of 8.
  func damageLastBatchButOne() throws -> Int {
    let url = URL(fileURLWithPath: "\(state)/store/journal")
    var bytes = try Data(contentsOf: url)
    let records = stride(from: 16_384, to: bytes.count - 48, by: 8).filter { offset in
      let place = bytes[offset + 8..<offset + 16].reversed().reduce(0) { $0 << 8 | UInt64($1) }
      return bytes[offset..<offset + 4] == Data("PWJC".utf8) && place == UInt64(offset - 16_384)
    }
    guard let record = records.dropLast().last else { throw TestFailure("no two records") }
    bytes[record + 50] ^= 4
    let handle = try FileHandle(forUpdating: url)
    try handle.write(contentsOf: bytes)
    try handle.close()
    return record
  }

  func stop() async throws {
    try await installation.stop()
    try await broker.stop()
  }
}
