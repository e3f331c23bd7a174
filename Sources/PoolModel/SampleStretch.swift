/// Rows of samples one after another: flat, so that none of them costs an allocation.
///
/// What the store hands to judgement, in the order of the journal.
public struct SampleStretch: Hashable, Sendable {
  /// The samples of one pool at one instant: a row of the pool's table, or a part of one.
  public struct Row: Hashable, Sendable {
    /// The pool.
    public var pool: PoolNumber
    /// The gateway's time of the measurement.
    public var time: Timestamp
    /// Where its samples are in `samples`; in the order of their parameters.
    public var samples: Range<Int>

    /// A row of `pool` at `time` with the samples at `samples`.
    public init(pool: PoolNumber, time: Timestamp, samples: Range<Int>) {
      self.pool = pool
      self.time = time
      self.samples = samples
    }
  }

  /// The rows, each with a sample at least.
  public var rows: [Row] = []
  /// The samples of all rows, row by row.
  public var samples: [Sample] = []

  /// No rows.
  public init() {}

  /// The row at `index` by itself.
  public subscript(index: Int) -> SampleRow {
    let row = rows[index]
    return SampleRow(pool: row.pool, time: row.time, samples: Array(samples[row.samples]))
  }

  /// Forgets all rows and keeps the memory.
  public mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    samples.removeAll(keepingCapacity: true)
  }
}
