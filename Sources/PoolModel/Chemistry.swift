#if canImport(Glibc)
  import Glibc
#endif

/// Chemistry of chlorinated water.
public enum Chemistry {
  /// The share of free chlorine that is hypochlorous acid (HOCl), 0…1.
  ///
  /// pKa = 3000/T − 10.0686 + 0.0253·T with T in kelvin, J. C. Morris 1966; valid for 0…35 °C and
  /// water without cyanuric acid.
  ///
  /// - Parameters:
  ///   - pH: pH of the water.
  ///   - celsius: its temperature in °C.
  /// - Returns: the share, 0…1.
  public static func hypochlorousShare(pH: Double, celsius: Double) -> Double {
    let kelvin = celsius + 273.15
    let pKa = 3000 / kelvin - 10.0686 + 0.0253 * kelvin
    return 1 / (1 + pow(10, pH - pKa))
  }
}
