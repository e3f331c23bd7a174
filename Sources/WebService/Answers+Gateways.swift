import Hummingbird
import PoolModel
import Presence
import Querying

extension Answers {
  /// What is known of every gateway, or of those of one venue.
  func gateways(query: Query) async throws -> Response {
    let venue = query["venue"]
    if let venue, plan.venue(venue) == nil {
      throw RequestError.unknown("the plan has no venue '\(venue)'")
    }
    let figures = try await gate.gatewayFigures(venue: venue)
    return json(AnswerJSON.array(figures.map { GatewayRow($0, zone: zone) }))
  }
}

extension GatewayRow {
  /// The row of `figures`, its times written in `zone`.
  init(_ figures: GatewayFigures, zone: Zone) {
    self.init(
      gateway: figures.id, venue: figures.venue, dialect: figures.dialect,
      state: figures.state.rawValue, statusTime: figures.statusTime.map(zone.rfc3339),
      firmware: figures.firmware, lastSeen: figures.lastSeen.map(zone.rfc3339),
      ageSeconds: figures.silence?.inSeconds, newestTime: figures.newestTime.map(zone.rfc3339),
      clockOffsetMilliseconds: figures.clockOffsetMilliseconds, messages: figures.messageCount,
      stored: figures.tally.stored, duplicate: figures.tally.duplicate,
      conflict: figures.tally.conflict, late: figures.tally.late, refused: figures.refusedCount,
      refusedByReason: Dictionary(
        uniqueKeysWithValues: figures.refused.map { ($0.key.rawValue, $0.value) }),
      gaps: figures.gapCount, missingMessages: figures.missingMessageCount,
      lostSessions: figures.lostSessionCount,
      lostSessionTime: figures.newestLostSession.map(zone.rfc3339))
  }
}
