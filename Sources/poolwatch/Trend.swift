import Alerting
import ArgumentParser
import PoolModel
import Querying

/// `poolwatch trend`.
struct Trend: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trend",
    abstract: "Show the trend in a recording, and when it would have warned.",
    discussion: """
      Needs no daemon. Prints a line for each bucket of max(2 min, interval): the
      Theil-Sen slope over the newest 30 buckets, the Mann-Kendall score with its
      variance, the score corrected for autocorrelation, the bounds of the slope, how
      long until the line meets the bound that it heads for, and whether the advisory
      and the warning are on. With fewer than 20 buckets the numbers are empty.

      EXAMPLES
        poolwatch trend --csv week.csv --time-column time --column free_chlorine \\
          --interval 60 --low 0.3 --high 1 -o csv
      """)

  @OptionGroup var series: SeriesFile

  @Option(help: ArgumentHelp("The lower bound.", valueName: "value"))
  var low: Double?

  @Option(help: ArgumentHelp("The upper bound.", valueName: "value"))
  var high: Double?

  @Option(
    help: ArgumentHelp(
      "The smallest step that the sensor shows (default: that of the file's decimals).",
      valueName: "value"))
  var resolution: Double?

  func validate() throws {
    for (name, bound) in [("--low", low), ("--high", high)] {
      if let bound, !bound.isFinite {
        throw ValidationError("\(name) is \(bound), expected a finite number.")
      }
    }
    if let low, let high, low >= high {
      throw ValidationError("--low is \(low), expected less than --high \(high).")
    }
    if let resolution, !(resolution > 0 && resolution.isFinite) {
      throw ValidationError("--resolution is \(resolution), expected more than 0.")
    }
  }

  func run() throws {
    var rows: [RecordingReader.Row] = []
    try series.forEachRow { rows.append($0) }
    var watch = TrendWatch(
      TrendWatch.Settings(
        interval: series.nominalInterval, low: low, high: high,
        resolution: resolution ?? Self.step(of: rows)))
    var output = LineOutput()
    try output.write(
      "time,slope_per_second,s,var_s,z,rho,z_corrected,slope_low_corrected,"
        + "slope_high_corrected,seconds_to_limit,advisory,warning\n")
    let isEpochTime = rows.first?.isEpochTime ?? true
    for row in rows {
      let findings = row.values[0].map { watch.take($0, at: row.time) } ?? watch.pass(to: row.time)
      for finding in findings { try output.write(Self.line(finding, isEpochTime: isEpochTime)) }
    }
    if let finding = watch.finish() {
      try output.write(Self.line(finding, isEpochTime: isEpochTime))
    }
    try output.flush()
  }

  private static func line(_ finding: TrendWatch.Finding, isEpochTime: Bool) -> String {
    let time =
      isEpochTime
      ? seconds(finding.time.milliseconds) : Zone.utc.rfc3339(finding.time)
    let numbers = finding.statistics.map {
      [
        $0.slope, $0.score, $0.scoreVariance, $0.normalizedScore, $0.autocorrelation,
        $0.correctedScore, $0.lowSlope, $0.highSlope,
      ].map(\.description)
    }
    let cells =
      [time] + (numbers ?? Array(repeating: "", count: 8)) + [
        finding.timeToLimit.map { seconds($0.wholeMilliseconds) } ?? "",
        finding.isAdvisory ? "1" : "0", finding.isWarning ? "1" : "0",
      ]
    return cells.joined(separator: ",") + "\n"
  }

  /// A time in seconds, without decimals where it has none.
  private static func seconds(_ milliseconds: Int64) -> String {
    milliseconds.isMultiple(of: 1000)
      ? "\(milliseconds / 1000)" : (Double(milliseconds) / 1000).description
  }

  /// The step that the decimals of the values show: 0.01 for 0.5 and 0.52.
  private static func step(of rows: [RecordingReader.Row]) -> Double {
    let decimals = rows.map { row -> Int in
      guard let point = row.texts[0].firstIndex(of: ".") else { return 0 }
      return row.texts[0][point...].dropFirst().prefix { $0.isNumber }.count
    }
    var step = 1.0
    for _ in 0..<min(decimals.max() ?? 0, 12) { step /= 10 }
    return step
  }
}
