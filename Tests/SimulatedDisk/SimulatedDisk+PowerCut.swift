import PoolModel

/// What a power cut, or a sync that failed, leaves of the writes that were under way.
extension SimulatedDisk {
  /// Where a write that the cut met stops.
  public enum Tear: Hashable, Sendable {
    /// Between two sectors of 512 bytes, as a disk does it that finishes its sector.
    case sector
    /// Anywhere.
    case byte
  }

  /// The unit in which the system writes back what it was given.
  private static let blockByteCount = 4096

  /// The disk after a power cut: of the unsettled blocks a random subset got there, one of them
  /// perhaps only in part.
  public func afterPowerCut(tear: Tear = .sector) -> SimulatedDisk {
    let subset = Subset(chance: random.next())
    var left: [String: Content] = [:]
    for name in files.keys.sorted() {
      guard let content = files[name] else { continue }
      left[name] = Content(bytes: partlySettled(content, subset, tear: tear))
    }
    return SimulatedDisk(files: left, random: random)
  }

  /// A sync that failed: a random part of the writes is durable, the others never will be.
  func settlePartly(_ content: Content) {
    content.settled = partlySettled(content, Subset(chance: random.next()), tear: nil)
    content.writes = []
  }

  /// Which of the unsettled blocks get there.
  private enum Subset {
    case none
    case all
    /// Of every write, each block or not.
    case any
    /// Of every block, what it was after some of its writes.
    case upToSome

    init(chance: UInt64) {
      switch chance % 6 {
      case 0: self = .none
      case 1: self = .all
      case 2, 3: self = .any
      default: self = .upToSome
      }
    }
  }

  /// A write's part in one block.
  private struct Piece {
    var write: Int
    var range: Range<Int>
  }

  private func pieces(of content: Content, _ subset: Subset) -> [Piece] {
    var pieces: [Piece] = []
    var hasStopped: Set<Int> = []
    for (index, write) in content.writes.enumerated() {
      let end = write.offset + write.bytes.count
      for block in write.offset / Self.blockByteCount...(end - 1) / Self.blockByteCount {
        let isKept =
          switch subset {
          case .none: false
          case .all: true
          case .any: random.next() % 2 == 0
          case .upToSome: !hasStopped.contains(block) && random.next() % 3 != 0
          }
        guard isKept else {
          hasStopped.insert(block)
          continue
        }
        let start = block * Self.blockByteCount
        pieces.append(
          Piece(
            write: index,
            range: max(write.offset, start)..<min(end, start + Self.blockByteCount)))
      }
    }
    return pieces
  }

  private func partlySettled(_ content: Content, _ subset: Subset, tear: Tear?) -> [UInt8] {
    guard !content.writes.isEmpty else { return content.settled }
    var pieces = pieces(of: content, subset)
    if let tear, let last = pieces.popLast() {
      pieces.append(Piece(write: last.write, range: torn(last.range, tear)))
    }
    var bytes = content.settled
    for piece in pieces {
      let write = content.writes[piece.write]
      let low = piece.range.lowerBound - write.offset
      bytes.replaceSubrange(piece.range, with: write.bytes[low..<low + piece.range.count])
    }
    return bytes
  }

  /// A part of `range`, at its front or at its back; all of it every other time.
  private func torn(_ range: Range<Int>, _ tear: Tear) -> Range<Int> {
    guard random.next() % 2 == 0 else { return range }
    var middle = range.lowerBound + Int(random.next() % UInt64(range.count + 1))
    if tear == .sector { middle = max(range.lowerBound, middle / 512 * 512) }
    return random.next() % 4 == 0 ? middle..<range.upperBound : range.lowerBound..<middle
  }
}
