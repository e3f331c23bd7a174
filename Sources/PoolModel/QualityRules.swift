/// The thresholds of quality control for every series of a plan.
public struct QualityRules: Hashable, Sendable {
  /// By parameter, one entry for each of the plan.
  public let parameters: [ParameterNumber: QualitySettings]
  /// Those of single pools that have their own.
  public let series: [Series: QualitySettings]

  /// The thresholds of every parameter, and those of pools that differ.
  public init(
    parameters: [ParameterNumber: QualitySettings], series: [Series: QualitySettings] = [:]
  ) {
    self.parameters = parameters
    self.series = series
  }

  /// The thresholds of `series`; nil for a parameter without any, whose values all pass.
  public func settings(of series: Series) -> QualitySettings? {
    self.series[series] ?? parameters[series.parameter]
  }

  /// The gross range test alone: what the sensors of `plan` can show.
  public static func plausible(of plan: Plan) -> QualityRules {
    rules(of: plan) { QualitySettings(failSpan: $0.plausible) }
  }

  /// What is proposed for each parameter of `plan`.
  public static func standard(of plan: Plan) -> QualityRules {
    rules(of: plan) { .standard(for: $0, interval: plan.interval) }
  }

  private static func rules(
    of plan: Plan, _ settings: (Parameter) -> QualitySettings
  ) -> QualityRules {
    QualityRules(
      parameters: Dictionary(
        uniqueKeysWithValues: plan.parameters.enumerated().map {
          (ParameterNumber($0), settings($1))
        }))
  }
}
