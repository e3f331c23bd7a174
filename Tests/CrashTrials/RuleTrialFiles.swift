import TestInstallation

/// What is judged in the trial, and by what.
enum RuleTrialFiles {
  /// Nobody is silent for so long here.
  static let rules = """
    silence_seconds: 86400
    broker_down_seconds: 86400
    limits:
      free_chlorine:
        deadband: 0.03
        on_delay_seconds: 30
        off_delay_seconds: 60
        critical: {low: 0.1, high: 3}
      ph: {deadband: 0.05, on_delay_seconds: 60, off_delay_seconds: 60}
      orp: {deadband: 5, on_delay_seconds: 30, off_delay_seconds: 60}
      hypochlorous_acid: {deadband: 0.01, on_delay_seconds: 30, off_delay_seconds: 60}
      combined_chlorine: {deadband: 0.03, on_delay_seconds: 60, off_delay_seconds: 30}
    quality:
      parameters:
        free_chlorine:
          flat_line: {suspect_hours: 0.25, fail_hours: 0.5, tolerance: 0.001}
          rate_of_change: off
        ph: {rate_of_change: off}
    monitoring:
      stuck: true
      bad_share: {percent: 20, window_minutes: 30}
      orp_disagreement: {chlorine_above: 0.5, orp_below: 600, minutes: 30}
    trend:
      free_chlorine: {resolution: 0.01}
      ph: {resolution: 0.01}
    rate_of_change:
      free_chlorine: {per_minute: 0.05, minutes: 5}
      ph: {per_minute: 0.1, minutes: 3}
    circulation: {minimum: 1, on_delay_seconds: 120, off_delay_seconds: 60}
    """

  /// The installation's plan with a reading every ten seconds, and with the other pools, of which those of
  /// `ComposedWater` are outdoors.
  static func plan(from plan: String) -> String {
    let others = FaultyWater.pools.indices.dropFirst(Installation.pools.count).map { place in
      """
            - id: \(FaultyWater.pools[place].split(separator: "/")[1])
              name: {en: Pool \(place)}
              kind: \(place < FaultyWater.composed ? "indoor" : "outdoor")
              disinfectant: chlorine

      """
    }
    return plan.replacing("interval_seconds: 1\n", with: "interval_seconds: 10\n").trimmed
      + "\n" + others.joined()
  }

  /// The installation's limits, and for pools outdoors others that depend on pH or are on what is computed.
  static let profile =
    Installation.profile.replacing(
      "[indoor, outdoor, children]\n    disinfectants: [chlorine, stabilized_chlorine]\n",
      with: "[indoor]\n", maxReplacements: 1
    ).trimmed + "\n"
    + limit("parameter: free_chlorine", "low: {value: 0.3}", when: "to: 7.4")
    + limit("parameter: free_chlorine", "low: {value: 0.5}", when: "above: 7.4")
    + limit("parameter: orp", "low: {value: 700}", when: "to: 7.3")
    + limit("parameter: orp", "low: {value: 720}", when: "above: 7.3, to: 7.6")
    + limit("derived: hypochlorous_acid", "low: {value: 0.27}")
    + limit("derived: combined_chlorine", "high: {value: 0.4}")

  private static func limit(_ subject: String, _ bound: String, when condition: String? = nil)
    -> String
  {
    """
      - \(subject)
        \(bound)
        \(condition.map { "when: {parameter: ph, \($0)}" } ?? "# whatever the pH")
        mandatory: true
        kinds: [outdoor]
        clause: \(bound.replacing(": ", with: " ").filter { !"{}".contains($0) }), pH \(condition?.replacing(": ", with: " ") ?? "any")
        source: this trial
        status: unverified

    """
  }
}

extension String {
  /// Without the empty lines at its end.
  fileprivate var trimmed: String { String(reversed().drop { $0.isNewline }.reversed()) }
}
