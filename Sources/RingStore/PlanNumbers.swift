import PoolModel

/// The plan's numbers and those on disk, matched by name.
struct PlanNumbers {
  /// The ring of each pool of the plan, then of each that left it.
  let rings: [Int]
  /// The rings of pools that left the plan.
  let retiredRings: [Int]
  /// The column of each parameter of the plan, then of each that left it.
  let columns: [UInt8]
  /// The columns that the plan has, as bits.
  let columnBits: UInt64
  /// The pool of each ring; nil where the plan has it no more.
  let pools: [PoolNumber?]
  /// The parameter of each column; nil where the plan has it no more.
  let parameters: [ParameterNumber?]

  /// - Precondition: `catalog` was extended by `plan`.
  init(plan: Plan, catalog: Catalog) {
    let pools = catalog.rings.map { plan.poolNumber($0.pool) }
    let parameters = catalog.columns.map(plan.parameterNumber)
    var rings = [Int](repeating: 0, count: plan.pools.count)
    for (ring, pool) in pools.enumerated() { if let pool { rings[pool.index] = ring } }
    var columns = [UInt8](repeating: 0, count: plan.parameters.count)
    for (column, parameter) in parameters.enumerated() {
      if let parameter { columns[parameter.index] = UInt8(column) }
    }
    self.pools = pools
    self.parameters = parameters
    columnBits = columns.reduce(0) { $0 | 1 << UInt64($1) }
    retiredRings = pools.indices.filter { pools[$0] == nil }
    self.rings = rings + retiredRings
    self.columns = columns + parameters.indices.filter { parameters[$0] == nil }.map(UInt8.init)
  }

  /// Appends what the plan knows of the rows of `batch` to `stretch`, the samples of a row in the plan's
  /// order.
  func append(_ batch: RowBatch, to stretch: inout SampleStretch) {
    for row in batch.rows {
      guard let pool = pools[Int(row.ring)] else { continue }
      let first = stretch.samples.count
      var isSorted = true
      let start = Int(row.valueStart)
      for place in start..<start + Int(row.valueCount) {
        let value = batch.values[place]
        guard let parameter = parameters[Int(value.column)] else { continue }
        if stretch.samples.count > first, let last = stretch.samples.last {
          isSorted = isSorted && last.parameter <= parameter
        }
        stretch.samples.append(value.cell.sample(of: parameter))
      }
      guard stretch.samples.count > first else { continue }
      if !isSorted { stretch.samples[first...].sort { $0.parameter < $1.parameter } }
      stretch.rows.append(
        SampleStretch.Row(
          pool: pool, time: Timestamp(milliseconds: row.time),
          samples: first..<stretch.samples.count))
    }
  }

  /// The row that `values` of `pool` stand for, its samples in the plan's order; nil when the plan knows
  /// none of them.
  func row(pool: PoolNumber, time: Int64, values: ArraySlice<StoredValue>) -> SampleRow? {
    var samples = values.compactMap { value in
      parameters[Int(value.column)].map { value.cell.sample(of: $0) }
    }
    samples.sort { $0.parameter < $1.parameter }
    guard !samples.isEmpty else { return nil }
    return SampleRow(pool: pool, time: Timestamp(milliseconds: time), samples: samples)
  }
}
