public import PoolModel

/// A sealed page of a ring: where it is, and what must be known of it without reading it.
struct Page {
  /// Its place in the ring's life.
  let sequence: UInt64
  /// Its oldest row.
  let firstTime: Int64
  /// Its newest row.
  let lastTime: Int64
  /// The newest row of all pages before it in the ring's life; nil when that is not known.
  let earlierLastTime: Int64?
  /// The columns it has.
  let columnBits: UInt64
  /// How many rows it has.
  let rowCount: Int32
  /// How many values it has; 0 when that is not known.
  let valueCount: Int32
  /// What its header and body take.
  let byteCount: Int32
  /// The slot of the copy that the last checkpoint made durable; nil when there is none.
  ///
  /// As long as `body` is not nil that copy lacks the newest rows.
  var slot: Int32?
  /// The generation of the copy in `slot`.
  var generation: UInt64
  /// The rows, until a checkpoint has made them durable; nil after that.
  var body: Chunk?

  /// The page that `chunk` makes.
  init(sequence: UInt64, sealed chunk: Chunk, earlierLastTime: Int64?, slot: Int32?) {
    self.sequence = sequence
    firstTime = chunk.firstTime
    self.earlierLastTime = earlierLastTime
    lastTime = chunk.lastTime
    columnBits = chunk.columnBits
    rowCount = Int32(chunk.rowCount)
    valueCount = Int32(chunk.valueCount)
    byteCount = Int32(PageHeader.byteCount + chunk.body.count)
    self.slot = slot
    generation = 0
    body = chunk
  }

  /// The page whose header was found in `slot`.
  init(_ header: PageHeader, slot: Int) {
    sequence = header.sequence
    firstTime = header.firstTime
    earlierLastTime = header.earlierLastTime
    lastTime = header.lastTime
    columnBits = header.columnBits
    rowCount = Int32(truncatingIfNeeded: header.rowCount)
    valueCount = Int32(truncatingIfNeeded: header.valueCount)
    byteCount = Int32(truncatingIfNeeded: PageHeader.byteCount + header.bodyByteCount)
    self.slot = Int32(slot)
    generation = header.generation
    body = nil
  }

  /// Whether rows from `from` to `through` can be in it.
  func overlaps(_ from: Int64, _ through: Int64) -> Bool {
    firstTime <= through && lastTime >= from
  }
}

/// A page that was found damaged or missing; its rows are lost, all others are served.
public struct DamagedPage: Hashable, Sendable {
  /// The file.
  public let file: String
  /// Where the page begins in it, in bytes.
  public let offset: Int
  /// The pool whose ring it is in.
  public let pool: PoolID
  /// What kind of rows it had.
  public var tier: Tier { Tier.allCases.first { file.hasPrefix($0.name) } ?? .raw }
  /// What is wrong; the offset of missing pages is that of the pool's first.
  public let problem: String

  /// A page of `pool` at `offset` of `file`.
  public init(
    file: String, offset: Int, pool: PoolID, problem: String = "the page is damaged"
  ) {
    self.file = file
    self.offset = offset
    self.pool = pool
    self.problem = problem
  }
}
