public import PoolModel

/// Flags every value by how far it can be trusted, as QARTOD (IOOS) prescribes.
///
/// A value type: a batch that fails is undone by going back to the copy made before it.
public struct QualityControl: Sendable {
  private let ranges: [GrossRangeTest]

  /// Quality control with the plausible ranges of `plan` and no suspect ranges.
  public init(plan: Plan) {
    self.init(plan: plan, suspectSpans: [:])
  }

  /// Quality control with the plausible ranges of `plan`.
  ///
  /// - Parameters:
  ///   - plan: Its parameters' plausible ranges are the spans outside of which a value fails.
  ///   - suspectSpans: Narrower spans, outside of which a value is suspect; both ends are not.
  init(plan: Plan, suspectSpans: [ParameterNumber: ClosedRange<Double>]) {
    ranges = plan.parameters.enumerated().map { index, parameter in
      GrossRangeTest(
        failSpan: parameter.plausible, suspectSpan: suspectSpans[ParameterNumber(index)])
    }
  }

  /// The samples that the values of `reading` make, one for each and in their order.
  ///
  /// A value that the gateway does not have becomes `missing` with NaN. The gateway's marks are kept.
  ///
  /// - Precondition: The reading was decoded with the same plan.
  public mutating func check(_ reading: Reading) -> [Sample] {
    var samples: [Sample] = []
    check(reading, into: &samples)
    return samples
  }

  /// As `check(_:)`, into memory that is used again.
  ///
  /// - Parameters:
  ///   - reading: What was decoded with the same plan.
  ///   - marks: How it came, as far as that is known by now.
  ///   - samples: What becomes of it; what it held before is forgotten.
  public mutating func check(
    _ reading: Reading, marks: ArrivalMarks = [], into samples: inout [Sample]
  ) {
    let count = reading.values.count
    if samples.count > count { samples.removeLast(samples.count - count) }
    for index in 0..<count {
      let reported = reading.values[index]
      var sample = Sample(
        parameter: reported.parameter, value: .nan, flag: .missing, gatewayMarks: reported.marks,
        arrivalMarks: marks)
      // Infinity is no number that a sensor can have meant, and no test compares with it.
      if let value = reported.value, value.isFinite {
        sample.value = value
        sample.flag = GatewayMarkTest.flag(reported.marks)
          .joined(with: ranges[reported.parameter.index].flag(value))
      }
      if index < samples.count { samples[index] = sample } else { samples.append(sample) }
    }
  }
}
