import Decoding
import DequeModule
import Pipeline
import PoolModel
import Presence
import Querying
import RingStore
import ServiceLifecycle
import Synchronization
import WebService

/// Who watches the messages of which venue.
///
/// Nothing is kept while nobody watches. Bounded: so many watches, and for each a ring of its newest
/// messages; what a slow one misses is counted and told.
final class MessageWatches: Sendable {
  /// A message with the plan that its numbers are of.
  struct Entry: Sendable {
    let message: ObservedMessage
    let plan: Plan
  }

  private struct Ring {
    let venue: String
    var entries: Deque<Entry> = []
    /// Messages that found no place since the last look.
    var missedCount = 0

    mutating func append(_ entry: Entry) {
      if entries.count == MessageWatches.ringLimit {
        entries.removeFirst()
        missedCount += 1
      }
      entries.append(entry)
    }
  }

  private struct State {
    var rings: [Int: Ring] = [:]
    var nextNumber = 0
  }

  private let state = Mutex(State())
  /// Watches at once: each is a connection, of which other questions need some too.
  private static let watchLimit = 16
  /// Messages kept for a watch between two looks, a tenth of a second apart.
  private static let ringLimit = 256

  /// The venues that are watched.
  var venues: Set<String> { state.withLock { Set($0.rings.values.map(\.venue)) } }

  /// Begins to keep the messages of `venue`.
  ///
  /// - Throws: `RequestError.unavailable` when too many watch.
  func begin(venue: String) throws(RequestError) -> MessageWatch {
    let number = state.withLock { state -> Int? in
      guard state.rings.count < Self.watchLimit else { return nil }
      defer { state.nextNumber += 1 }
      state.rings[state.nextNumber] = Ring(venue: venue)
      return state.nextNumber
    }
    guard let number else {
      throw .unavailable("\(Self.watchLimit) others watch already, try again later")
    }
    return MessageWatch(number: number, watches: self)
  }

  /// Takes what came; called on the intake thread after a batch with something to tell.
  func publish(_ observations: Observations, plan: Plan) {
    state.withLock { state in
      for (number, ring) in state.rings {
        var ring = ring
        state.rings[number] = nil
        for message in observations.messages where message.venue == ring.venue {
          ring.append(Entry(message: message, plan: plan))
        }
        // Whose they were is not known, so each is told of them.
        ring.missedCount += observations.missedCount
        state.rings[number] = ring
      }
    }
  }

  /// What came for the watch since the last look, and how many messages before it found no place.
  fileprivate func take(_ number: Int) -> (entries: [Entry], missedCount: Int) {
    state.withLock { state in
      guard let ring = state.rings[number], !ring.entries.isEmpty else { return ([], 0) }
      state.rings[number] = Ring(venue: ring.venue)
      return (Array(ring.entries), ring.missedCount)
    }
  }

  fileprivate func end(_ number: Int) {
    state.withLock { $0.rings[number] = nil }
  }
}

/// One watch, which ends when nobody holds it any more.
final class MessageWatch: Sendable {
  private let number: Int
  private let watches: MessageWatches
  /// Short for whoever watches a gateway, long beside what a look costs: ten watches of a venue that sends
  /// nothing took 0.3 % of one core.
  private static let pause: Duration = .milliseconds(100)

  fileprivate init(number: Int, watches: MessageWatches) {
    self.number = number
    self.watches = watches
  }

  deinit { watches.end(number) }

  /// The next messages, waiting for them, at most about `span`; nil when the daemon stops.
  func next(atMost span: Duration) async throws -> [WatchRow]? {
    var rest = span
    while true {
      let (entries, missedCount) = watches.take(number)
      if !entries.isEmpty {
        var rows = entries.map { WatchRow($0.message, plan: $0.plan) }
        rows[0].missed = missedCount
        return rows
      }
      if rest <= .zero { return [] }
      do {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
      } catch is CancellationError {
        return nil
      }
      rest -= Self.pause
    }
  }
}

extension WatchRow {
  /// The row of `message`, whose numbers are those of `plan`.
  fileprivate init(_ message: ObservedMessage, plan: Plan) {
    self.init()
    let zone = plan.district.zone
    time = zone.rfc3339(message.time)
    venue = message.venue
    gateway = message.gateway
    topic = message.topic
    bytes = message.byteCount
    isRetained = message.isRetained
    status = message.status.map { $0.isOnline ? "online" : "offline" }
    readings = message.readingCount
    values = message.valueCount
    for (reading, outcome) in message.readings {
      for value in reading.values {
        let parameter = ParameterSet(value.parameter)
        let text = Self.text(of: value, in: reading, plan: plan)
        if outcome.contradicting.contains(parameter) {
          contradicting.append(text)
        } else {
          accepted.append(outcome.repeated.contains(parameter) ? text + ", there already" : text)
        }
      }
    }
    stored = message.tally.stored
    duplicate = message.tally.duplicate
    conflict = message.tally.conflict
    late = message.tally.late
    refused = message.refusalCount
    refusals = message.refusals.map { "\($0.reason.rawValue): \($0.detail)" }
    clockOffsetMilliseconds = message.clockOffsetMilliseconds
    ageSeconds = message.newestTime.map { (message.time - $0).inSeconds }
  }
}

extension WatchRow {
  /// Pool, time, parameter, number, unit and flags of `value`.
  fileprivate static func text(of value: ReportedValue, in reading: Reading, plan: Plan) -> String {
    let parameter = plan[value.parameter]
    let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
    let number = value.value.map { "\($0)\(unit)" } ?? "no value"
    let time = plan.district.zone.rfc3339(reading.time)
    return "\(plan[reading.pool].id.pool) \(time) \(parameter.name) "
      + number + value.marks.names.map { ", flag \($0)" }.joined()
  }
}

extension GatewayMarks {
  /// The names of the marks that are set, as gateways send them.
  fileprivate var names: [String] {
    let names: [(GatewayMarks, String)] = [
      (.maintenance, "maintenance"), (.calibration, "calibration"), (.fault, "fault"),
      (.manual, "manual"),
    ]
    return names.filter { contains($0.0) }.map(\.1)
  }
}
