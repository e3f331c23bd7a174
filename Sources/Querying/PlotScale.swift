/// Round numbers along the upright axis of a plot.
struct PlotScale {
  /// The axis begins and ends with a tick: these times the step.
  let ticks: ClosedRange<Int>
  /// The step between two ticks is `digit` × 10^`exponent`.
  private let digit: Int
  private let exponent: Int

  /// The scale with the smallest step of 1, 2 or 5 times a power of ten that holds `values` between no
  /// more than `intervalLimit` + 1 ticks, or three: two have no room for both signs.
  init(of values: ClosedRange<Double>, intervalLimit: Int) {
    let values = Self.widened(values)
    let intervalLimit = max(2, intervalLimit)
    for exponent in -320...302 {
      for digit in [1, 2, 5] {
        let step = Self.number(digit, exponent)
        let first = (values.lowerBound / step).rounded(.down)
        let last = (values.upperBound / step).rounded(.up)
        if last - first <= Double(intervalLimit), abs(first) < 1e15, abs(last) < 1e15 {
          ticks = Int(first)...Int(last)
          self.digit = digit
          self.exponent = exponent
          return
        }
      }
    }
    // Not reached: every range is inside the last but one of these.
    ticks = -1...1
    digit = 1
    exponent = 307
  }

  /// Where `value` lies between the first tick and the last, 0…1.
  func position(of value: Double) -> Double {
    let first = Self.number(ticks.lowerBound * digit, exponent)
    let last = Self.number(ticks.upperBound * digit, exponent)
    return max(0, min(1, (value - first) / (last - first)))
  }

  /// The position and the text of each tick, upwards.
  var labels: [(position: Double, text: String)] {
    ticks.map { tick in
      (
        Double(tick - ticks.lowerBound) / Double(ticks.count - 1),
        Self.text(tick * digit, exponent)
      )
    }
  }

  /// A range that has some extent and no number so large that a difference overflows.
  private static func widened(_ values: ClosedRange<Double>) -> ClosedRange<Double> {
    let low = max(-1e300, min(1e300, values.lowerBound))
    let high = max(-1e300, min(1e300, values.upperBound))
    let size = max(abs(low), abs(high))
    // Less than a double can tell apart well: a level line, in the middle of a 50th of it.
    guard high - low < size * 1e-12 || size == 0 else { return low...high }
    let margin = size == 0 ? 1 : size * 0.01
    return (low - margin)...(high + margin)
  }

  /// `count` × 10^`exponent`, rounded once.
  private static func number(_ count: Int, _ exponent: Int) -> Double {
    Double("\(count)e\(exponent)") ?? 0
  }

  /// `count` × 10^`exponent` in decimals, all of them, so that ticks align.
  private static func text(_ count: Int, _ exponent: Int) -> String {
    guard (-9...6).contains(exponent) else { return number(count, exponent).description }
    let digits = String(abs(count))
    let sign = count < 0 ? "-" : ""
    if exponent >= 0 {
      return count == 0 ? "0" : sign + digits + String(repeating: "0", count: exponent)
    }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.utf8.count)) + digits
    return "\(sign)\(padded.dropLast(-exponent)).\(padded.suffix(-exponent))"
  }
}
