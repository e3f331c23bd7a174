import Alerting
public import PoolModel
import Presence

extension Pipeline {
  /// Looks at the gateways whose turn it is, for the alarms about them.
  ///
  /// Call it every second or so, between two batches: then each is looked at every ten seconds, and its
  /// clock every minute. Costs nothing where no rule is about gateways.
  public func noteGateways(now: Moment) {
    guard !gatewayRound.gateways.isEmpty else { return }
    var reports: [GatewayReport] = []
    for place in gatewayRound.next() {
      let withClock = gatewayRound.isClockDue(at: place)
      let index = intake.ledger.index(of: gatewayRound.gateways[place].id)
      if let report = intake.ledger.report(of: index, withClock: withClock) {
        reports.append(report)
      }
    }
    guard !reports.isEmpty else { return }
    seat.note(seat.alarms.noteGateways(reports, now: now))
  }
}

/// Whose turn it is to be looked at: of a whole country's gateways some at a time.
struct GatewayRound: Sendable {
  /// Who is looked at; none where no rule is about gateways.
  let gateways: [WatchedGateway]
  private var place = 0
  private var roundCount = 0

  /// A round has so many turns.
  private static let turnCount = 10
  /// A clock is looked at once in so many rounds.
  private static let clockRoundCount = 6

  init(_ settings: PipelineSettings, ledger: GatewayLedger) {
    gateways =
      settings.rules.monitoring.isAboutGateways
      ? ledger.watchedGateways(plan: settings.plan, bindings: settings.gateways) : []
  }

  /// Whether the clock of the gateway at `place` is looked at in this round.
  func isClockDue(at place: Int) -> Bool { (place + roundCount) % Self.clockRoundCount == 0 }

  /// The places of those whose turn it is.
  mutating func next() -> Range<Int> {
    if place >= gateways.count {
      place = 0
      roundCount += 1
    }
    let count = max(1, (gateways.count + Self.turnCount - 1) / Self.turnCount)
    let turn = place..<min(gateways.count, place + count)
    place = turn.upperBound
    return turn
  }
}
