import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import PoolModel
import Presence
import Querying
import Records
import SimulatedDisk

@testable import RingStore
@testable import WebService

/// A store with one pool of one parameter, and the questions that may be asked of it.
///
/// A reading comes every interval, some 200 ms early or late; some are missing, now and then many in a
/// row, and some are not usable. Of a pool with late rows some come again, and some after others that
/// are newer.
struct DamagedPool {
  /// Holds all rows.
  private static func configuration(interval: Int) -> RingStore.Configuration {
    RingStore.Configuration(
      retention: .seconds(8000 * interval), minuteRetention: .seconds(40_000 * interval),
      pageByteCount: 1024, journalByteCount: 65_536)
  }
  /// A midnight.
  static let begin: Int64 = 1_700_006_400_000
  static let rowCount: Int64 = 2900
  static let id = PoolID(venue: "venue-01", pool: "p0")

  var disk = SimulatedDisk(seed: 1)
  private(set) var store: RingStore
  let plan: Plan
  let directory: String
  private let records: Records
  private var configuration: RingStore.Configuration
  /// The nominal time between two readings, in milliseconds.
  let interval: Int64

  init(interval: Int = 10, hasLateRows: Bool = false) throws {
    configuration = Self.configuration(interval: interval)
    self.interval = Int64(interval) * 1000
    let ph = Parameter(
      name: "ph", unit: "", title: Title(english: "pH", chinese: "pH"), plausible: 0...14)
    let title = Title(english: "one", chinese: "一")
    plan = Plan(
      district: District(code: "310107", title: title, zone: .utc),
      interval: .seconds(interval), parameters: [ph], required: [ParameterNumber(0)],
      venues: [Venue(id: "venue-01", title: title, street: "s", openingHours: [])],
      pools: [
        Pool(
          id: Self.id, venue: 0, title: title, kind: .indoor, disinfectant: .chlorine,
          resolution: [:])
      ])
    directory = NSTemporaryDirectory() + "answers-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    records = try Records(
      directory: directory, limits: Records.Limits(quarantineEntries: 1, reserveByteCount: 0))
    store = try RingStore(plan: plan, configuration: configuration, storage: disk)
    try fill(hasLateRows: hasLateRows)
    try reopen()
  }

  private func fill(hasLateRows: Bool) throws {
    var random = SplitMix64(seed: 7)
    let now = Timestamp(milliseconds: 0)
    var pause = 0
    var late: [(due: Int64, row: SampleRow)] = []
    for number in 0..<Self.rowCount {
      if number % 100 == 99 {
        try store.commit(at: now)
        store.release(judgedUpTo: store.committed)
        try store.checkpoint(at: now)
      }
      while let next = late.first, next.due <= number {
        _ = store.append(next.row, arrival: now)
        late.removeFirst()
      }
      let jitter = Int64(random.next() % 400) - 200
      pause = pause > 0 ? pause - 1 : random.next() % 150 == 0 ? Int(random.next() % 60) : 0
      guard pause == 0, random.next() % 40 > 0 || interval > 60_000 else { continue }
      let sample = Sample(
        parameter: ParameterNumber(0), value: Double(random.next() % 1_000_003) / 1e5,
        flag: random.next() % 30 == 0 ? .fail : .good)
      let row = SampleRow(
        pool: PoolNumber(0),
        time: Timestamp(milliseconds: Self.begin + interval * (number + 1) + jitter),
        samples: [sample])
      // So many rows are some pages.
      if hasLateRows, random.next() % 50 == 0 {
        late.append((number + Int64(random.next() % 400), row))
        late.sort { $0.due < $1.due }
        if random.next() % 2 == 0 { continue }
      }
      _ = store.append(row, arrival: now)
    }
    for (_, row) in late { _ = store.append(row, arrival: now) }
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
    try store.checkpoint(at: now)
  }

  mutating func reopen() throws {
    store = try RingStore(plan: plan, configuration: configuration, storage: disk)
    try store.verify(progress: { _ in }) { _ in }
    _ = try store.rows(
      of: PoolNumber(0), from: .distantPast, through: .distantFuture, limit: 1 << 20)
  }

  /// Registers that the pool is out of use, in milliseconds since 1970.
  func close(from: Int64, to: Int64) throws {
    let closure = Closure(
      kind: .closure, venue: Self.id.venue, pool: nil, from: Timestamp(milliseconds: from),
      to: Timestamp(milliseconds: to),
      registration: AlarmTransition.Actor(name: "li", comment: "holiday"),
      registeredTime: Timestamp(milliseconds: from), judgedFrom: Timestamp(milliseconds: from))
    try records.apply(
      Decision(cursor: .start, closures: [closure]), at: Timestamp(milliseconds: from))
  }

  /// Changes a byte of each of the ring's pages at `indexes`, the open one after the others.
  func damage<Content>(
    _ ring: PageRing<Content>, pages indexes: [Int], at byte: Int, tier: String
  ) {
    let slots = ring.pages.map { $0.slot.map(Int.init) } + [ring.openSlot]
    for index in indexes {
      guard let slot = slots[index < 0 ? slots.count + index : index] else { continue }
      disk.corrupt("\(tier).pages") { $0[ring.place.offset + slot * 1024 + byte] ^= 1 }
    }
  }

  /// Changes a byte of all copies of the newest pages of raw rows, so many of them.
  func damageNewest(_ count: Int, at byte: Int) {
    let ring = store.rings[0].raw
    let first = Int(ring.openSequence) + 1 - count
    disk.corrupt("raw.pages") { bytes in
      for slot in 0..<ring.place.slotCount {
        let start = ring.place.offset + slot * 1024
        // So a page's sequence number lies in its header (PageLayout.swift); none is above 255 here.
        if Int(bytes[start + 16]) >= first, bytes[start..<start + 4].elementsEqual("PWPG".utf8) {
          bytes[start + byte] ^= 1
        }
      }
    }
  }

  /// Keeps less: the oldest raw rows are given up, and the oldest minutes.
  mutating func resize(retention: Duration, minuteRetention: Duration) throws {
    configuration.retention = retention
    configuration.minuteRetention = minuteRetention
    try repair()
  }

  mutating func repair() throws {
    let copy = SimulatedDisk(seed: 2)
    try store.rebuild(into: copy, configuration: configuration, progress: { _ in })
    disk = copy
    try reopen()
  }

  // MARK: Questions

  /// Sums of the answers about one period.
  struct Sums: Hashable, CustomStringConvertible {
    var due = 0
    var received = 0
    var valid = 0
    var lost = 0
    var gaps = 0
    var steps: [String: Steps] = [:]

    var description: String {
      let steps = steps.sorted { $0.key < $1.key }.map { key, sum in
        "\(key) \(sum.missing)/\(sum.missingValid)/\(sum.lost)"
      }
      return "due \(due) received \(received) valid \(valid) lost \(lost) gaps \(gaps), steps "
        + steps.joined(separator: " ")
    }

    struct Steps: Hashable {
      var count = 0
      var missing = 0
      var missingValid = 0
      var lost = 0
    }
  }

  func sums(from: Int64, to: Int64) async throws -> Sums {
    let answers = answers()
    let period = "from=\(rfc3339(from))&to=\(rfc3339(to))"
    let coverage = try await rows(answers.coverage(query: query("\(period)&by=parameter")))
    var sums = Sums()
    for row in coverage {
      sums.due = number(row, "n_due")
      sums.received = number(row, "n_received")
      sums.valid = number(row, "n_valid")
      sums.lost = number(row, "n_lost")
    }
    let series = "\(period)&parameter=ph"
    for row in try await rows(answers.gaps(of: Self.id, query: query(series))) {
      sums.gaps += number(row, "n_missing")
    }
    for step in ["1d", "1h", "5m"] {
      var all = Sums.Steps()
      for row in try await rows(
        answers.history(of: Self.id, query: query("\(series)&step=\(step)")))
      {
        all.count += 1
        all.missing += number(row, "n_missing")
        all.missingValid += number(row, "n_missing_valid")
        all.lost += number(row, "n_lost")
      }
      sums.steps[step] = all
    }
    return sums
  }

  /// The answers at `now`, years after the readings unless said otherwise.
  func answers(now: Int64 = begin + 1 << 40) -> Answers {
    Answers(
      plan: plan,
      gate: OneStore(plan: plan, store: store, now: Timestamp(milliseconds: now)),
      records: records)
  }

  func query(_ text: String) -> Query { Query(after: text) }

  func rows(_ response: Response) async throws -> [[String: Any]] {
    try JSONSerialization.jsonObject(with: try await response.bytes()) as? [[String: Any]] ?? []
  }

  func number(_ row: [String: Any], _ key: String) -> Int { row[key] as? Int ?? 0 }

  func rfc3339(_ milliseconds: Int64) -> String {
    Zone.utc.rfc3339(Timestamp(milliseconds: milliseconds)).replacing("+00:00", with: "Z")
  }
}

