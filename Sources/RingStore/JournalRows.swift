public import PoolModel

/// Rows as the journal has them: taken from the store quickly, and read by whoever has the time.
///
/// Filled anew again and again it uses its memory again.
public struct JournalRows {
  private var batch = RowBatch()
  /// What the plan calls what is in `batch`; nil while it is empty.
  private var numbers: PlanNumbers?

  /// No rows.
  public init() {}

  /// The rows, or parts of rows, those of pools included that the plan does not have.
  public var partCount: Int { batch.rows.count }

  /// Replaces `stretch` by the rows that the plan knows, the samples of a row in the plan's order.
  public func read(into stretch: inout SampleStretch) {
    stretch.removeAll()
    numbers?.append(batch, to: &stretch)
  }

  /// Forgets all rows; the next ones have `numbers`.
  mutating func begin(_ numbers: PlanNumbers) {
    batch.removeAll()
    self.numbers = numbers
  }

  mutating func append(_ other: RowBatch, _ rows: Range<Int>) {
    batch.append(other, rows)
  }
}
