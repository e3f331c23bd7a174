import Foundation
import TestInstallation
import TestSupport

/// The messages of a trial: message `n` is about pool `n mod 10`, one second after that pool's
/// message before.
///
/// The pool's venue is the gateway, which counts its messages from 0 on. Time and temperature follow
/// from gateway and count, so that no two messages have the same and none can be mistaken for another.
struct Stream: MessageSource {
  let count: Int
  let baseMilliseconds: Int64

  /// The stream of `count` messages, long enough ago that none is in the future.
  static func past(count: Int) -> Stream {
    let perPool = Int64(count / Installation.pools.count + 1)
    let now = Int64(Date().timeIntervalSince1970)
    return Stream(count: count, baseMilliseconds: (now - perPool - 3600) / 60 * 60_000)
  }

  /// What is stored of one message.
  struct Row: Hashable {
    let milliseconds: Int64
    let chlorine: Double
    let temperature: Double
  }

  /// The days that the store has to hold to hold all of it.
  var retentionDays: Int { 2 + count / Installation.pools.count / 80_000 }

  /// The number of the pool of message `n`.
  func pool(_ n: Int) -> Int { n % Installation.pools.count }

  /// The gateway of message `n`, as `poolwatch gateways` calls it.
  func gateway(_ n: Int) -> String {
    String(Installation.pools[pool(n)].prefix { $0 != "/" })
  }

  func topic(_ n: Int) -> String {
    "pools/v1/310107/\(Installation.pools[pool(n)])/telemetry"
  }

  func payload(_ n: Int) -> String {
    #"{"ts":\#(milliseconds(n)),"seq":\#(sequence(n)),"values":{"#
      + #""free_chlorine":\#(chlorine(n)),"temperature":\#(temperature(n)),"ph":7.2}}"#
  }

  /// What has to be stored of message `n`.
  func row(_ n: Int) -> Row? {
    guard let chlorine = Double(chlorine(n)), let temperature = Double(temperature(n)) else {
      return nil
    }
    return Row(milliseconds: milliseconds(n), chlorine: chlorine, temperature: temperature)
  }

  /// The message about pool number `pool` at a time; nil when none was sent.
  func message(about pool: Int, at milliseconds: Int64) -> Int? {
    let (second, rest) = (milliseconds - baseMilliseconds).quotientAndRemainder(dividingBy: 1000)
    let n = Int(second) * Installation.pools.count + pool
    return rest == 0 && (0..<count).contains(n) ? n : nil
  }

  /// The time of the last message about pool number `pool`.
  func end(of pool: Int) -> Int64 {
    let pools = Installation.pools.count
    return milliseconds((count - 1 - pool) / pools * pools + pool)
  }

  func milliseconds(_ n: Int) -> Int64 {
    baseMilliseconds + Int64(n / Installation.pools.count) * 1000
  }

  private func sequence(_ n: Int) -> Int {
    let perGateway = Installation.pools.count / 2
    return n / Installation.pools.count * perGateway + n % perGateway
  }

  /// In limits for four minutes, below them for one; each pool begins at another point of it.
  private func chlorine(_ n: Int) -> String {
    let second = n / Installation.pools.count + pool(n) * 31
    let hundredths = second % 300 < 60 ? 18 + second % 10 : 45 + second % 17
    return "0.\(hundredths)"
  }

  /// 20 and 21 °C for the two gateways, and the count in seven decimals.
  private func temperature(_ n: Int) -> String {
    let gateway = pool(n) * 2 / Installation.pools.count
    return "2\(gateway).\(String(10_000_000 + sequence(n)).dropFirst())"
  }
}
