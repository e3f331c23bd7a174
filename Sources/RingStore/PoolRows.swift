public import PoolModel

/// The durable rows of several pools in the order of their times, a stretch of time after the other.
///
/// Columns are decoded once, without making a table of every row: a year of minutes of ten pools takes seconds.
public struct PoolRows {
  private let store: RingStore
  private let parts: [[PoolNumber]]
  private let parameters: [ParameterNumber]
  private let stretch: Duration

  /// The rows of `pools`, with values of `parameters` alone.
  public init(of pools: [PoolNumber], parameters: [ParameterNumber], in store: RingStore) {
    self.init(ofParts: [pools], parameters: parameters, in: store)
  }

  /// The same, for each of `parts` by itself.
  public init(ofParts parts: [[PoolNumber]], parameters: [ParameterNumber], in store: RingStore) {
    let poolCount = parts.reduce(0) { $0 + $1.count }
    self.store = store
    self.parts = parts
    self.parameters = parameters
    // Bounds the memory: some 200 MB with three values a row.
    let intervals = store.plan.interval * (Self.rowLimit / max(1, poolCount))
    stretch = max(.seconds(3600), min(.seconds(30 * 86_400), intervals))
  }

  /// About so many rows are held at a time.
  private static let rowLimit = 4_300_000

  /// Hands over every row from `from` to `through`, in the order of their times, then of `pools`.
  ///
  /// - Parameters:
  ///   - from: the first time wanted.
  ///   - through: the last time wanted.
  ///   - progress: is called now and then with the time that has been reached.
  ///   - body: is called with each row; it is the same value each time, with other content.
  /// - Throws: `storage` when a page cannot be read.
  public func forEach(
    from: Timestamp, through: Timestamp, progress: (Timestamp) -> Void = { _ in },
    _ body: (SampleRow) -> Void
  ) throws(RingStoreError) {
    try forEachOfParts(from: from, through: through, progress: progress) { body($1) }
  }

  /// The same, part by part: `body` is called with the number of a part and each of its rows in their order, for
  /// several parts at a time by the store's workers.
  public func forEachOfParts(
    from: Timestamp, through: Timestamp,
    progress: (Timestamp) -> Void = { _ in }, _ body: (Int, SampleRow) -> Void
  ) throws(RingStoreError) {
    var next = from
    while next <= through {
      let end = min(through, next + stretch - .milliseconds(1))
      var sources = Array(repeating: [Source](), count: parts.count)
      for (part, pools) in parts.enumerated() {
        for pool in pools {
          if let source = try source(of: pool, from: next, through: end) {
            sources[part].append(source)
          }
        }
      }
      let (start, parted) = (next, sources)
      store.workers.forEach(parts.count) { part in
        var sources = parted[part]
        Self.merge(&sources, from: start) { body(part, $0) }
      }
      progress(end)
      next = end + .milliseconds(1)
    }
  }

  private func source(
    of pool: PoolNumber, from: Timestamp, through: Timestamp
  ) throws(RingStoreError) -> Source? {
    var columns: [Column] = []
    for parameter in parameters {
      let slice = try store.samples(
        of: Series(pool: pool, parameter: parameter), from: from, through: through, limit: .max)
      if slice.count > 0 { columns.append(Column(parameter: parameter, slice: slice)) }
    }
    return columns.isEmpty ? nil : Source(pool: pool, columns: columns)
  }

  private static func merge(
    _ sources: inout [Source], from: Timestamp, _ body: (SampleRow) -> Void
  ) {
    var order = Order(sources.map(\.time))
    var row = SampleRow(pool: PoolNumber(0), time: from, samples: [])
    while let index = order.first {
      sources[index].take(into: &row)
      body(row)
      order.replaceFirst(with: sources[index].time)
    }
  }

  /// The samples of one series, and how far they were taken.
  private struct Column {
    let parameter: ParameterNumber
    let slice: SeriesSlice
    var next = 0

    init(parameter: ParameterNumber, slice: SeriesSlice) {
      self.parameter = parameter
      self.slice = slice
    }
  }

  /// The columns of one pool, and the time of its next row.
  private struct Source {
    let pool: PoolNumber
    var columns: [Column]
    /// `.max` at the end.
    private(set) var time = Int64.max

    init(pool: PoolNumber, columns: [Column]) {
      self.pool = pool
      self.columns = columns
      findTime()
    }

    mutating func take(into row: inout SampleRow) {
      row.pool = pool
      row.time = Timestamp(milliseconds: time)
      row.samples.removeAll(keepingCapacity: true)
      for index in columns.indices {
        let next = columns[index].next
        guard next < columns[index].slice.count,
          columns[index].slice.times[next].milliseconds == time
        else { continue }
        row.samples.append(columns[index].slice.sample(at: next, of: columns[index].parameter))
        columns[index].next = next + 1
      }
      findTime()
    }

    private mutating func findTime() {
      var time = Int64.max
      for column in columns where column.next < column.slice.count {
        time = min(time, column.slice.times[column.next].milliseconds)
      }
      self.time = time
    }
  }
}

/// Which of several sources is next by its time: a binary heap of their numbers.
private struct Order {
  private var heap: [(time: Int64, index: Int)]

  init(_ times: [Int64]) {
    // In order is a heap already.
    heap = times.enumerated().map { ($1, $0) }.sorted { ($0.time, $0.index) < ($1.time, $1.index) }
  }

  /// The next source; nil when all are at their end.
  var first: Int? { heap.first.flatMap { $0.time == .max ? nil : $0.index } }

  /// The first source has its next row at `time`.
  mutating func replaceFirst(with time: Int64) {
    heap[0].time = time
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heap.count && isLess(heap[child], heap[least]) {
        least = child
      }
      guard least != place else { return }
      heap.swapAt(place, least)
      place = least
    }
  }

  private func isLess(_ left: (time: Int64, index: Int), _ right: (time: Int64, index: Int)) -> Bool
  {
    left.time == right.time ? left.index < right.index : left.time < right.time
  }
}
