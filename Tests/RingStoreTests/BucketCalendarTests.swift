import PoolModel
import Testing

@testable import RingStore

@Suite struct `Bucket calendar` {
  /// Local midnights by the IANA zone database: Berlin changes at 01:00 UTC on the last Sundays of March and
  /// October, Lord Howe by half an hour at 02:00 on the first Sundays of April and October, Apia
  /// skipped 30 December 2011, Havana sets clocks back from 01:00 to 00:00.
  @Test(arguments: [
    ("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23.0),
    ("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25),
    ("Europe/Berlin", "2026-07-14T22:00:00Z", "2026-07-15T22:00:00Z", 24),
    ("Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z", 24.5),
    ("Australia/Lord_Howe", "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z", 23.5),
    ("Asia/Kathmandu", "2025-12-31T18:15:00Z", "2026-01-01T18:15:00Z", 24),
    ("America/Havana", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 25),
    ("Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", 24),
    ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z", 24),
  ])
  func `has the zone's days`(name: String, from: String, to: String, hours: Double) throws {
    var calendar = BucketCalendar(zone: try zone(name))
    let day = try milliseconds(from)..<milliseconds(to)
    #expect(Double(day.upperBound - day.lowerBound) == hours * 3_600_000)
    for time in [day.lowerBound, day.lowerBound + 1, day.upperBound - 1] {
      #expect(calendar.bucket(.day, containing: time) == day)
    }
    #expect(calendar.bucket(.day, containing: day.lowerBound - 1).upperBound == day.lowerBound)
    #expect(calendar.bucket(.day, containing: day.upperBound).lowerBound == day.upperBound)
  }

  @Test(arguments: [
    ("Europe/Berlin", "2026-10-25", 25), ("Europe/Berlin", "2026-03-29", 23),
    ("Australia/Lord_Howe", "2026-04-05", 25), ("Australia/Lord_Howe", "2026-10-04", 24),
    ("Asia/Kathmandu", "2026-01-01", 24),
  ])
  func `counts hours and minutes from the day's start, the last one ending with it`(
    name: String, date: String, hourCount: Int
  ) throws {
    let zone = try zone(name)
    var calendar = BucketCalendar(zone: zone)
    let start = zone.start(of: try #require(CivilDate(date))).milliseconds
    let day = calendar.bucket(.day, containing: start)
    for (tier, span) in [(Tier.hour, 3_600_000 as Int64), (.minute, 60_000)] {
      var time = start
      var count = 0
      while time < day.upperBound {
        let bucket = calendar.bucket(tier, containing: time)
        #expect(bucket == time..<min(time + span, day.upperBound))
        #expect(calendar.bucket(tier, containing: bucket.upperBound - 1) == bucket)
        time = bucket.upperBound
        count += 1
      }
      #expect(time == day.upperBound)
      if tier == .hour { #expect(count == hourCount) }
    }
  }

  @Test(arguments: rollupZones + ["America/Sao_Paulo", "America/St_Johns", "Pacific/Apia"])
  func `nests and adjoins everywhere, whatever was asked before`(name: String) throws {
    var random = SplitMix64(seed: 3)
    let zone = try zone(name)
    var calendar = BucketCalendar(zone: zone)
    for _ in 0..<400 {
      let time = Int64.random(in: -2_000_000_000_000...4_000_000_000_000, using: &random)
      let buckets = Tier.allCases.map { calendar.bucket($0, containing: time) }
      for (finer, coarser) in zip(buckets, buckets.dropFirst()) {
        #expect(coarser.lowerBound <= finer.lowerBound && finer.upperBound <= coarser.upperBound)
      }
      #expect(buckets.allSatisfy { $0.contains(time) })
      var other = BucketCalendar(zone: zone)
      let day = buckets[3]
      let next = other.bucket(.day, containing: day.upperBound)
      #expect(next.lowerBound == day.upperBound)
      #expect(calendar.start(.hour, notBefore: time) >= time)
      #expect(calendar.start(.hour, notAfter: time) == buckets[2].lowerBound)
      #expect(calendar.start(ofDay: calendar.dayNumber(containing: time)) == day.lowerBound)
    }
  }

  @Test(arguments: [Int64.min, .min / 4, -70_000_000_000_000, 300_000_000_000_000, .max / 4, .max])
  func `has buckets for times far out of range`(time: Int64) throws {
    var calendar = BucketCalendar(zone: try zone("Europe/Berlin"))
    for tier in Tier.allCases {
      let bucket = calendar.bucket(tier, containing: time)
      #expect(!bucket.isEmpty)
      if time.magnitude < 1 << 59 { #expect(bucket.contains(time)) }
    }
  }
}
