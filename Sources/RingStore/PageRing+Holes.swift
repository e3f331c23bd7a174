/// Where numbers of pages are left out.
extension PageRing {
  /// A place in the ring where pages are missing.
  struct Hole: Hashable {
    /// From the newest row before it to the oldest one after it, both of which are held; or farther, where
    /// the page after it begins with a late row, and names a newer time before it.
    let range: Range<Int64>
    /// How many numbers are left out of pages that there were.
    let lostCount: UInt64
  }

  /// The places where numbers of pages are left out, in their order.
  var holes: [Hole] {
    var holes: [Hole] = []
    var previous: (sequence: UInt64, last: Int64)?
    func add(_ sequence: UInt64, _ first: Int64, _ earlierLast: Int64?) {
      guard let previous, sequence > previous.sequence + 1 else { return }
      var last = max(previous.last, first)
      if let earlierLast, earlierLast >= last, earlierLast > previous.last {
        last = earlierLast + 1
      }
      let range = min(previous.last, first)..<last + 1
      let used = firstUnused(before: sequence)
      holes.append(
        Hole(range: range, lostCount: used > previous.sequence ? used - previous.sequence - 1 : 0))
    }
    for page in pages {
      add(page.sequence, page.firstTime, page.earlierLastTime)
      previous = (page.sequence, page.lastTime)
    }
    if let first = open.firstTime { add(openSequence, first, earlierLastTime) }
    return holes
  }

  /// The number after that of the page that came before the page `sequence`: from there on numbers were
  /// left out, and no page had them.
  func firstUnused(before sequence: UInt64) -> UInt64 { unused[sequence] ?? sequence }

  /// Notes what the headers of the pages held say of the numbers left out before them.
  func noteUnused(_ headers: [PageHeader]) {
    // A page that names none, of a program that names them, was the first one.
    for header in headers where header.previousSequence != nil || header.firstHeld != nil {
      let next = header.previousSequence.map { $0 + 1 } ?? 0
      if next < header.sequence { unused[header.sequence] = next }
    }
  }
}
