/// A number as a sensor shows it: a whole number of its decimals.
public struct SensorValue: Hashable, Sendable {
  /// What was measured, as in payloads.
  public let parameter: String
  /// The number without its decimal point: 52 for 0.52.
  public let scaled: Int
  /// How many digits stand after the point, 0…6.
  public let decimalCount: Int

  /// `number` on a sensor whose smallest step is `resolution`, both in the parameter's unit.
  ///
  /// A resolution needs no more than six decimals; a finer one counts as 0.000001.
  init(parameter: String, number: Double, resolution: Double) {
    self.parameter = parameter
    var count = 0
    while count < 6, !Self.isWhole(resolution * Self.powersOfTen[count]) { count += 1 }
    let step = max(1, Int((resolution * Self.powersOfTen[count]).rounded()))
    let steps = (number * Self.powersOfTen[count] / Double(step)).rounded()
    scaled = Int(steps) * step
    decimalCount = count
  }

  /// The double nearest to what the sensor shows: what a parser makes of `text`.
  public var value: Double { Double(scaled) / Self.powersOfTen[decimalCount] }

  /// The number in decimal, as JSON: `0.52`, `-3`.
  public var text: String {
    let sign = scaled < 0 ? "-" : ""
    guard decimalCount > 0 else { return sign + String(scaled.magnitude) }
    let digits = String(scaled.magnitude)
    let padded =
      String(repeating: "0", count: max(0, decimalCount + 1 - digits.utf8.count)) + digits
    return "\(sign)\(padded.dropLast(decimalCount)).\(padded.suffix(decimalCount))"
  }

  /// Exactly representable, so that one division rounds once.
  private static let powersOfTen: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]

  private static func isWhole(_ number: Double) -> Bool {
    number >= 0.5 && (number - number.rounded()).magnitude < 1e-6
  }
}
