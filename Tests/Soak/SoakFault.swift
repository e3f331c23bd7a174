import JudgementBench
import PoolModel
import Registry
import SimulatedPool

/// A fault, and when it has to be found.
struct SoakFault {
  let name: String
  /// The fault from a span after the start on.
  let fault: @Sendable (Duration) -> Fault
  /// The rules that find it; empty for any of water and trend.
  let rules: [String]
  /// How long that may take; nil where nothing has to find it, and why.
  let bound: Duration?
  let reason: String

  private init(
    _ name: String, by rules: [String] = [], within bound: Duration?, _ reason: String,
    _ fault: @escaping @Sendable (Duration) -> Fault
  ) {
    self.name = name
    self.fault = fault
    self.rules = rules
    self.bound = bound
    self.reason = reason
  }

  /// Every fault, its bound taken from the rules in force.
  static func all() throws -> [SoakFault] {
    let configuration = try SoakDistrict.configuration(poolCount: 1)
    let chlorine = ParameterNumber(0)
    let interval = configuration.plan.interval
    guard let flatLine = configuration.quality.parameters[chlorine]?.flatLine else {
      throw SoakFailure("the rules do not look for free chlorine at rest")
    }
    let day = Duration.seconds(86_400)
    return [
      // The value before the fault is the first of those at rest.
      SoakFault(
        "stuck", by: ["stuck"], within: interval * (flatLine.failIntervalCount + 1),
        "flat line + 1 value"
      ) {
        .stuck(from: $0, parameter: "free_chlorine")
      },
      SoakFault("flow lost", by: ["circulation"], within: .seconds(300), "5 min") {
        .flowLoss(from: $0)
      },
      // Looked for every ten seconds.
      SoakFault(
        "silence", by: ["silence"], within: configuration.rules.silence + .seconds(10),
        "10 min, `silence_seconds`"
      ) { .silence(from: $0) },
      SoakFault("dosing pump stands", within: day, "24 h") { .drift(from: $0, perHour: 1e-6) },
      SoakFault("fouling, 5 % an hour", within: day, "24 h") { .fouling(from: $0, perHour: 0.05) },
      SoakFault("fouling, 1 % an hour", within: nil, "none: 0.36 mg/L is shown after 24 h") {
        .fouling(from: $0, perHour: 0.01)
      },
      SoakFault("calibrated 0.2 mg/L too low", within: .seconds(3600), "1 h") {
        .calibration(from: $0, parameter: "free_chlorine", step: -0.2)
      },
      SoakFault("calibrated 0.2 mg/L too high", within: nil, "undetectable: stays in limits") {
        .calibration(from: $0, parameter: "free_chlorine", step: 0.2)
      },
      SoakFault("dosing ± 0.2 mg/L", within: day, "24 h") {
        .coarseDosing(from: $0, band: 0.2)
      },
      SoakFault("three full houses more", within: nil, "no fault: dosing keeps up") {
        .bathers(from: $0, houses: 3)
      },
    ]
  }
}

/// Pools that have a day of health and then a fault each.
struct FaultRun {
  /// By fault, for each of its pools: after how long it was found by which rule; nil when it was not.
  private(set) var delays: [[Finding?]] = []
  /// What went wrong while all was well.
  let complaints: [String]

  struct Finding {
    let delay: Duration
    let rule: String
  }

  /// A fault begins on the second day, another one in each pool, and lasts for this long at least.
  private static let faultyHours = 26

  init(seed: UInt64, faults: [SoakFault], poolsPerFault: Int) throws {
    let poolCount = faults.count * poolsPerFault
    // Not on the minute, at other times of the day and of the saw-tooth.
    let begins = (0..<poolCount).map { Duration.seconds(86_400 + 17 * 60 * $0 / 4 + 13) }
    let planned = begins.indices.map { ($0, faults[$0 / poolsPerFault].fault(begins[$0])) }
    var district = try SoakDistrict(
      seed: seed + 1000, poolCount: poolCount, faults: Dictionary(uniqueKeysWithValues: planned))
    let last = Int((begins.last ?? .zero).inSeconds) / 60
    try district.live(minutes: 0..<(last + Self.faultyHours * 60))
    let ids = district.bench.configuration.plan.pools.map(\.id)
    var early: [String] = []
    for (index, fault) in faults.enumerated() {
      delays.append(
        (index * poolsPerFault..<(index + 1) * poolsPerFault).map { place in
          let begin = district.start + begins[place]
          let own = district.alarms.filter { $0.pool == ids[place] }
          early += own.filter { $0.detectedTime < begin }.map { "\($0.rule) of \(ids[place])" }
          let fitting = own.first { alarm in
            guard alarm.detectedTime >= begin else { return false }
            return fault.rules.isEmpty
              ? [.water, .trend].contains(alarm.alarmClass) : fault.rules.contains(alarm.rule)
          }
          return fitting.map { Finding(delay: $0.detectedTime - begin, rule: $0.rule) }
        })
    }
    // One in so many pool days is what the calm run allows, too.
    complaints = early.count > 1 ? ["seed \(seed): before any fault: \(early)"] : []
  }
}

/// What was found of a fault over all seeds.
struct FaultFindings {
  let fault: SoakFault
  private var findings: [FaultRun.Finding?] = []

  init(fault: SoakFault) { self.fault = fault }

  mutating func add(_ more: [FaultRun.Finding?]) { findings += more }

  /// Those within the bound, or within a day where there is none.
  private var found: [FaultRun.Finding] {
    findings.compactMap(\.self).filter { $0.delay <= fault.bound ?? .seconds(86_400) }
      .sorted { $0.delay < $1.delay }
  }

  var line: String {
    let rules = Set(found.map(\.rule)).sorted().joined(separator: ", ")
    let middle = found.isEmpty ? "–" : Self.text(found[found.count / 2].delay)
    let slowest = found.last.map { Self.text($0.delay) } ?? "–"
    let cells = [
      fault.name, String(findings.count), String(found.count), rules.isEmpty ? "–" : rules, middle,
      slowest, fault.reason,
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }

  var complaints: [String] {
    guard fault.bound != nil, found.count < findings.count else { return [] }
    let late = findings.map { $0.map { "\(Self.text($0.delay)) by \($0.rule)" } ?? "never" }
    return ["\(fault.name): \(found.count) of \(findings.count) in time: \(late)"]
  }

  private static func text(_ span: Duration) -> String {
    let seconds = span.inSeconds
    if seconds < 3600 {
      return "\((seconds / 6).rounded() / 10) min"
    }
    return "\((seconds / 360).rounded() / 10) h"
  }
}
