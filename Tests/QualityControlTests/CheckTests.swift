import Foundation
import PoolModel
import Testing

@testable import QualityControl

/// A plan with the standard parameters and one pool.
private let plan = Plan(
  district: District(
    code: "310107", title: Title(english: "Putuo", chinese: "普陀区"), zone: .utc),
  interval: .seconds(60), parameters: Parameter.standard, required: [],
  venues: [
    Venue(id: "v1", title: Title(english: "V", chinese: "馆"), street: "S", openingHours: [])
  ],
  pools: [
    Pool(
      id: PoolID(venue: "v1", pool: "main"), venue: 0,
      title: Title(english: "M", chinese: "主池"), kind: .indoor, disinfectant: .chlorine,
      resolution: [:])
  ])

private let chlorine = ParameterNumber(0)
private let pH = ParameterNumber(3)

private func reading(_ values: [ReportedValue]) -> Reading {
  Reading(
    pool: PoolNumber(0), time: Timestamp(milliseconds: 1_767_225_600_000), sequence: nil,
    values: values)
}

extension QualityControl {
  fileprivate mutating func check(_ reading: Reading) -> [Sample] {
    var samples: [Sample] = []
    _ = check(reading, marks: [], into: &samples)
    return samples
  }
}

private func checked(_ value: Double?, marks: GatewayMarks = []) -> Sample {
  var control = QualityControl(plan: plan, rules: .plausible(of: plan))
  let samples = control.check(
    reading([ReportedValue(parameter: pH, value: value, marks: marks)]))
  return samples[0]
}

@Suite struct `Quality control` {
  // The plausible range of pH is 0 … 14.
  @Test(arguments: [
    (-Double.leastNonzeroMagnitude, QualityFlag.fail), (-0.0, .good), (0.0, .good), (7.2, .good),
    (14.0, .good), (14.0.nextUp, .fail), (-1e308, .fail), (1e308, .fail),
  ])
  func `a value outside the plausible range fails and both ends are plausible`(
    value: Double, flag: QualityFlag
  ) {
    let sample = checked(value)
    #expect(sample.flag == flag)
    #expect(sample.value.bitPattern == value.bitPattern)
  }

  @Test(arguments: [nil, .nan, .infinity, -.infinity] as [Double?])
  func `a value that is not there is missing and has no number`(value: Double?) {
    let sample = checked(value, marks: .maintenance)
    #expect(sample.flag == .missing)
    #expect(sample.value.isNaN)
    #expect(sample.gatewayMarks == .maintenance)
  }

  @Test(
    arguments: [
      (.maintenance, .fail), (.calibration, .fail), (.fault, .fail),
      (.manual, .good), ([.manual, .fault], .fail), ([], .good),
    ] as [(GatewayMarks, QualityFlag)])
  func `what a gateway does not call a measurement fails and its mark is kept`(
    marks: GatewayMarks, flag: QualityFlag
  ) {
    let sample = checked(7.2, marks: marks)
    #expect(sample.flag == flag)
    #expect(sample.gatewayMarks == marks)
    #expect(sample.value == 7.2)
    #expect(sample.arrivalMarks.isEmpty)
  }

  @Test func `a manual value that is implausible fails`() {
    #expect(checked(99, marks: .manual).flag == .fail)
  }

  @Test func `each value makes one sample in the order of the reading`() {
    var control = QualityControl(plan: plan, rules: .plausible(of: plan))
    let samples = control.check(
      reading([
        ReportedValue(parameter: pH, value: 7.2),
        ReportedValue(parameter: chlorine, value: 25),
        ReportedValue(parameter: ParameterNumber(4), value: nil),
      ]))
    #expect(samples.map(\.parameter) == [pH, chlorine, ParameterNumber(4)])
    #expect(samples.map(\.flag) == [.good, .fail, .missing])
    #expect(control.check(reading([])).isEmpty)
  }

  // QARTOD: 9 < 2 < 1 < 3 < 4, the highest wins.
  @Test func `of two flags the higher in the order of QARTOD stands for both`() {
    let order: [UInt8] = [9, 2, 1, 3, 4]
    for (lowPlace, low) in order.enumerated() {
      for high in order[lowPlace...] {
        guard let lowFlag = QualityFlag(rawValue: low), let highFlag = QualityFlag(rawValue: high)
        else {
          Issue.record("\(low) or \(high) is no flag")
          continue
        }
        #expect(QualityFlag.aggregate(lowFlag, highFlag) == highFlag)
        #expect(QualityFlag.aggregate(highFlag, lowFlag) == highFlag)
      }
    }
    #expect(QualityFlag.aggregate(.good, .fail, .missing, .suspect, .unknown) == .fail)
    #expect(QualityFlag.aggregate(.missing) == .missing)
  }

  @Test func `where no test was made the flag is unknown`() {
    #expect(QualityFlag.aggregate() == .unknown)
  }
}

/// What ioos_qc computed for 24 series (`qartod.gross_range_test`).
private struct Vectors: Decodable {
  struct Case: Decodable {
    let name: String
    let fail: [Double]
    let suspect: [Double]
    let x: [Double?]
    let flags: [UInt8]
  }
  let library: String
  let cases: [Case]
}

@Suite struct `Gross range against ioos_qc` {
  @Test func `every flag of every series is the same`() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/gross_range.json")
    let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    #expect(vectors.cases.count == 24)
    var compared = 0
    for vector in vectors.cases {
      let parameter = Parameter(
        name: "x", unit: "", title: Title(english: "x", chinese: ""),
        plausible: vector.fail[0]...vector.fail[1])
      let narrow = Plan(
        district: plan.district, interval: plan.interval, parameters: [parameter], required: [],
        venues: plan.venues, pools: plan.pools)
      let settings = QualitySettings(
        failSpan: vector.fail[0]...vector.fail[1],
        suspectSpan: vector.suspect[0]...vector.suspect[1])
      var control = QualityControl(
        plan: narrow, rules: QualityRules(parameters: [ParameterNumber(0): settings]))
      let flags = vector.x.map { value in
        control.check(reading([ReportedValue(parameter: ParameterNumber(0), value: value)]))[0]
          .flag.rawValue
      }
      #expect(flags == vector.flags, "\(vector.name)")
      compared += flags.count
    }
    #expect(compared > 1000)
  }
}
