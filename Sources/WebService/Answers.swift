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
  func latest(venue: String?) async throws -> Response {
    if let venue, plan.venue(venue) == nil {
      throw RequestError.unknown("the plan has no venue '\(venue)'")
    }
    var rows: [LatestRow] = []
    let pools = plan.poolNumbersInOrder.filter { venue == nil || plan[$0].id.venue == venue }
    for pool in pools {
      let plan = plan
      rows += try await gate.withStore { store, now in
        plan.seriesToShow(of: pool, in: store).map { series in
          let newest = store.latest(series)
          return LatestRow(
            plan: plan, series: series, time: newest?.time, sample: newest?.sample, now: now.wall)
        }
      }
    }
    return json(AnswerJSON.array(rows))
  }

  /// Every raw value of one series, or what it did step by step, streamed in pieces.
  func history(of id: PoolID, query: Query) async throws -> Response {
    let series = try series(of: id, query: query)
    let now = try await gate.withStore { _, now in now.wall }
    if query["step"] != nil || query["columns"] != nil {
      return try await aggregates(of: series, query: query, now: now)
    }
    let from = try query.time("from", now: now, zone: zone) ?? .distantPast
    let to = try query.time("to", now: now, zone: zone) ?? .distantFuture
    try requireOrder(from, to)
    return stream(
      HistoryPieces(plan: plan, gate: gate, series: series, from: from, through: to))
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

  /// Takes an alarm on.
  func acknowledge(id: String, body: [UInt8]) async throws -> Response {
    let words: Acknowledgement
    do {
      words = try JSONDecoder().decode(Acknowledgement.self, from: Data(body))
    } catch {
      throw RequestError.usage("the body is not {\"by\": NAME, \"comment\": TEXT}")
    }
    guard !words.by.isEmpty, words.by.utf8.count <= 200, words.comment.utf8.count <= 4000 else {
      throw RequestError.usage("expected a name of 1 to 200 bytes and at most 4000 of comment")
    }
    let occurrence: AlarmOccurrence
    do {
      occurrence = try await gate.acknowledge(id: id, by: words.by, comment: words.comment)
    } catch RequestError.unknown(let text) {
      // Judgement knows the open ones alone.
      guard let over = try records.alarm(id) else { throw RequestError.unknown(text) }
      throw RequestError.conflict("the alarm \(id) is over: \(over.state.rawValue)")
    }
    return json(AnswerJSON.array([AlarmRow(occurrence: occurrence, zone: zone)]))
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
