import PoolModel
import RingStore

/// What an aggregate has to say.
struct Expected {
  var start: Int64
  var end: Int64
  /// The usable values, in time order.
  var values: [Double]
  var missingCount = 0
  var missingUsableCount = 0
  var backfilledCount = 0
  var millisecondsOut: Int64 = 0

  init(start: Int64, end: Int64, values: [Double]) {
    self.start = start
    self.end = end
    self.values = values
  }

  /// What `found` says otherwise; nil when it is right.
  func mistake(in found: Aggregate) -> String? {
    guard found.start.milliseconds == start, found.end.milliseconds == end
    else { return "is of \(found.start.milliseconds)..<\(found.end.milliseconds)" }
    let counts = [
      found.count, found.missingCount, found.missingUsableCount, found.backfilledCount,
    ]
    let right = [values.count, missingCount, missingUsableCount, backfilledCount]
    if counts != right { return "counts \(counts) instead of \(right)" }
    let seconds = Double(millisecondsOut) / 1000
    if found.secondsOutOfLimits != seconds {
      return "\(found.secondsOutOfLimits) s out of limits instead of \(seconds)"
    }
    return values.isEmpty ? mistakeWithoutValues(found) : mistakeInValues(found)
  }

  private func mistakeWithoutValues(_ found: Aggregate) -> String? {
    let all = [found.minimum, found.mean, found.maximum, found.first, found.last]
    return all.allSatisfy { $0.isNaN } ? nil : "has values \(all), there are none"
  }

  private func mistakeInValues(_ found: Aggregate) -> String? {
    // Minus zero and zero are one number, whichever came first.
    let right = [values.min(), values.max()]
    if [found.minimum, found.maximum] != right { return "extremes of \(found) are \(right)" }
    let ends = [values.first?.bitPattern, values.last?.bitPattern]
    if [found.first.bitPattern, found.last.bitPattern] != ends { return "ends of \(found)" }
    return isRight(mean: found.mean) ? nil : "mean \(found.mean) of \(values.count) values"
  }

  /// Decimals of up to three places have the one mean that follows from their sum; other doubles one
  /// that is off by no more than the sum's roundings.
  private func isRight(mean: Double) -> Bool {
    let count = Double(values.count)
    let thousandths = values.map { ($0 * 1000).rounded() }
    if zip(thousandths, values).allSatisfy({ $0 / 1000 == $1 && $0.magnitude < 1e9 }) {
      return mean == thousandths.reduce(0, +) / 1000 / count
    }
    let size = values.reduce(0) { $0 + $1.magnitude }
    guard size < 1e300 else { return true }
    return (mean - values.reduce(0, +) / count).magnitude <= size * 1e-12
  }
}
