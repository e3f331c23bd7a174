/// Finds what is missing in a gateway's counter.
///
/// A step forward of more than one leaves a gap, a step of none is a repetition. A step back with a
/// newer time, or the first one after the gateway said that it is online, is a restart; any
/// other step back is an older message, sent again or out of a buffer, and takes its number out of the
/// gap that it lies in. Constant memory: of more than 16 gaps, or parts of them, the oldest stay missing.
struct SequenceWatch: Hashable, Sendable {
  /// What one number was.
  enum Step: Hashable, Sendable {
    /// The first one ever.
    case first
    /// The one after the highest.
    case next
    /// The highest again.
    case repeated
    /// Further than the one after the highest.
    case gap
    /// Lower, of an older reading.
    case late
    /// The beginning of another count.
    case restarted
  }

  /// How often numbers were left out.
  private(set) var gapCount = 0
  /// Numbers that were left out and have not come since.
  private(set) var missingCount = 0
  private var highest: UInt64?
  /// What is still missing, ascending.
  private var gaps: [Range<UInt64>] = []
  private var mayRestart = false

  /// Notes that the gateway said it is online: its counter may begin anew with the next number.
  mutating func gatewayHasStarted() {
    mayRestart = true
  }

  /// Notes that `count` messages are missing that had no numbers here.
  mutating func messagesAreMissing(_ count: Int) {
    gapCount += 1
    missingCount += min(count, Self.longestGap)
  }

  /// Notes the number of a reading, which `isNewer` than every one before or not.
  mutating func received(_ number: UInt64, isNewer: Bool) -> Step {
    defer { mayRestart = false }
    guard let highest else {
      self.highest = number
      return .first
    }
    if number == highest { return .repeated }
    if number < highest {
      if isNewer || mayRestart { return restart(at: number) }
      fill(number)
      return .late
    }
    let leftOut = number - highest - 1
    if leftOut > UInt64(Self.longestGap) { return restart(at: number) }
    self.highest = number
    if leftOut == 0 { return .next }
    gapCount += 1
    missingCount += Int(leftOut)
    gaps.append(highest + 1..<number)
    if gaps.count > Self.gapLimit { gaps.removeFirst() }
    return .gap
  }

  /// Takes a number out of the gap that it lies in.
  private mutating func fill(_ number: UInt64) {
    guard let index = gaps.lastIndex(where: { $0.contains(number) }) else { return }
    missingCount -= 1
    let gap = gaps[index]
    let rest = [gap.lowerBound..<number, number + 1..<gap.upperBound].filter { !$0.isEmpty }
    gaps.replaceSubrange(index...index, with: rest)
    if gaps.count > Self.gapLimit { gaps.removeFirst() }
  }

  private mutating func restart(at number: UInt64) -> Step {
    highest = number
    gaps = []
    return .restarted
  }

  /// So many gaps, or parts of them, can be filled.
  private static let gapLimit = 16
  /// A longer step is another counter: at one message a second this would be eleven days of them.
  static let longestGap = 1_000_000
}
