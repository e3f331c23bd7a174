import PoolModel
import Testing

@testable import Alerting

/// Every event at every state: what becomes of it, or why not.
///
/// Written by hand after ISA-18.2 (the public
/// stand-in is OPC UA Part 9) and section 6 of the design.
@Suite struct `The life of an alarm` {
  /// One line of the table: state and event, then state and what is recorded, `told` when people are told.
  struct Line: CustomTestStringConvertible, Sendable {
    let before: AlarmState
    let event: AlarmLife.Event
    let after: String

    init(_ before: AlarmState, _ event: AlarmLife.Event, _ after: String) {
      self.before = before
      self.event = event
      self.after = after
    }

    var testDescription: String { "\(before) \(event)" }
  }

  static let soon = Timestamp(milliseconds: 1000)
  static let shelved = AlarmHold.shelved(until: soon)

  static func act(_ action: AlarmAction) -> AlarmLife.Event { .acted(action, by: "wang") }

  /// The state after `event`, or the refusal.
  static func run(_ life: AlarmLife, _ event: AlarmLife.Event) -> String {
    var life = life
    do {
      let step = try life.take(event)
      let hold = life.hold.map { " \($0.word)" } ?? ""
      return "\(life.state)\(hold): \(step.kind)\(step.isTold ? " told" : "")"
    } catch {
      return "refused: \(error)"
    }
  }

  private static let over = "refused: nothing to do: the alarm is over"

  static let inService: [Line] = [
    Line(.active, .raised, "active: raised told"),
    Line(.active, .caughtUp, "active: announced told"),
    Line(.acknowledged, .caughtUp, "acknowledged: announced told"),
    Line(.active, .returned, "returnedUnacknowledged: returned told"),
    Line(.acknowledged, .returned, "returned: returned told"),
    Line(.active, .severityChanged(.critical), "active: worsened told"),
    Line(.acknowledged, .severityChanged(.critical), "acknowledged: worsened told"),
    Line(.active, .severityChanged(.warning), "active: eased"),
    Line(.active, act(.acknowledge), "acknowledged: acknowledged"),
    Line(.acknowledged, act(.acknowledge), "refused: already acknowledged by li"),
    Line(.returnedUnacknowledged, act(.acknowledge), "returned: acknowledged"),
    Line(.returned, act(.acknowledge), "\(over) (returned)"),
    Line(.historical, act(.acknowledge), "\(over) (historical)"),
    Line(.active, act(.comment), "active: commented"),
    Line(.acknowledged, act(.comment), "acknowledged: commented"),
    Line(.returnedUnacknowledged, act(.comment), "returnedUnacknowledged: commented"),
    Line(.returned, act(.comment), "\(over) (returned)"),
    Line(.historical, act(.comment), "\(over) (historical)"),
    Line(.active, act(.assign(to: "li")), "active: assigned"),
    Line(.acknowledged, act(.assign(to: "li")), "acknowledged: assigned"),
    Line(.returnedUnacknowledged, act(.assign(to: "li")), "returnedUnacknowledged: assigned"),
    Line(.returned, act(.assign(to: "li")), "\(over) (returned)"),
    Line(.historical, act(.assign(to: "li")), "\(over) (historical)"),
    Line(.active, act(.shelve(until: soon)), "active shelved: shelved"),
    Line(.acknowledged, act(.shelve(until: soon)), "acknowledged shelved: shelved"),
    Line(
      .returnedUnacknowledged, act(.shelve(until: soon)),
      "returnedUnacknowledged shelved: shelved"),
    Line(.returned, act(.shelve(until: soon)), "\(over) (returned)"),
    Line(.historical, act(.shelve(until: soon)), "\(over) (historical)"),
    Line(.active, act(.unshelve), "refused: the alarm is not shelved"),
    Line(.returned, act(.unshelve), "refused: the alarm is not shelved"),
    Line(.active, act(.takeOutOfService), "active out_of_service: takenOutOfService"),
    Line(.acknowledged, act(.takeOutOfService), "acknowledged out_of_service: takenOutOfService"),
    Line(.returned, act(.takeOutOfService), "\(over) (returned)"),
    Line(.active, act(.putBackInService), "refused: the alarm is not out of service"),
  ]

  @Test(arguments: inService)
  func `goes on from where it stands`(line: Line) {
    let life = AlarmLife(
      state: line.before, acknowledgedBy: line.before == .acknowledged ? "li" : nil)
    #expect(Self.run(life, line.event) == line.after)
  }

