import Foundation
import Hummingbird
import PoolModel
import Querying
import Records

extension Answers {
  /// What was refused, newest first.
  func quarantine() async throws -> Response {
    let entries = try records.quarantined(limit: .max)
    return json(
      AnswerJSON.array(
        entries.map { entry in
          QuarantineRow(
            time: zone.rfc3339(entry.time), reason: entry.reason.rawValue, detail: entry.detail,
            topic: entry.topic, payload: String(decoding: entry.payload, as: UTF8.self),
            payloadBytes: entry.payloadByteCount)
        }))
  }

  /// Takes in what was refused and is acceptable now.
  func replay(body: [UInt8]) async throws -> Response {
    let order: ReplayOrder
    do {
      order = try JSONDecoder().decode(ReplayOrder.self, from: Data(body))
    } catch {
      throw RequestError.usage(
        "the body is not {\"venue\": ID, \"reason\": REASON, \"from\": T, \"to\": T, "
          + "\"dry_run\": BOOL}, of which all may be left out")
    }
    let now = try await gate.withStore { _, now in now.wall }
    if let venue = order.venue, plan.venue(venue) == nil {
      throw RequestError.unknown("the plan has no venue '\(venue)'")
    }
    let selection = ReplaySelection(
      venue: order.venue, reason: try order.reason.map(Self.reason),
      from: try time(order.from, now: now) ?? .distantPast,
      // What is refused from now on is not looked at: the run has an end.
      through: min(now, try time(order.to, now: now) ?? now), isDryRun: order.isDryRun)
    try requireOrder(selection.from, selection.through)
    return json(AnswerJSON.object(try await gate.replay(selection)))
  }

  private static func reason(_ text: String) throws -> RefusalReason {
    guard let reason = RefusalReason(rawValue: text) else {
      let expected = RefusalReason.allCases.map(\.rawValue).joined(separator: ", ")
      throw RequestError.usage("'\(text)' is no reason, expected one of \(expected)")
    }
    return reason
  }

  private func time(_ text: String?, now: Timestamp) throws -> Timestamp? {
    try text.map { text throws in try TimeExpression.parse(text, now: now, zone: zone) }
  }
}
