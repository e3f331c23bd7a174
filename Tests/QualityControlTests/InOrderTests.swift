import PoolModel
import Testing

@testable import QualityControl

/// The tests of QARTOD as their definitions read, from all values at once: slow, and with nothing remembered.
private struct Definitions {
  let settings: QualitySettings
  let values: [Double?]
  let times: [Int64]

  func flag(_ index: Int) -> UInt8 {
    guard let value = values[index] else { return 9 }
    let flags = [range(value), spike(index, value), rate(index, value), rest(index)]
    return flags.contains(4) ? 4 : flags.contains(3) ? 3 : 1
  }

  private func range(_ value: Double) -> Int {
    guard settings.failSpan.contains(value) else { return 4 }
    return settings.suspectSpan?.contains(value) ?? true ? 1 : 3
  }

  private func spike(_ index: Int, _ value: Double) -> Int {
    guard let levels = settings.spike, index > 0, index + 1 < values.count,
      let before = values[index - 1], let next = values[index + 1]
    else { return 2 }
    let isPeak = (value > before && value > next) || (value < before && value < next)
    let height = isPeak ? min(abs(value - before), abs(next - value)) : 0
    return height > levels.fail ? 4 : height > levels.suspect ? 3 : 1
  }

  private func rate(_ index: Int, _ value: Double) -> Int {
    guard let levels = settings.rateOfChange, index > 0, let before = values[index - 1] else {
      return 1
    }
    let rate = abs(value - before) / (Double(times[index] - times[index - 1]) / 1000)
    return rate > levels.fail ? 4 : rate > levels.suspect ? 3 : 1
  }

  private func rest(_ index: Int) -> Int {
    guard let flat = settings.flatLine else { return 2 }
    func isFlat(_ count: Int) -> Bool {
      guard index >= count else { return false }
      let window = values[(index - count)...index].compactMap { $0 }
      return (window.max() ?? 0) - (window.min() ?? 0) < flat.tolerance
    }
    return isFlat(flat.failIntervalCount) ? 4 : isFlat(flat.suspectIntervalCount) ? 3 : 1
  }
}

/// A series that rests, drifts, jumps, and now and then has no value.
private func troubled(seed: UInt64, count: Int) -> [Double?] {
  var random = SplitMix64(seed: seed)
  var value = 60.0
  var mode: UInt64 = 0
  return (0..<count).map { _ in
    if random.next() % 12 == 0 { mode = random.next() % 5 }
    switch mode {
    case 0: break
    case 1: value += Double(random.next() % 3) - 1
    case 2: value += Double(random.next() % 41) - 20
    case 3: value = random.next() % 4 == 0 ? 60 : 61
    default: return nil
    }
    return value / 100
  }
}

@Suite struct `Quality control in order` {
  private static let parameter = ParameterNumber(0)

  private static func settings(tolerance: Double) -> QualitySettings {
    var settings = QualitySettings(failSpan: 0.1...1.5, suspectSpan: 0.2...1.2)
    settings.spike = .init(suspect: 0.055, fail: 0.105)
    settings.rateOfChange = .init(suspect: 0.0085, fail: 0.0165)
    settings.flatLine = .init(
      suspect: .seconds(50), fail: .seconds(90), tolerance: tolerance, interval: .seconds(10))
    return settings
  }

  private static func plan(pools: Int) -> Plan {
    Plan(
      district: District(code: "310107", title: Title(english: "P", chinese: ""), zone: .utc),
      interval: .seconds(10), parameters: [Parameter.standard[0]], required: [],
      venues: [
        Venue(id: "v", title: Title(english: "V", chinese: ""), street: "S", openingHours: [])
      ],
      pools: (0..<pools).map {
        Pool(
          id: PoolID(venue: "v", pool: "p\($0)"), venue: 0, title: Title(english: "", chinese: ""),
          kind: .indoor, disinfectant: .chlorine, resolution: [:])
      })
  }

  /// The flags after all amendments, with batches of which every third is undone and comes again.
  private static func flags(
    _ values: [Double?], _ times: [Int64], _ settings: QualitySettings
  ) -> [UInt8] {
    var control = QualityControl(
      plan: plan(pools: 1), rules: QualityRules(parameters: [parameter: settings]))
    var flags = [UInt8](repeating: 0, count: values.count)
    var samples: [Sample] = []
    func check(_ index: Int) {
      let reading = Reading(
        pool: PoolNumber(0), time: Timestamp(milliseconds: times[index]), sequence: nil,
        values: [ReportedValue(parameter: parameter, value: values[index])])
      _ = control.check(reading, marks: [], into: &samples)
      for amendment in control.amendments {
        if let place = times.firstIndex(of: amendment.time.milliseconds) {
          flags[place] = amendment.sample.flag.rawValue
        }
      }
      flags[index] = samples[0].flag.rawValue
    }
    for first in stride(from: 0, to: values.count, by: 4) {
      let batch = first..<min(first + 4, values.count)
      if first % 12 == 0 {
        let before = flags
        batch.forEach(check)
        control.undo()
        flags = before
      }
      batch.forEach(check)
      control.commit()
    }
    return flags
  }

  // Steps of 0.01: below one of them, of some of them, and of more than any rest has.
  @Test(arguments: [0.005, 0.0205, 0.035, 0.2], [UInt64(1), 2, 3])
  func `flags as the definitions do`(tolerance: Double, seed: UInt64) {
    let values = troubled(seed: seed, count: 4000)
    let times = values.indices.map { Int64($0) * 10_000 }
    let settings = Self.settings(tolerance: tolerance)
    let definitions = Definitions(settings: settings, values: values, times: times)
    let expected = values.indices.map { definitions.flag($0) }
    #expect(Set(expected) == [1, 3, 4, 9])
    #expect(Self.flags(values, times, settings) == expected)
  }

  @Test func `takes at most two kibibytes for a series at ten seconds`() {
    // Flat line 24 h: the state is the same 64 bytes however long a rest may be.
    #expect(MemoryLayout<SeriesState>.stride <= 64)
  }
}
