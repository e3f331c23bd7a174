import Coverage
import Foundation
import Hummingbird
import PoolModel
import Querying
import Records

extension Answers {
  /// When venues or pools are out of use, the newest beginning first.
  func closures(query: Query) async throws -> Response {
    let now = try await gate.withStore { _, now in now.wall }
    let selection = try query.choice("state", ClosureSelection.self, fallback: .active)
    let closures = try records.closures(overlapping: nil, venue: query["venue"])
      .filter { selection == .all || !$0.isOver(at: now) }
    return json(
      AnswerJSON.array(closures.map { ClosureRow(closure: $0, now: now, zone: zone) }))
  }

  /// Registers that a venue or one of its pools is out of use.
  func registerClosure(body: [UInt8]) async throws -> Response {
    let words: ClosureRequest
    do {
      words = try JSONDecoder().decode(ClosureRequest.self, from: Data(body))
    } catch {
      throw RequestError.usage(
        "the body is not {\"venue\": ID, \"pool\": ID, \"kind\": KIND, \"from\": T, \"to\": T, "
          + "\"by\": NAME, \"reason\": TEXT}, of which pool, kind, from and to may be left out")
    }
    let now = try await gate.withStore { _, now in now.wall }
    try requirePart(words.venue, words.pool)
    let kind = try words.kind.map(Self.closureKind) ?? .closure
    let actor = try actor(words.by, words.reason)
    guard !words.reason.isEmpty else { throw RequestError.usage("expected a reason") }
    let from = try words.from.map { try TimeExpression.ahead($0, now: now, zone: zone) } ?? now
    let to = try words.to.map { try TimeExpression.ahead($0, now: now, zone: zone) }
    if let to, to <= from {
      throw RequestError.usage(
        "--from \(zone.rfc3339(from)) is not before --to \(zone.rfc3339(to)), expected before")
    }
    let closure = try await gate.registerClosure(
      ClosureOrder(
        kind: kind, venue: words.venue, pool: words.pool, from: from, to: to, actor: actor))
    return json(AnswerJSON.array([ClosureRow(closure: closure, now: now, zone: zone)]))
  }

  /// Ends a closure before its time.
  func endClosure(id: String, body: [UInt8]) async throws -> Response {
    let words: Acknowledgement
    do {
      words = try JSONDecoder().decode(Acknowledgement.self, from: Data(body))
    } catch {
      throw RequestError.usage("the body is not {\"by\": NAME, \"comment\": TEXT}")
    }
    let actor = try actor(words.by, words.comment)
    let now = try await gate.withStore { _, now in now.wall }
    let closure: Closure
    do {
      closure = try await gate.endClosure(id: id, by: actor)
    } catch RequestError.unknown(let text) {
      // Judgement knows those alone that are not over for long.
      guard try records.closure(id) != nil else { throw RequestError.unknown(text) }
      throw RequestError.conflict("the closure \(id) is over already")
    }
    return json(AnswerJSON.array([ClosureRow(closure: closure, now: now, zone: zone)]))
  }

  /// The times in `period`, ascending and apart, in which readings of `pool` are due by `closures`.
  func dueTimes(
    of pool: PoolNumber, in period: Range<Timestamp>, closures: [Closure]
  ) -> [Range<Timestamp>] {
    let outages = closures.filter { $0.covers(plan[pool].id) }.map(\.outage)
    return Outages(outages).dueTimes(in: period)
  }

  /// Somebody and their words, of a length that an audit can hold.
  func actor(_ name: String, _ comment: String) throws -> AlarmTransition.Actor {
    guard !name.isEmpty, name.utf8.count <= 200, comment.utf8.count <= 4000 else {
      throw RequestError.usage("expected a name of 1 to 200 bytes and at most 4000 of comment")
    }
    return AlarmTransition.Actor(name: name, comment: comment)
  }

  private func requirePart(_ venue: String, _ pool: String?) throws {
    guard plan.venue(venue) != nil else {
      throw RequestError.unknown("the plan has no venue '\(venue)'")
    }
    if let pool, plan.poolNumber(PoolID(venue: venue, pool: pool)) == nil {
      throw RequestError.unknown("the venue '\(venue)' has no pool '\(pool)'")
    }
  }

  private static func closureKind(_ text: String) throws -> Closure.Kind {
    guard let kind = Closure.Kind(rawValue: text) else {
      let expected = Closure.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw RequestError.usage("'\(text)' is no kind, expected one of \(expected)")
    }
    return kind
  }
}
