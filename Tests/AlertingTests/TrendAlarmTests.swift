import PoolModel
import Testing

@testable import Alerting

@Suite struct `Trend alarms` {
  /// What the reference's states mean for people, from its own list of buckets.
  private static func expected(_ vector: TrendVectors.Case) -> [String] {
    // The last bucket ends with nothing after it.
    let buckets = vector.buckets.dropLast()
    let start = TrendBench.start.milliseconds / 1000
    var lines: [String] = []
    var (before, since) = ((advisory: false, warning: false), "")
    for (index, bucket) in buckets.enumerated() {
      defer { before = (bucket.advisory, bucket.warning) }
      guard before != (bucket.advisory, bucket.warning) else { continue }
      func time(_ count: Int) -> Int64 { buckets[index + 1 - count].t - start }
      let side = bucket.statistics.map { $0[0] < 0 ? "low" : "high" } ?? ""
      let severity = bucket.warning ? "warning" : "advisory"
      switch (before.advisory, bucket.advisory) {
      case (false, _):
        since = "free_chlorine_trend_\(side)"
        lines.append(
          "raised \(since) \(severity) active \(time(5))" + (bucket.warning ? " told" : ""))
      case (true, true) where bucket.warning:
        lines.append("worsened \(since) warning active \(time(5)) told")
      case (true, true):
        lines.append("eased \(since) advisory active \(time(10)) told")
      case (true, false):
        lines.append("returned \(since) advisory returned \(time(10))")
      }
    }
    return lines
  }

  private static func setting(_ vector: TrendVectors.Case) -> TrendBench.Setting {
    var setting = TrendBench.Setting()
    (setting.intervalSeconds, setting.low, setting.high) = (
      vector.interval, vector.low, vector.high
    )
    return setting
  }

  private static func vector(_ name: String) throws -> TrendVectors.Case {
    try #require(try TrendVectors.load().first { $0.name == name })
  }

  private static func rows(_ vector: TrendVectors.Case) -> [SampleRow] {
    zip(vector.t, vector.x).map { time, value in
      TrendBench.row(Int(time - TrendBench.start.milliseconds / 1000), value)
    }
  }

  @Test func `begin and end as the states of the reference do`() throws {
    var count = 0
    for vector in try TrendVectors.load() {
      var bench = TrendBench(Self.setting(vector))
      let steps = Self.rows(vector).flatMap { bench.judge($0) }
      #expect(steps.trends == Self.expected(vector), "\(vector.name)")
      count += steps.trends.count
    }
    #expect(count > 9)
  }

