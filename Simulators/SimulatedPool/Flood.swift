public import PoolModel

/// Readings in any number whose every value follows from seed, pool and sequence, so that a checker
/// can compute what a store must hold.
///
/// Each (pool, sequence) has a time of its own within its pool. Free chlorine swings slowly from
/// 0.15 to 1.05 mg/L, so that a flood also crosses the limits 0.3 and 1.0 again and again.
public struct Flood: Hashable, Sendable {
  /// What every value follows from.
  public let seed: UInt64
  /// The number of pools that take turns.
  public let poolCount: Int
  /// The time of every pool's first reading.
  public let start: Timestamp
  /// The time between two readings of a pool.
  public let step: Duration
  /// Readings of a pool from one low of its swing to the next.
  public static let swingLength = 400

  /// A flood over `poolCount` pools.
  ///
  /// - Precondition: at least one pool and a step of at least a millisecond.
  public init(seed: UInt64, poolCount: Int, start: Timestamp, step: Duration) {
    precondition(poolCount > 0 && step.wholeMilliseconds > 0, "a flood without pools or time")
    self.seed = seed
    self.poolCount = poolCount
    self.start = start
    self.step = step
  }

  /// The pool's index and its sequence for the message at `index` of the flood: pools take turns.
  public func place(ofMessage index: Int) -> (pool: Int, sequence: Int) {
    (index % poolCount, index / poolCount)
  }

  /// How many readings the pool at index `pool` gets out of `messageCount` messages.
  public func readingCount(ofPool pool: Int, messageCount: Int) -> Int {
    messageCount / poolCount + (pool < messageCount % poolCount ? 1 : 0)
  }

  /// The time of a pool's reading number `sequence`.
  public func time(sequence: Int) -> Timestamp { start + step * sequence }

  /// Free chlorine, pH and temperature of the pool at index `pool`, reading number `sequence`.
  public func values(pool: Int, sequence: Int) -> [SensorValue] {
    var random = SplitMix64(
      seed: SplitMix64.finalized(seed ^ SplitMix64.finalized(UInt64(pool)))
        ^ SplitMix64.finalized(UInt64(sequence)))
    let half = Self.swingLength / 2
    let phase = (sequence + pool * Self.swingLength / poolCount) % Self.swingLength
    let height = Double(phase <= half ? phase : Self.swingLength - phase) / Double(half)
    return [
      SensorValue(
        parameter: "free_chlorine", number: 0.15 + 0.9 * height + 0.0099 * random.unit(),
        resolution: 0.0001),
      SensorValue(
        parameter: "ph", number: random.number(in: 7.2...7.6), resolution: 0.001),
      SensorValue(
        parameter: "temperature", number: random.number(in: 26...28), resolution: 0.01),
    ]
  }

  /// The native payload of that reading; its `seq` is `sequence`.
  public func payload(pool: Int, sequence: Int) -> [UInt8] {
    NativePayload.reading(
      time: time(sequence: sequence), sequence: UInt64(sequence),
      values: values(pool: pool, sequence: sequence))
  }
}
