extension QualitySettings {
  /// What is proposed for a parameter of `Parameter.standard`, as a start that a district tunes on its own
  /// recordings with `poolwatch qc`.
  ///
  /// Chosen so that the noise, dosing and bathers of a working pool pass: a spike stands ten times the noise of
  /// a usual cell above both neighbours; a rate is what no dosing reaches; a rest is longer than a closed
  /// indoor pool rests at one step of its sensor. An indoor pool's temperature rests at one tenth of a
  /// degree for hours. Attenuation is not looked for: a cell that shows hundredths has no deviation at all
  /// while the water rests.
  ///
  /// - Parameters:
  ///   - parameter: its plausible range is the one outside of which a value fails.
  ///   - interval: the series' nominal interval.
  /// - Returns: the gross range test and that for gaps for all, and the others for what is measured in
  ///   the water itself.
  public static func standard(for parameter: Parameter, interval: Duration) -> QualitySettings {
    var settings = QualitySettings(failSpan: parameter.plausible)
    settings.gap = interval * 5
    guard let proposal = proposals[parameter.name] else { return settings }
    settings.suspectSpan = proposal.expected
    settings.spike = proposal.spike
    settings.rateOfChange = Levels(
      suspect: proposal.perMinute.suspect / 60, fail: proposal.perMinute.fail / 60)
    settings.flatLine = FlatLine(
      suspect: .seconds(proposal.restHours.suspect * 3600),
      fail: .seconds(proposal.restHours.fail * 3600), tolerance: proposal.tolerance,
      interval: interval)
    return settings
  }

  private struct Proposal {
    /// What water in use shows.
    let expected: ClosedRange<Double>
    let spike: Levels
    let perMinute: Levels
    let restHours: Levels
    /// Less than one step of a usual sensor.
    let tolerance: Double
  }

  private static let proposals: [String: Proposal] = [
    "free_chlorine": Proposal(
      expected: 0.05...5, spike: Levels(suspect: 0.3, fail: 1),
      perMinute: Levels(suspect: 0.5, fail: 2), restHours: Levels(suspect: 2, fail: 4),
      tolerance: 0.001),
    "ph": Proposal(
      expected: 6...9, spike: Levels(suspect: 0.3, fail: 1),
      perMinute: Levels(suspect: 0.3, fail: 1.5), restHours: Levels(suspect: 4, fail: 8),
      tolerance: 0.001),
    "temperature": Proposal(
      expected: 5...45, spike: Levels(suspect: 1, fail: 3),
      perMinute: Levels(suspect: 0.5, fail: 3), restHours: Levels(suspect: 12, fail: 24),
      tolerance: 0.01),
  ]
}
