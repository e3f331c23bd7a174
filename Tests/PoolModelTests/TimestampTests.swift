import PoolModel
import Testing

/// Expected values: GNU date (`date -d TEXT +%s%3N`) unless a line says otherwise.
@Suite struct `Timestamps` {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0),
    ("2026-01-01T00:00:00Z", 1_767_225_600_000),
    ("2026-01-01T08:00:00+08:00", 1_767_225_600_000),
    ("2024-02-29T23:59:59.999-05:30", 1_709_270_999_999),
    ("1969-12-31T23:59:59.5Z", -500),
    ("2000-02-29t12:00:00z", 951_825_600_000),
    ("2026-11-21T10:00:00.1239Z", 1_795_255_200_123),
  ])
  func `RFC 3339 text names an instant`(text: String, milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2026-01-01", "2026-01-01T00:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+8:00", "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00ZZ", "26-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "2026-01-00T00:00:00Z",
    "2100-02-29T00:00:00Z", "٢٠٢٦-01-01T00:00:00Z",
  ])
  func `text that is no RFC 3339 date-time names nothing`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(arguments: [
    (0, 0, "1970-01-01T00:00:00.000+00:00"),
    (1_767_225_600_250, 28_800, "2026-01-01T08:00:00.250+08:00"),
    (-1, 0, "1969-12-31T23:59:59.999+00:00"),
    (1_709_270_999_999, -19_800, "2024-02-29T23:59:59.999-05:30"),
  ])
  func `an instant prints with milliseconds and offset`(
    milliseconds: Int64, offsetSeconds: Int, text: String
  ) {
    #expect(Timestamp(milliseconds: milliseconds).rfc3339(offsetSeconds: offsetSeconds) == text)
  }

  @Test func `every day of four centuries survives the way to days and back`() {
    var previous: CivilDate?
    for day in -60_000..<90_000 {
      let date = CivilDate(daysSinceEpoch: day)
      #expect(date.daysSinceEpoch == day)
      if let previous { #expect(previous < date) }
      previous = date
    }
    // date -d 2000-03-01 +%s gives 951868800, 11,017 days.
    #expect(CivilDate("2000-03-01")?.daysSinceEpoch == 11_017)
    #expect(CivilDate("2000-3-1") == nil)
  }
}

/// Expected values: the IANA rules of the zones, as `zdump -v` prints them.
@Suite struct `Zones` {
  @Test func `a day begins at local midnight`() throws {
    let shanghai = try #require(Zone(name: "Asia/Shanghai"))
    let date = try #require(CivilDate("2026-11-21"))
    #expect(shanghai.rfc3339(shanghai.start(of: date)) == "2026-11-21T00:00:00.000+08:00")
    #expect(
      shanghai.date(at: Timestamp(milliseconds: 1_795_190_400_000)).description == "2026-11-21")
    #expect(
      shanghai.date(at: Timestamp(milliseconds: 1_795_190_399_999)).description == "2026-11-20")
  }

  @Test func `days of 23 and 25 hours begin and end where the clocks say`() throws {
    let berlin = try #require(Zone(name: "Europe/Berlin"))
    func hours(_ from: String, _ to: String) throws -> Double {
      let start = berlin.start(of: try #require(CivilDate(from)))
      let end = berlin.start(of: try #require(CivilDate(to)))
      return (end - start).inSeconds / 3600
    }
    #expect(try hours("2026-03-29", "2026-03-30") == 23)
    #expect(try hours("2026-10-25", "2026-10-26") == 25)
  }

  @Test func `a day without a midnight begins with the change of the clocks`() throws {
    // Chile moved its clocks at 2022-09-11T00:00 to 01:00.
    let santiago = try #require(Zone(name: "America/Santiago"))
    let start = santiago.start(of: try #require(CivilDate("2022-09-11")))
    #expect(santiago.rfc3339(start) == "2022-09-11T01:00:00.000-03:00")
  }

  @Test func `an unknown zone is refused`() {
    #expect(Zone(name: "Mars/Olympus") == nil)
  }
}
