/// Where a walk over all pages stands.
struct ScrubCursor {
  /// The number of the ring with which every round begins.
  let start: Int
  /// The ring's number, whose pages are walked over.
  var ring: Int
  /// Which of its rings of pages: 0 for raw rows, then those of the rollups.
  var tierIndex = 0
  /// Pages with lower numbers have been read.
  var sequence: UInt64 = 0

  /// The beginning of a ring, in rounds that begin with `start`.
  init(ring: Int, start: Int) {
    self.ring = ring
    self.start = start
  }
}

/// Reading pages before somebody needs them: damage is known while what is lost can still be had from elsewhere.
extension RingStore {
  /// Checks the next pages of a walk that goes over all written ones, round after round.
  ///
  /// A damaged one is noted in `damagedPages`, and so is one that cannot be read. Where the walk begins
  /// differs from opening to opening.
  ///
  /// - Parameter pageCount: so many are read, or fewer when the round ends, or when many rings without a
  ///   written page were passed.
  /// - Returns: whether the round ended.
  @discardableResult
  public func scrub(pageCount: Int) -> Bool {
    guard !rings.isEmpty else { return true }
    let start = Int(UInt64(bitPattern: journal.commitTime) % UInt64(rings.count))
    var cursor = scrubCursor ?? ScrubCursor(ring: start, start: start)
    defer { scrubCursor = cursor }
    // In a young store of many pools nearly all rings have no page yet.
    var passedLimit = pageCount * Self.passedRingsPerPage
    for _ in 0..<pageCount {
      while !scrubPage(at: &cursor) {
        cursor.sequence = 0
        cursor.tierIndex += 1
        if cursor.tierIndex == Tier.allCases.count {
          cursor = ScrubCursor(ring: (cursor.ring + 1) % rings.count, start: cursor.start)
          if cursor.ring == cursor.start { return true }
        }
        passedLimit -= 1
        if passedLimit <= 0 { return false }
      }
    }
    return false
  }

  /// Passing so many rings takes less time than reading a page.
  private static var passedRingsPerPage: Int { 64 }

  private func scrubPage(at cursor: inout ScrubCursor) -> Bool {
    let ring = rings[cursor.ring]
    return cursor.tierIndex == 0
      ? scrubPage(of: ring.raw, from: &cursor.sequence)
      : scrubPage(of: ring.rollups[cursor.tierIndex - 1], from: &cursor.sequence)
  }

  /// Checks the first written page of a ring from `sequence` on; false when there is none.
  private func scrubPage<Content>(of ring: PageRing<Content>, from sequence: inout UInt64) -> Bool {
    let page = ring.pages.first { $0.sequence >= sequence && $0.body == nil && $0.slot != nil }
    guard let page, let slot = page.slot.map(Int.init) else { return false }
    sequence = page.sequence + 1
    guard !damagedPages(of: ring.pool).contains(damagedPage(slot: slot, in: ring)) else {
      return true
    }
    do throws(RingStoreError) {
      if try writtenChunks(of: page, slot: slot, in: ring, isChecked: true) == nil {
        noteDamage(page, in: ring)
      }
    } catch {
      noteDamage(page, in: ring, problem: "the page cannot be read")
    }
    return true
  }
}
