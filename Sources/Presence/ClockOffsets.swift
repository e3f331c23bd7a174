import PoolModel

/// Decides which messages tell how far a gateway's clock is off.
///
/// The offset is our wall clock at arrival less the newest time of the message: positive when the
/// gateway's clock is behind or its messages are slow. Only messages with a newer time than any before
/// count. Older ones than two intervals come out of a buffer, unless as much time has passed here as
/// there since the one before: then the gateway's clock is wrong. A buffer is emptied faster than it was
/// filled.
struct ClockOffsets: Hashable, Sendable {
  /// Offsets that were noted, of which the newest `sampleCount` are kept.
  var sampleCount = 0
  /// When the newest message with a newer time came, by the monotonic clock.
  private var lastArrival: Duration?

  /// Where the next offset goes in the gateway's ring.
  var nextPlace: Int { sampleCount % Self.sampleCount }

  /// Notes a message whose newest time is `time`, later than `former`, the newest before.
  ///
  /// - Returns: the offset in milliseconds, limited to those of 32 bits (24 days); nil when it does not
  ///   count.
  mutating func received(
    _ time: Timestamp, former: Timestamp?, interval: Int64, now: Moment
  ) -> Int32? {
    let lag = now.wall.milliseconds - time.milliseconds
    defer { lastArrival = now.monotonic }
    if lag > 2 * interval {
      guard let former, let lastArrival else { return nil }
      let there = time.milliseconds - former.milliseconds
      let here = (now.monotonic - lastArrival).wholeMilliseconds
      // A quarter is more than gateways and networks dawdle, and less than any buffer's haste.
      guard abs(here - there) * 4 <= there else { return nil }
    }
    return Int32(clamping: lag)
  }

  /// The median of `samples`, of an even number the mean of the two in the middle, towards zero; nil
  /// of none.
  static func median(_ samples: some Sequence<Int32>) -> Int? {
    let sorted = samples.sorted()
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    guard sorted.count % 2 == 0 else { return Int(sorted[middle]) }
    return (Int(sorted[middle - 1]) + Int(sorted[middle])) / 2
  }

  /// The offsets that the median is taken of.
  static let sampleCount = 100
  /// Of fewer, after a start, the median says too little to raise or end an alarm.
  static let leastCount = 10
}
