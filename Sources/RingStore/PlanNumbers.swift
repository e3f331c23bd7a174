import PoolModel

/// The plan's numbers and those on disk, matched by name.
struct PlanNumbers {
  /// The ring of each pool of the plan.
  let rings: [Int]
  /// The column of each parameter of the plan.
  let columns: [UInt8]
  /// The pool of each ring; nil where the plan has it no more.
  let pools: [PoolNumber?]
  /// The parameter of each column; nil where the plan has it no more.
  let parameters: [ParameterNumber?]

  /// - Precondition: `catalog` was extended by `plan`.
  init(plan: Plan, catalog: Catalog) {
    pools = catalog.rings.map { plan.poolNumber($0.pool) }
    parameters = catalog.columns.map(plan.parameterNumber)
    var rings = [Int](repeating: 0, count: plan.pools.count)
    for (ring, pool) in pools.enumerated() { if let pool { rings[pool.index] = ring } }
    var columns = [UInt8](repeating: 0, count: plan.parameters.count)
    for (column, parameter) in parameters.enumerated() {
      if let parameter { columns[parameter.index] = UInt8(column) }
    }
    self.rings = rings
    self.columns = columns
  }

  /// The columns that the plan has, as bits.
  var columnBits: UInt64 { columns.reduce(0) { $0 | 1 << UInt64($1) } }

  /// The row that `values` of `ring` stand for, its samples in the plan's order; nil when the plan
  /// knows none of it.
  func row(ring: Int, time: Int64, values: ArraySlice<StoredValue>) -> SampleRow? {
    guard let pool = pools[ring] else { return nil }
    var samples = values.compactMap { value in
      parameters[Int(value.column)].map { value.cell.sample(of: $0) }
    }
    samples.sort { $0.parameter < $1.parameter }
    guard !samples.isEmpty else { return nil }
    return SampleRow(pool: pool, time: Timestamp(milliseconds: time), samples: samples)
  }
}
