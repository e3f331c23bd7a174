/// Where numbers of pages are left out.
extension PageRing {
  /// A place in the ring where pages are missing.
  struct Hole: Hashable {
    /// From the newest row before it to the oldest one after it, both of which are held.
    let range: Range<Int64>
    /// How many numbers are left out.
    let count: UInt64
  }

  /// The places where numbers of pages are left out, in their order.
  var holes: [Hole] {
    var holes: [Hole] = []
    var previous: (sequence: UInt64, last: Int64)?
    func add(_ sequence: UInt64, _ first: Int64) {
      guard let previous, sequence > previous.sequence + 1 else { return }
      let range = min(previous.last, first)..<max(previous.last, first) + 1
      holes.append(Hole(range: range, count: sequence - previous.sequence - 1))
    }
    for page in pages {
      add(page.sequence, page.firstTime)
      previous = (page.sequence, page.lastTime)
    }
    if let first = open.firstTime { add(openSequence, first) }
    return holes
  }
}