  static let shelvedLines: [Line] = [
    Line(.active, .raised, "active shelved: raised"),
    Line(.active, .caughtUp, "active shelved: announced"),
    Line(.active, .returned, "returnedUnacknowledged shelved: returned"),
    Line(.acknowledged, .returned, "returned shelved: returned"),
    Line(.active, .severityChanged(.critical), "active shelved: worsened"),
    Line(.active, act(.acknowledge), "acknowledged shelved: acknowledged"),
    Line(.active, act(.comment), "active shelved: commented"),
    Line(.active, act(.assign(to: "li")), "active shelved: assigned"),
    Line(.active, act(.shelve(until: soon)), "active shelved: shelved"),
    Line(.returned, act(.shelve(until: soon)), "returned shelved: shelved"),
    Line(.active, act(.unshelve), "active: unshelved told"),
    Line(.acknowledged, act(.unshelve), "acknowledged: unshelved"),
    Line(.returnedUnacknowledged, act(.unshelve), "returnedUnacknowledged: unshelved"),
    Line(.returned, act(.unshelve), "returned: unshelved"),
    Line(.active, .shelvingEnded, "active: unshelved told"),
    Line(.acknowledged, .shelvingEnded, "acknowledged: unshelved"),
    Line(.returnedUnacknowledged, .shelvingEnded, "returnedUnacknowledged: unshelved"),
    Line(.returned, .shelvingEnded, "returned: unshelved"),
    Line(.active, act(.takeOutOfService), "active out_of_service: takenOutOfService"),
    Line(.active, act(.putBackInService), "refused: the alarm is not out of service"),
  ]

  @Test(arguments: shelvedLines)
  func `goes on while it is shelved, and nobody is told`(line: Line) {
    #expect(Self.run(AlarmLife(state: line.before, hold: Self.shelved), line.event) == line.after)
  }

  static let outOfServiceLines: [Line] = [
    Line(.active, .raised, "active out_of_service: raised"),
    Line(.active, .returned, "returnedUnacknowledged out_of_service: returned"),
    Line(.acknowledged, .returned, "returned out_of_service: returned"),
    Line(.active, act(.acknowledge), "acknowledged out_of_service: acknowledged"),
    Line(
      .active, act(.shelve(until: soon)), "refused: the alarm is out of service: put it back first"),
    Line(
      .active, act(.takeOutOfService), "refused: the alarm is out of service: put it back first"),
    Line(.active, act(.unshelve), "refused: the alarm is not shelved"),
    Line(.active, act(.putBackInService), "active: putBackInService told"),
    Line(.acknowledged, act(.putBackInService), "acknowledged: putBackInService"),
    Line(.returned, act(.putBackInService), "returned: putBackInService"),
  ]

  @Test(arguments: outOfServiceLines)
  func `goes on while it is out of service, and nobody is told`(line: Line) {
    #expect(
      Self.run(AlarmLife(state: line.before, hold: .outOfService), line.event) == line.after)
  }

  static let catchingUp: [Line] = [
    Line(.active, .raised, "active: raised"),
    Line(.active, .returned, "historical: returned"),
    Line(.acknowledged, .returned, "returned: returned"),
    Line(.active, .severityChanged(.critical), "active: worsened"),
    Line(.active, .caughtUp, "active: announced told"),
  ]

  @Test(arguments: catchingUp)
  func `is told at the end while catching up`(line: Line) {
    #expect(Self.run(AlarmLife(state: line.before, isAnnounced: false), line.event) == line.after)
  }

  @Test(arguments: [AlarmState.active, .acknowledged, .returnedUnacknowledged])
  func `ends with somebody taking it on where nobody knows any more what it is about`(
    state: AlarmState
  ) {
    let life = AlarmLife(state: state, canReturn: false)
    #expect(Self.run(life, Self.act(.acknowledge)) == "returned: acknowledged")
  }

  @Test func `is unchanged by what is refused`() {
    for line in Self.inService + Self.outOfServiceLines where line.after.hasPrefix("refused") {
      var life = AlarmLife(state: line.before, acknowledgedBy: "li")
      let before = life
      _ = try? life.take(line.event)
      if Self.run(before, line.event).hasPrefix("refused") { #expect(life == before) }
    }
  }
}
