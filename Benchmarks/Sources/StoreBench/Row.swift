/// The rows of the table.
enum RowName: String, CaseIterable {
  case bytesPerPointExact = "bytes_per_point_exact"
  case bytesPerPointJitter = "bytes_per_point_jitter"
  case appendPointsPerSecond = "append_points_per_s"
  case decodePointsPerSecond = "decode_points_per_s"
  case latestMilliseconds = "latest_ms"
  case rawDayMilliseconds = "raw_day_ms"
  case monthHourlyMilliseconds = "month_hourly_ms"
  case coverageDayRawMilliseconds = "coverage_day_raw_ms"
  case coverageDayRollupMilliseconds = "coverage_day_rollup_ms"
  case openAfterKillSeconds = "open_after_kill_s"
  case memoryMegabytes = "memory_mb"
  case writeAmplification = "write_amplification"

  /// What the numbers are in.
  var unit: String {
    switch self {
    case .bytesPerPointExact, .bytesPerPointJitter: "B/point"
    case .appendPointsPerSecond, .decodePointsPerSecond: "points/s"
    case .openAfterKillSeconds: "s"
    case .memoryMegabytes: "MB"
    case .writeAmplification: "ratio"
    default: "ms"
    }
  }
}

/// One measured row.
struct Row {
  var name: RowName
  /// In `name.unit`.
  var value: Double
  /// How it was measured, and the numbers beside it.
  var notes: [String]
  /// Whether the row waits for the disk and the disk was never quick enough.
  var isDiskSlow = false
}
