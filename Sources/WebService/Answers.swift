import Foundation
import Hummingbird
import PoolModel
import Querying
import Records
import RingStore

/// What each question is answered with.
struct Answers: Sendable {
  let plan: Plan
  let gate: any StoreGate
  let records: Records

  var zone: Zone { plan.district.zone }

  /// The newest value of every planned series, of one venue or of all.
  ///
  /// With those of its pools that are retired, where one venue is asked for.
  func latest(venue: String?) async throws -> Response {
    var rows: [LatestRow] = []
    var plan = plan
    var pools = self.plan.poolNumbersInOrder.filter { number in
      venue == nil || self.plan[number].id.venue == venue
    }
    var retired: [PoolID] = []
    if let venue {
      let whole = try await wholePlan()
      let others = whole.numbers.filter { number in
        whole.plan[number].id.venue == venue
      }
      guard plan.venue(venue) != nil || !others.isEmpty else {
        throw RequestError.unknown("the plan has no venue '\(venue)'")
      }
      pools += others
      retired = others.map { whole.plan[$0].id }
      plan = whole.plan
    }
    for pool in pools {
      let plan = plan
      rows += try await gate.withStore { store, now in
        try plan.seriesToShow(of: pool, in: store).map { series in
          let newest = store.latest(series)
          return LatestRow(
            plan: plan, series: series, time: newest?.time, sample: newest?.sample, now: now.wall,
            lost: try store.lostTime(of: series, after: newest?.time))
        }
      }
    }
    return noting(retired, on: json(AnswerJSON.array(rows)))
  }

  /// Every raw value of one series, or what it did step by step, streamed in pieces.
  func history(of id: PoolID, query: Query) async throws -> Response {
    let subject = try await subject(id, query: query)
    let now = try await gate.withStore { _, now in now.wall }
    if query["step"] != nil || query["columns"] != nil {
      return try await aggregates(of: subject, query: query, now: now)
    }
    let from = try query.time("from", now: now, zone: zone) ?? .distantPast
    let to = try query.time("to", now: now, zone: zone) ?? .distantFuture
    try requireOrder(from, to)
    return stream(
      HistoryPieces(
        plan: subject.plan, gate: gate, series: subject.series, from: from, through: to),
      about: subject)
  }

  /// Alarms, newest first.
  func alarms(query: Query) async throws -> Response {
    let selection = try query.choice("state", AlarmSelection.self, fallback: .active)
    let alarmClass =
      query["class"] == nil
      ? nil : try query.choice("class", AlarmClass.self, fallback: .water)
    let occurrences = try records.alarms(openOnly: selection == .active, class: alarmClass)
    return json(AnswerJSON.array(occurrences.map { AlarmRow(occurrence: $0, zone: zone) }))
  }

  /// What was told to whom, newest first.
  func notices() async throws -> Response {
    let entries = try records.notices(undeliveredOnly: false, limit: .max)
    return json(
      AnswerJSON.array(
        entries.map { entry in
          NoticeRow(
            notice: entry.notice, state: entry.state.rawValue, attempts: entry.attempts,
            created: entry.created, lastAttempt: entry.lastAttempt,
            nextAttempt: entry.nextAttempt, error: entry.lastError, zone: zone)
        }))
  }

  /// The daemon's counters.
  func status() async throws -> Response {
    json(AnswerJSON.object(try await gate.status()))
  }

  func json(_ text: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  func requireOrder(_ from: Timestamp, _ to: Timestamp) throws {
    if from > to {
      throw RequestError.usage(
        "--from \(zone.rfc3339(from)) is after --to \(zone.rfc3339(to)), expected before")
    }
  }
}

extension StoreGate {
  /// Rows asked of the store at once: about two pages, under a millisecond of its thread.
  var pageRowCount: Int { 1000 }
}

extension Plan {
  /// The required series of `pool`, and others that have a value.
  func seriesToShow(of pool: PoolNumber, in store: RingStore) -> [Series] {
    parameters.indices.map { Series(pool: pool, parameter: ParameterNumber($0)) }
      .filter { required.contains($0.parameter) || store.latest($0) != nil }
  }
}
