import PoolModel
import Querying
import RingStore

/// The stored samples of one series.
struct HistoryPieces: RowSource {
  private let plan: Plan
  private let gate: any StoreGate
  private let series: Series
  private let through: Timestamp
  /// Where the next piece begins; nil after the last.
  private var start: Timestamp?

  /// The samples from `from` through `through`.
  init(plan: Plan, gate: any StoreGate, series: Series, from: Timestamp, through: Timestamp) {
    self.plan = plan
    self.gate = gate
    self.series = series
    self.through = through
    start = from
  }

  mutating func nextRows() async throws -> [HistoryRow]? {
    guard let from = start else { return nil }
    let (plan, series, through, limit) = (plan, series, through, gate.pageRowCount)
    let slice = try await gate.withStore { store, _ in
      try store.samples(of: series, from: from, through: through, limit: limit)
    }
    start = slice.count < limit ? nil : slice.times.last.map { $0 + .milliseconds(1) }
    return (0..<slice.count).map { index in
      HistoryRow(
        plan: plan, series: series, time: slice.times[index], value: slice.values[index],
        flag: slice.flags[index])
    }
  }
}

extension HistoryRow {
  /// The row of a value with the raw value of its flag.
  fileprivate init(plan: Plan, series: Series, time: Timestamp, value: Double, flag: UInt8) {
    self.init(
      plan: plan, series: series, time: time,
      sample: Sample(
        parameter: series.parameter, value: value, flag: QualityFlag(rawValue: flag) ?? .unknown))
  }
}

extension SeriesSlice {
  /// Whether the value at `index` is a reading in the sense of coverage: there is a value, and it came
  /// within 72 h.
  func isReceived(at index: Int) -> Bool {
    flags[index] != QualityFlag.missing.rawValue
      && marks[index] & ArrivalMarks.tooLateToCount.rawValue == 0
  }

  /// Whether the value at `index` is good or suspect.
  func isUsable(at index: Int) -> Bool {
    QualityFlag(rawValue: flags[index])?.isUsable ?? false
  }
}
