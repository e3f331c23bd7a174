import PoolModel
import Registry
import Testing

@Suite struct `Opening hours in a plan` {
  private static let hours = "    opening_hours:\n"

  private func plan(_ exceptions: String) -> Fixture {
    Fixture().replacing(
      Self.hours, with: "    opening_exceptions: \(exceptions)\n" + Self.hours, in: "plan.yaml")
  }

  private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  @Test func `have dated exceptions`() throws {
    let plan = try plan(
      """
      [{date: 2026-02-16, through: 2026-02-22}, {date: 2026-10-01, hours: [{from: "20:00", to: "01:00"}]}]
      """
    ).load().plan
    let night = OpeningSpan(opensMinute: 1200, closesMinute: 60)
    #expect(
      plan.venues[0].openingExceptions
        == [
          OpeningException(first: try day("2026-02-16"), last: try day("2026-02-22"), spans: []),
          OpeningException(
            first: try day("2026-10-01"), last: try day("2026-10-01"), spans: [night]),
        ])
  }

  @Test func `of a pool are its own where it has the key, else the venue's`() throws {
    let plan = try Fixture().replacing(
      "        kind: indoor\n",
      with: "        kind: indoor\n        opening_hours: []\n", in: "plan.yaml"
    ).load().plan
    #expect(plan.openingSchedule(of: PoolNumber(0)).weekly == [])
    #expect(plan.openingSchedule(of: PoolNumber(1)).weekly.count == 1)
    #expect(plan.openingSchedule(of: PoolNumber(2)).isAlwaysOpen)
  }

  @Test(arguments: [
    (
      "[{date: 2026-02-29}]", "12:33: 'date' is '2026-02-29', expected a date YYYY-MM-DD"
    ),
    (
      "[{date: 2026-02-20, through: 2026-02-19}]",
      "12:54: 'through' is 2026-02-19, before 'date' 2026-02-20, expected that day or a later one"
    ),
    (
      "[{date: 2026-02-20, through: 2026-02-21}, {date: 2026-02-21}]",
      "12:67: an item of 'opening_exceptions' has a day that the one in line 12 has too, expected each day once"
    ),
    (
      "[{date: 2026-02-20, closed: true}]",
      "12:45: unknown key 'closed', expected one of date, through, hours"
    ),
    (
      "[{date: 2026-02-20, hours: [{from: \"25:00\", to: \"08:00\"}]}]",
      "12:60: 'from' is the text '25:00', expected a time \"HH:MM\" from 00:00 to 23:59"
    ),
  ])
  func `are refused with the place of what is wrong`(text: String, mistake: String) {
    #expect(plan(text).mistakes() == ["plan.yaml:\(mistake)"])
  }
}