extension Query {
  /// What stands after the question mark of a request.
  init(after text: String) {
    self.init(
      Request(
        head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/?\(text)"),
        body: RequestBody(buffer: ByteBuffer())))
  }
}

extension Response {
  /// All of an answer.
  func bytes() async throws -> Data {
    let collected = CollectedBody()
    try await body.write(collected)
    return Data(collected.bytes)
  }
}

/// The bytes of an answer.
private final class CollectedBody: ResponseBodyWriter {
  private(set) var bytes: [UInt8] = []

  func write(_ buffer: ByteBuffer) { bytes += buffer.readableBytesView }
  func finish(_ trailingHeaders: HTTPFields?) {}
}

/// A gate to a store that one test alone has.
// Sendable because a test asks one question after the other: no two use the store at once.
struct OneStore: StoreGate, @unchecked Sendable {
  let plan: Plan
  let store: RingStore
  let now: Timestamp

  func withStore<Answer: Sendable>(
    _ body: @escaping @Sendable (RingStore, Moment) throws -> Answer
  ) async throws -> Answer {
    try body(store, Moment(wall: now, monotonic: .zero))
  }

  private var nothing: RequestError { .unavailable("there is a store alone") }

  func status() async throws -> StatusAnswer { throw nothing }
  func gatewayFigures(venue: String?) async throws -> [GatewayFigures] { throw nothing }
  func watch(venue: String) async throws -> WatchFeed { throw nothing }
  func act(
    _ action: AlarmAction, on id: String, by actor: AlarmTransition.Actor
  ) async throws -> AlarmOccurrence { throw nothing }
  func registerClosure(_ order: ClosureOrder) async throws -> Closure { throw nothing }
  func endClosure(id: String, by actor: AlarmTransition.Actor) async throws -> Closure {
    throw nothing
  }
  func replay(_ selection: ReplaySelection) async throws -> ReplayAnswer { throw nothing }
  func storeFigures(of pools: [PoolNumber]) async throws -> [[StoreFigures]] { throw nothing }
  func snapshot(into directory: String) async throws -> SnapshotAnswer { throw nothing }
}
