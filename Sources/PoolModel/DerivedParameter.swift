/// A quantity that no sensor shows: computed of what the same pool's sensors show, and never stored.
public enum DerivedParameter: String, CaseIterable, Hashable, Sendable {
  /// Hypochlorous acid, the part of free chlorine that disinfects, in mg/L: of free chlorine, pH and
  /// temperature.
  case hypochlorousAcid = "hypochlorous_acid"
  /// Combined chlorine, in mg/L: total less free chlorine.
  case combinedChlorine = "combined_chlorine"

  /// The names of the parameters that it is made of, two or three.
  public var ingredients: [String] {
    switch self {
    case .hypochlorousAcid: ["free_chlorine", "ph", "temperature"]
    case .combinedChlorine: ["total_chlorine", "free_chlorine"]
    }
  }

  /// The unit of its values.
  public var unit: String { "mg/L" }

  /// What people call it.
  public var title: Title {
    switch self {
    case .hypochlorousAcid: Title(english: "hypochlorous acid", chinese: "次氯酸")
    case .combinedChlorine: Title(english: "combined chlorine", chinese: "化合性余氯")
    }
  }

  /// Values that can be water.
  public var plausible: ClosedRange<Double> { 0...20 }

  /// Its value, made of the ingredients' values in their order; two of them leave the third out.
  ///
  /// Hypochlorous acid follows `Chemistry.hypochlorousShare`, whose formula was measured up to 35 °C and
  /// is used up to 45 °C. A difference is that of the decimal numbers, without what binary fractions
  /// add: 0.7 − 0.3 is 0.4.
  ///
  /// - Returns: nil where the ingredients do not make one: water below 0 °C or above 45 °C, less total
  ///   than free chlorine.
  public func value(_ first: Double, _ second: Double, _ third: Double) -> Double? {
    switch self {
    case .hypochlorousAcid:
      guard (0...45).contains(third) else { return nil }
      return first * Chemistry.hypochlorousShare(pH: second, celsius: third)
    case .combinedChlorine:
      let difference = ((first - second) * 1e9).rounded() / 1e9
      return difference >= 0 ? difference : nil
    }
  }
}
