/// The lowest and the highest bucket of each hour of a day: what a pool shows when it lives as ever.
///
/// Where dosing lets a value fall slowly, again and again, each fall looks like the beginning of the way
/// out of the limits. What tells them apart is that it goes further than those before it.
struct TrendHistory: Sendable {
  private struct Block: Sendable {
    let number: Int64
    var low: Double
    var high: Double
  }

  /// The newest blocks that had samples, oldest first.
  private var blocks: [Block] = []
  /// How many buckets make an hour, at least one.
  private let bucketsPerBlock: Int64
  /// How many of these blocks make a day.
  private let blockCount: Int64

  /// No block, of buckets of `width` milliseconds.
  init(width: Int64) {
    bucketsPerBlock = max(1, 3_600_000 / width)
    blockCount = max(Int64(Self.leastCount), 86_400_000 / (bucketsPerBlock * width))
  }

  /// Adds the median of a bucket; buckets come in order.
  mutating func note(_ median: Double, of bucket: Int64) {
    let number = block(of: bucket)
    if let last = blocks.indices.last, blocks[last].number == number {
      blocks[last].low = min(blocks[last].low, median)
      blocks[last].high = max(blocks[last].high, median)
      return
    }
    // Those of the window are held besides, which begins within one.
    let windowBlocks = (TrendWindow.windowCount + bucketsPerBlock - 1) / bucketsPerBlock + 1
    let limit = Int(blockCount + windowBlocks)
    if blocks.isEmpty { blocks.reserveCapacity(limit) }
    if blocks.count == limit { blocks.removeFirst() }
    blocks.append(Block(number: number, low: median, high: median))
  }

  /// Forgets every block.
  mutating func forget() { blocks.removeAll(keepingCapacity: true) }

  /// Between what the value moved in the day before the block of the bucket `first`; nil when fewer than
  /// six of its blocks had samples.
  func range(before first: Int64) -> ClosedRange<Double>? {
    let end = block(of: first)
    var (count, low, high) = (0, Double.infinity, -Double.infinity)
    for block in blocks where block.number >= end - blockCount && block.number < end {
      count += 1
      low = min(low, block.low)
      high = max(high, block.high)
    }
    return count >= Self.leastCount ? low...high : nil
  }

  /// The buckets from the oldest that counts to the first of a window, at most.
  static func reach(width: Int64) -> Int64 {
    let history = TrendHistory(width: width)
    return (history.blockCount + 1) * history.bucketsPerBlock
  }

  /// The bytes of its buffer, with the header.
  var bufferByteCount: Int { blocks.capacity * MemoryLayout<Block>.stride + 32 }

  private func block(of bucket: Int64) -> Int64 {
    let (quotient, remainder) = bucket.quotientAndRemainder(dividingBy: bucketsPerBlock)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// A pool that is open by day alone has a history, too.
  private static let leastCount = 6
}
