public import Decoding
public import PoolModel

/// What a pipeline is told once, from the configuration.
public struct PipelineSettings: Sendable {
  /// What is to be watched.
  public var plan: Plan
  /// The limits, by date.
  public var profiles: [LimitsProfile]
  /// How alarms are damped.
  public var rules: AlarmRules
  /// How values are flagged.
  public var quality: QualityRules
  /// Who is told.
  public var people: [Person]
  /// The gateways that speak other dialects than the native one.
  public var gateways: [GatewayBinding]
  /// What a message may be at most.
  public var payloadLimits: PayloadDecoder.Limits
  /// The span whose rows a venue may send at once.
  public var burst: Duration

  /// The parts of a checked configuration that intake and judgement need.
  ///
  /// Without `quality` values are flagged by the plan's plausible ranges alone.
  public init(
    plan: Plan, profiles: [LimitsProfile], rules: AlarmRules,
    quality: QualityRules? = nil, people: [Person],
    gateways: [GatewayBinding] = [], payloadLimits: PayloadDecoder.Limits = .init(),
    burst: Duration = .seconds(72 * 3600)
  ) {
    self.plan = plan
    self.profiles = profiles
    self.rules = rules
    self.quality = quality ?? .plausible(of: plan)
    self.people = people
    self.gateways = gateways
    self.payloadLimits = payloadLimits
    self.burst = burst
  }
}
