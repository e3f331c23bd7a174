import Foundation
import TestInstallation

/// Messages of all kinds: two for each instant, with values that are implausible, absent, marked by the
/// gateway, or there already.
struct MixedMessages: MessageSource {
  let count: Int
  let baseMilliseconds: Int64
  /// What is seldom comes for other messages with another seed.
  let seed: UInt64

  /// What the store is asked about.
  static let parameters = ["free_chlorine", "temperature", "ph"]

  /// From one instant to the next one of a pool: in all they take most of a day.
  private var spanMilliseconds: Int64 {
    let perPool = max(1, count / 2 / Installation.pools.count)
    return Int64(max(1, 80_000 / perPool)) * 1000
  }

  /// The time of the last message.
  var endMilliseconds: Int64 { milliseconds(count - 1) }

  func topic(_ n: Int) -> String {
    "pools/v1/310107/\(Installation.pools[n / 2 % Installation.pools.count])/telemetry"
  }

  func payload(_ n: Int) -> String {
    let instant = n / 2
    let chlorine = isSeldom(instant, 19) ? "99.5" : "0.\(20 + instant % 37)"
    let isMarked = isSeldom(instant, 23)
    var values = n % 2 == 0 ? [#""free_chlorine":\#(chlorine)"#] : [#""ph":7.\#(instant % 10)"#]
    if n % 2 == 0 {
      values.append(#""temperature":\#(isSeldom(instant, 17) ? "null" : "27.\(instant % 89)")"#)
    } else if isMarked {
      values.append(#""free_chlorine":\#(chlorine)"#)
    }
    let flags = isMarked ? #","flags":{"free_chlorine":"\#(mark(n))"}"# : ""
    return #"{"ts":\#(milliseconds(n)),"values":{\#(values.joined(separator: ","))}\#(flags)}"#
  }

  /// The two messages of an instant say different things of one value.
  private func mark(_ n: Int) -> String { n % 2 == 0 ? "manual" : "maintenance" }

  private func milliseconds(_ n: Int) -> Int64 {
    baseMilliseconds + Int64(n / 2 / Installation.pools.count) * spanMilliseconds
  }

  private func isSeldom(_ instant: Int, _ interval: UInt64) -> Bool {
    (UInt64(instant) &+ seed) % interval == 3
  }
}
