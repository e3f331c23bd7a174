public import PoolModel

/// Flags every value by how far it can be trusted, as QARTOD (IOOS) prescribes.
///
/// A value type: a batch that fails is undone by going back to the copy made before it.
public struct QualityControl: Sendable {
  private var tests: [SeriesTests]

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
    tests = plan.parameters.enumerated().map { index, parameter in
      SeriesTests(
        grossRange: GrossRangeTest(
          failSpan: parameter.plausible, suspectSpan: suspectSpans[ParameterNumber(index)]))
    }
  }

  /// The samples that the values of `reading` make, one for each and in their order.
  ///
  /// A value that the gateway does not have becomes `missing` with NaN. The gateway's marks are kept.
  ///
  /// - Precondition: The reading was decoded with the same plan.
  public mutating func check(_ reading: Reading) -> [Sample] {
    reading.values.map { reported in
      // Infinity is no number that a sensor can have meant, and no test compares with it.
      guard let value = reported.value, value.isFinite else {
        return Sample(
          parameter: reported.parameter, value: .nan, flag: .missing,
          gatewayMarks: reported.marks)
      }
      let flag = tests[reported.parameter.index].flag(
        value, at: reading.time, marks: reported.marks)
      return Sample(
        parameter: reported.parameter, value: value, flag: flag, gatewayMarks: reported.marks)
    }
  }
}