  @Test func `of a slow decay warn before the limit, and say by how much`() throws {
    let vector = try Self.vector("slow decay")
    var bench = TrendBench()
    let steps = Self.rows(vector).flatMap { bench.judge($0) }
    let place = try #require(
      steps.firstIndex { $0.kind == .worsened && $0.occurrence.alarmClass == .trend })
    let limitPlace = try #require(steps.firstIndex { $0.occurrence.rule == "free_chlorine_low" })
    #expect(place < limitPlace)
    let raised = try #require(steps.first)
    let warning = steps[place].occurrence
    #expect(raised.occurrence.id == warning.id)
    #expect(raised.occurrence.severity == .advisory && !raised.isAnnouncement)
    // What the line says at the bucket that the warning is on with for the first time.
    let bucket = try #require(vector.buckets.first { $0.warning })
    let seconds = try #require(bucket.secondsToLimit)
    let slope = try #require(bucket.statistics?[0])
    #expect(warning.limit == 0.3)
    #expect(warning.profile == "l" && warning.clause == "clause")
    let value = try #require(warning.value)
    #expect(abs(value - (0.3 - slope * seconds)) <= 0.005 + 1e-9)
    let basis = try #require(warning.basis)
    let words = basis.split(separator: " ")
    #expect(words.first == "falling")
    #expect(abs((Double(words[1]) ?? 0) - slope * -3600) <= 0.0005 + 1e-9, "\(basis)")
    #expect(basis.hasSuffix("mg/L an hour, at 0.3 mg/L in \(Int(seconds / 60)) min"), "\(basis)")
    #expect(steps.filter { $0.isAnnouncement && $0.kind == .worsened }.count == 1)
  }

  @Test(arguments: 1...3)
  func `are no warnings where the water is only restless`(seed: UInt64) {
    var bench = TrendBench()
    let steps = bench.judge(TrendBench.noise(seed, count: 2 * 1440))
    #expect(steps.filter { $0.isAnnouncement && $0.occurrence.alarmClass == .trend } == [])
  }

  @Test func `are none of a calibration, and not before the sensor has settled`() {
    let noise = TrendBench.noise(4, count: 200).map { $0 + 0.1 }
    var bench = TrendBench()
    var steps = bench.judge(Array(noise[..<100]))
    for minute in 100..<105 {
      steps += bench.judge(
        TrendBench.row(minute * 60, 0.9, flag: .fail, marks: .calibration))
    }
    // It was wrong by a quarter, and falls to its place within half an hour.
    for minute in 105..<400 {
      let settling = minute < 135 ? Double(135 - minute) / 200 : 0
      let value = noise[minute % 200] - 0.12 + settling
      steps += bench.judge(TrendBench.row(minute * 60, (value * 100).rounded() / 100))
    }
    #expect(steps.filter { $0.occurrence.alarmClass == .trend && $0.isAnnouncement } == [])
    // Twenty buckets and four more after the half hour.
    let settled = TrendBench.instant((135 + 48) * 60)
    #expect(
      !steps.contains {
        $0.kind == .raised && $0.time > TrendBench.instant(100 * 60)
          && $0.occurrence.detectedTime < settled
      })
  }

  @Test func `are none of water that is let out: that is the limit's`() {
    var bench = TrendBench()
    let values =
      TrendBench.noise(5, count: 60) + [0.35, 0.25, 0.15, 0.1] + Array(repeating: 0.05, count: 20)
    let steps = bench.judge(values)
    #expect(steps.map(\.occurrence.rule).contains("free_chlorine_low"))
    #expect(steps.filter { $0.isAnnouncement }.map(\.occurrence.rule) == ["free_chlorine_low"])
  }

  @Test func `are told once, the advisory alone to nobody`() throws {
    let vector = try Self.vector("a rise that ends")
    var bench = TrendBench(Self.setting(vector))
    let steps = Self.rows(vector).flatMap { bench.judge($0) }
    #expect(steps.map(\.isAnnouncement) == [false, false])
    #expect(steps.map(\.occurrence.severity) == [.advisory, .advisory])
    #expect(steps.map(\.occurrence.state) == [.active, .returned])
    #expect(Set(steps.map(\.occurrence.id)).count == 1)
  }

  @Test func `are none where no parameter is watched, or it has no mandatory limit on that side`()
    throws
  {
    let vector = try Self.vector("slow decay")
    var setting = Self.setting(vector)
    setting.isWatched = false
    var bench = TrendBench(setting)
    #expect(Self.rows(vector).flatMap { bench.judge($0) }.trends == [])
    #expect(bench.engine.trends.isEmpty)
    setting.isWatched = true
    setting.low = nil
    bench = TrendBench(setting)
    #expect(Self.rows(vector).flatMap { bench.judge($0) }.trends == [])
  }

  @Test func `go by the step of the pool's own sensor`() throws {
    let vector = try Self.vector("slow decay")
    var setting = Self.setting(vector)
    // 0.12 an hour is less than two steps.
    setting.sensorStep = 0.1
    var bench = TrendBench(setting)
    #expect(Self.rows(vector).flatMap { bench.judge($0) }.trends == [])
  }

  @Test func `go by the limit that holds for the other parameter`() throws {
    let vector = try Self.vector("slow decay")
    var setting = Self.setting(vector)
    setting.low = 0.1
    setting.lowAboveNeutral = 0.3
    for (value, limit) in [(7.8, 0.3), (7.2, 0.1)] {
      var bench = TrendBench(setting)
      let pH = Sample(parameter: TrendBench.pH, value: value, flag: .good)
      let steps = Self.rows(vector).flatMap { row in
        var row = row
        row.samples.append(pH)
        return bench.judge(row)
      }
      let raised = try #require(steps.first { $0.occurrence.alarmClass == .trend })
      #expect(raised.occurrence.limit == limit)
      #expect(raised.occurrence.basis?.contains("limit for ph") == true)
      let isWarned = steps.contains { $0.kind == .worsened && $0.isAnnouncement }
      #expect(isWarned == (limit == 0.3))
    }
  }
}
