import Foundation
import PoolModel
import Testing

/// What `Fixtures/make_opening_hours.py` found minute by minute with Python's zoneinfo.
private struct OpeningCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let zone: String
  let weekly: [Weekly]
  let exceptions: [Exception]
  /// In seconds since 1970, the end excluded.
  let period: [Int64]
  let changes: [Change]

  struct Weekly: Decodable {
    let hours: OpeningHours

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      hours = OpeningHours(
        days: Set(try list.decode([Int].self)), opensMinute: try list.decode(Int.self),
        closesMinute: try list.decode(Int.self))
    }
  }

  struct Exception: Decodable {
    let exception: OpeningException

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      let days = [try list.decode(String.self), try list.decode(String.self)].compactMap {
        CivilDate($0)
      }
      let spans = try list.decode([[Int]].self)
      exception = OpeningException(
        first: days[0], last: days[1],
        spans: spans.map { OpeningSpan(opensMinute: $0[0], closesMinute: $0[1]) })
    }
  }

  struct Change: Decodable, Hashable {
    var seconds: Int64
    var isOpen: Bool

    init(seconds: Int64, isOpen: Bool) {
      self.seconds = seconds
      self.isOpen = isOpen
    }

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      seconds = try list.decode(Int64.self)
      isOpen = try list.decode(Bool.self)
    }
  }

  var testDescription: String { name }

  var schedule: OpeningSchedule {
    OpeningSchedule(weekly: weekly.map(\.hours), exceptions: exceptions.map(\.exception))
  }

  static let all: [OpeningCase] = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/opening_hours.json")
    guard let data = try? Data(contentsOf: url),
      let cases = try? JSONDecoder().decode([OpeningCase].self, from: data)
    else { return [] }
    return cases
  }()
}

@Suite struct `An opening schedule` {
  @Test func `is compared with all that the script says`() {
    #expect(OpeningCase.all.count == 14)
  }

  @Test(arguments: OpeningCase.all)
  private func `is open when the zone database says so`(_ known: OpeningCase) throws {
    let zone = try #require(Zone(name: known.zone))
    let end = Timestamp(milliseconds: known.period[1] * 1000)
    var time = Timestamp(milliseconds: known.period[0] * 1000)
    var changes: [OpeningCase.Change] = []
    while time < end {
      let phase = known.schedule.phase(at: time, in: zone)
      #expect(phase.range.contains(time))
      if changes.last?.isOpen != phase.isOpen {
        changes.append(.init(seconds: time.milliseconds / 1000, isOpen: phase.isOpen))
      }
      time = phase.range.upperBound
    }
    #expect(changes == known.changes)
  }

  @Test(arguments: OpeningCase.all)
  private func `answers alike from every minute of a stretch`(_ known: OpeningCase) throws {
    let zone = try #require(Zone(name: known.zone))
    var expected = known.changes[...]
    var isOpen = false
    for seconds in stride(from: known.period[0], to: known.period[1], by: 60) {
      if let next = expected.first, next.seconds == seconds {
        isOpen = next.isOpen
        expected.removeFirst()
      }
      let time = Timestamp(milliseconds: seconds * 1000)
      guard known.schedule.phase(at: time, in: zone).isOpen == isOpen else {
        Issue.record("\(zone.rfc3339(time)) is not \(isOpen)")
        return
      }
    }
  }

  @Test(arguments: OpeningCase.all)
  private func `lists when it is open`(_ known: OpeningCase) throws {
    let zone = try #require(Zone(name: known.zone))
    let period =
      Timestamp(
        milliseconds: known.period[0] * 1000)..<Timestamp(
        milliseconds: known.period[1] * 1000)
    var expected: [Range<Timestamp>] = []
    for (index, change) in known.changes.enumerated() where change.isOpen {
      let isLast = index == known.changes.count - 1
      let end = isLast ? known.period[1] : known.changes[index + 1].seconds
      expected.append(
        Timestamp(milliseconds: change.seconds * 1000)..<Timestamp(milliseconds: end * 1000))
    }
    #expect(known.schedule.openTimes(in: period, zone: zone) == expected)
    // Cut in the middle of the first stretch.
    guard let first = expected.first else { return }
    let middle = first.lowerBound + (first.upperBound - first.lowerBound) / 2
    #expect(
      known.schedule.openTimes(in: period.lowerBound..<middle, zone: zone)
        == [first.lowerBound..<middle])
  }

  /// Days between 23 and 25 hours long, a closed night between each two.
  @Test func `is open without a break only between an opening and its closing`() throws {
    let known = try #require(OpeningCase.all.first { $0.name == "in autumn, around it" })
    let zone = try #require(Zone(name: known.zone))
    let opens = known.changes.filter(\.isOpen).map { Timestamp(milliseconds: $0.seconds * 1000) }
    let closes = known.changes.filter { !$0.isOpen }.map {
      Timestamp(milliseconds: $0.seconds * 1000)
    }
    let last = closes[2] - .milliseconds(1)
    #expect(known.schedule.isOpen(from: opens[1], through: last, in: zone))
    #expect(!known.schedule.isOpen(from: opens[1] - .milliseconds(1), through: last, in: zone))
    #expect(!known.schedule.isOpen(from: opens[1], through: closes[2], in: zone))
    #expect(!known.schedule.isOpen(from: opens[0], through: last, in: zone))
  }

  /// By the calendar: 2026-11-22 is a Sunday, 2028-02-29 a Tuesday, 1969-12-31 a Wednesday.
  @Test(arguments: [("2026-11-22", 7), ("2028-02-29", 2), ("1970-01-01", 4), ("1969-12-31", 3)])
  func `knows the day of the week`(text: String, weekday: Int) throws {
    #expect(try #require(CivilDate(text)).weekday == weekday)
  }
}
