import PoolModel

// What the catalog notes of a pool, among the lines of what rollups are made by:
//
//   pool venue-01/main lost raw 1700000000000 1700000360000 page
//   pool venue-01/main lost raw 1700000400000 1700000420000 batch
//   pool venue-01/main lost hour - 1700000000000 page
//   pool venue-01/main lacking 1700000360000
//   pool venue-01/main exchanged venue-01/indoor
//
// `lost` has a tier, and from when to before when rows of it are lost that a page had, or a batch of the
// journal, or that lay between the pages known. `-` is from the beginning on: with `between` it is a loss,
// with `page` all that the ring had given up or lost when the store was written anew. `lacking` has a
// time: of buckets before it the rollups may be lacking. `exchanged` has the pool whose history it got by
// an exchange of names. A line that is not understood is kept. Programs that know none of these lines
// pass over them, and drop them with their first checkpoint: they know those of three words alone.

/// What became of a pool's rows that the pages held do not tell.
struct PoolNotes: Hashable {
  /// What is lost of each tier: what was rolled of it before stands.
  private(set) var lost: [Tier: [RingStore.Gap]] = [:]
  /// Before it nothing of a tier was held when the store was written anew: it was given up, or lost.
  private(set) var heldFrom: [Tier: Int64] = [:]
  /// A bucket that begins before it may have been rolled, or given up, and no rollup be held of it.
  private(set) var lackingBefore = Int64.min
  /// Lines that are not understood.
  private var others: [String] = []
  /// Whether anything has changed since the catalog was written.
  private(set) var hasChanged = false

  /// Whether there is nothing to say.
  var isEmpty: Bool {
    lost.isEmpty && heldFrom.isEmpty && lackingBefore == .min && others.isEmpty
  }

  /// Whether nothing is lost or may be lacking, and all raw rows from `time` on are held.
  func isWhole(from time: Int64) -> Bool {
    lost.isEmpty && lackingBefore == .min && others.isEmpty && heldFrom[.raw] ?? .min <= time
  }

  /// The stretches of which rows of `tier` are not held.
  func gaps(_ tier: Tier) -> [RingStore.Gap] {
    guard let start = heldFrom[tier] else { return lost[tier] ?? [] }
    let before = RingStore.Gap(range: Range.everything.lowerBound..<start, isOfPage: true)
    return [before] + (lost[tier] ?? [])
  }

  /// Notes that the catalog says the same.
  mutating func noteSaved() { hasChanged = false }

  /// So many stretches are kept of a tier; the nearest ones are taken together beyond it.
  private static let stretchLimit = 16

  /// Takes over what is not about rows.
  mutating func takeOthers(of notes: PoolNotes) {
    others = notes.others
    hasChanged = true
  }

  /// Notes that rollups of buckets before `time` may be lacking.
  mutating func noteLacking(before time: Int64) {
    guard time > lackingBefore else { return }
    lackingBefore = time
    hasChanged = true
  }

  /// Notes that nothing of `tier` before `time` is held.
  mutating func noteHeld(from time: Int64, _ tier: Tier) {
    guard time > heldFrom[tier] ?? .min else { return }
    heldFrom[tier] = time
    hasChanged = true
  }

  /// Notes that rows of `tier` are lost.
  mutating func noteLost(_ gap: RingStore.Gap, _ tier: Tier) {
    guard !gap.range.isEmpty else { return }
    var gaps = lost[tier] ?? []
    // What lies in another one is known already.
    if gaps.contains(where: { $0.covers(gap) }) { return }
    gaps.removeAll { gap.covers($0) }
    gaps.append(gap)
    gaps.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    while gaps.count > Self.stretchLimit { Self.joinNearest(&gaps) }
    lost[tier] = gaps
    hasChanged = true
  }

  private static func joinNearest(_ gaps: inout [RingStore.Gap]) {
    let distances = zip(gaps, gaps.dropFirst()).map { $1.range.lowerBound - $0.range.upperBound }
    guard let index = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return }
    let next = gaps.remove(at: index + 1)
    let upper = max(gaps[index].range.upperBound, next.range.upperBound)
    gaps[index].range = gaps[index].range.lowerBound..<upper
    gaps[index].isOfPage = gaps[index].isOfPage || next.isOfPage
    gaps[index].isOfBatch = gaps[index].isOfBatch && next.isOfBatch
  }

  /// Forgets what is only about times of which nothing is held any more.
  mutating func forget(_ tier: Tier, before oldest: Int64) {
    guard !isEmpty else { return }
    if let gaps = lost[tier], gaps.contains(where: { $0.range.upperBound <= oldest }) {
      let left = gaps.filter { $0.range.upperBound > oldest }
      lost[tier] = left.isEmpty ? nil : left
      hasChanged = true
    }
    if let start = heldFrom[tier], start <= oldest {
      heldFrom[tier] = nil
      hasChanged = true
    }
    if tier == .raw, lackingBefore > .min, lackingBefore <= oldest {
      lackingBefore = .min
      hasChanged = true
    }
  }

  // MARK: Lines

  /// Whether a line of the catalog is a note.
  static func isNote(_ line: String) -> Bool {
    line.hasPrefix(RollupRules.poolPrefix) && line.utf8.count { $0 == UInt8(ascii: " ") } > 2
  }

  /// Takes a line about the pool; `words` are those after its name.
  mutating func take(_ words: [Substring]) {
    if words.count == 2, words[0] == "lacking", let time = Int64(words[1]) {
      noteLacking(before: time)
    } else if words.count == 5, words[0] == "lost",
      let tier = Tier.allCases.first(where: { $0.name == words[1] }),
      let from = words[2] == "-" ? Range.everything.lowerBound : Int64(words[2]),
      let to = Int64(words[3]), from < to
    {
      if words[2] == "-", words[4] == "page" {
        noteHeld(from: to, tier)
      } else {
        let isOfBatch = words[4] == "batch"
        noteLost(
          RingStore.Gap(
            range: from..<to, isOfPage: isOfBatch || words[4] == "page", isOfBatch: isOfBatch), tier
        )
      }
    } else {
      others.append(words.joined(separator: " "))
    }
  }

  /// The lines about `pool`.
  func lines(of pool: PoolID) -> [String] {
    var lines: [String] = []
    for tier in Tier.allCases {
      if let start = heldFrom[tier] { lines.append("lost \(tier.name) - \(start) page") }
      for gap in lost[tier] ?? [] {
        let isFirst = gap.range.lowerBound == Range.everything.lowerBound
        let from = isFirst ? "-" : "\(gap.range.lowerBound)"
        let kind = gap.isOfBatch ? "batch" : gap.isOfPage && !isFirst ? "page" : "between"
        lines.append("lost \(tier.name) \(from) \(gap.range.upperBound) \(kind)")
      }
    }
    if lackingBefore > .min { lines.append("lacking \(lackingBefore)") }
    return (lines + others).map { "\(RollupRules.poolPrefix)\(pool) \($0)" }
  }
}

extension RingStore.Gap {
  fileprivate func covers(_ other: RingStore.Gap) -> Bool {
    range.lowerBound <= other.range.lowerBound && range.upperBound >= other.range.upperBound
      && (isOfPage || !other.isOfPage)
  }
}
