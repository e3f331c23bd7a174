import PoolModel

/// Finds what is missing in a gateway's counter.
///
/// A step forward of more than one leaves a gap, a step of none is a repetition. A step back with a
/// newer time, or the first one after the gateway said that it is online, is a restart; any
/// other step back is an older message, sent again or out of a buffer, and takes its number out of the
/// gap that it lies in, unless it was stored before. Of readings whose numbers were forgotten in a crash the
/// count alone is known: so many numbers of the next steps forward have come. Constant memory: of more than
/// 16 gaps, or parts of them, the oldest stay missing.
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
  /// Readings after `highest` whose numbers are not known.
  private var unnumberedCount = 0
  /// Numbers below `highest` that were taken for those of such readings, and may have been others.
  private var assumedCount = 0
  /// Whether the gap that those lie in is counted.
  private var assumedGapIsCounted = true

  init() {}

  /// Goes on from `state`.
  init(_ state: SequenceState) {
    gapCount = state.gapCount
    missingCount = state.missingCount
    highest = state.highest
    gaps = Array(state.gaps.suffix(Self.gapLimit))
    unnumberedCount = state.unnumberedCount
    assumedCount = state.assumedCount
  }

  /// Whether there is anything to go on from.
  var isCounting: Bool { highest != nil || gapCount > 0 }

  /// What the next run goes on from.
  func state(gateway: String, venue: String, newestTime: Timestamp?) -> SequenceState {
    SequenceState(
      gateway: gateway, venue: venue, highest: highest, newestTime: newestTime,
      gapCount: gapCount, missingCount: missingCount, gaps: gaps,
      unnumberedCount: unnumberedCount, assumedCount: assumedCount)
  }

  /// Notes that the gateway said it is online: its counter may begin anew with the next number.
  mutating func gatewayHasStarted() {
    mayRestart = true
  }

  /// Notes that `count` messages are missing that had no numbers here.
  mutating func messagesAreMissing(_ count: Int) {
    gapCount += 1
    missingCount += min(count, Self.longestGap)
  }

  /// Notes a reading whose number is not known, which `isOlder` than the newest of those that are.
  ///
  /// An older one comes out of a buffer, which is emptied from its oldest reading on.
  mutating func receivedUnnumbered(isOlder: Bool) {
    guard highest != nil else { return }
    if isOlder, let lowest = gaps.first?.lowerBound {
      fill(lowest)
    } else if unnumberedCount < Self.longestGap {
      unnumberedCount += 1
    }
  }

  /// Notes the number of a reading, which `isNewer` than every one before or not, and `isKnown` when it was
  /// stored before.
  mutating func received(_ number: UInt64, isNewer: Bool, isKnown: Bool = false) -> Step {
    defer { mayRestart = false }
    guard let highest else {
      self.highest = number
      return .first
    }
    if number == highest { return .repeated }
    if number < highest {
      if isNewer || mayRestart { return restart(at: number) }
      // One that was stored came before, when its number was forgotten.
      if !isKnown { fill(number) }
      return .late
    }
    let leftOut = number - highest - 1
    if leftOut > UInt64(Self.longestGap) { return restart(at: number) }
    self.highest = number
    let assumed = min(Int(leftOut), unnumberedCount)
    unnumberedCount -= assumed
    assumedCount = isKnown ? assumedCount + assumed : 0
    if assumed > 0 { assumedGapIsCounted = leftOut > assumed }
    if isKnown { cameAgain() }
    if leftOut == assumed { return .next }
    gapCount += 1
    missingCount += Int(leftOut) - assumed
    gaps.append(highest + 1..<number)
    if gaps.count > Self.gapLimit { gaps.removeFirst() }
    return .gap
  }

  /// Takes the reading out of those whose numbers are not known: it was one of them, and comes again.
  private mutating func cameAgain() {
    if unnumberedCount > 0 {
      unnumberedCount -= 1
    } else if assumedCount > 0 {
      // One fewer came of those that were left out.
      assumedCount -= 1
      missingCount += 1
      if !assumedGapIsCounted { gapCount += 1 }
      assumedGapIsCounted = true
    }
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
    unnumberedCount = 0
    assumedCount = 0
    return .restarted
  }

  /// So many gaps, or parts of them, can be filled.
  private static let gapLimit = 16
  /// A longer step is another counter: at one message a second this would be eleven days of them.
  static let longestGap = 1_000_000
}
