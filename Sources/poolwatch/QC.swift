import ArgumentParser
import PoolModel
import QualityControl
import Querying

/// `poolwatch qc`.
struct QC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qc",
    abstract: "Flag a recording by QARTOD's tests, to tune thresholds.",
    discussion: """
      Needs no daemon. Prints a line for each row of the file, in its order: the time
      and the value as they stand there, and the flag of each test of QARTOD: 1 good,
      2 not evaluated, 3 suspect, 4 fail, 9 missing. An empty cell is a value that is
      missing. 'aggregate' counts for the value, and leaves the gap out.

      Thresholds come from --settings, JSON with any of the keys gross, spike,
      rate_of_change, flat_line, attenuated and gap_hours; without it they are those
      proposed for --parameter. A test without thresholds is not made and says 2.

      EXAMPLES
        poolwatch qc --csv week.csv --time-column time --column free_chlorine \\
          --interval 60 --settings chlorine.json -o csv
      """)

  @OptionGroup var series: SeriesFile

  @Option(help: ArgumentHelp("The thresholds.", valueName: "file"))
  var settings: String?

  @Option(
    help: ArgumentHelp(
      "What the column holds, such as ph (default: the column's name).", valueName: "name"))
  var parameter: String?

  func run() throws {
    var quality = SeriesQuality(try thresholds())
    var output = LineOutput()
    try output.write(
      "time,value,gross,spike,rate_of_change,flat_line,attenuated,gap,aggregate\n")
    // The newest row waits for the next, which makes its spike flag final.
    var waiting: (row: RecordingReader.Row, flags: TestFlags)?
    try series.forEachRow { row in
      let outcome = quality.take(row.values[0], at: row.time)
      if var done = waiting {
        done.flags.spike = outcome.previousSpike ?? done.flags.spike
        try output.write(Self.line(done.row, done.flags))
      }
      waiting = (row, outcome.flags)
    }
    if let waiting { try output.write(Self.line(waiting.row, waiting.flags)) }
    try output.flush()
  }

  private func thresholds() throws -> QualitySettings {
    let interval = series.nominalInterval
    if let settings { return try QualitySettingsFile.load(path: settings, interval: interval) }
    let name = parameter ?? series.column
    guard let known = Parameter.standard.first(where: { $0.name == name }) else {
      throw CommandFailure(
        "nothing is proposed for '\(name)', expected --settings, or --parameter with one of "
          + Parameter.standard.map(\.name).joined(separator: ", "), exitCode: .data)
    }
    return .standard(for: known, interval: interval)
  }

  private static func line(_ row: RecordingReader.Row, _ flags: TestFlags) -> String {
    let numbers = [
      flags.grossRange, flags.spike, flags.rateOfChange, flags.flatLine, flags.attenuated,
      flags.gap, flags.aggregate,
    ].map { "\($0.rawValue)" }
    return "\(row.timeText),\(row.texts[0]),\(numbers.joined(separator: ","))\n"
  }
}

/// Gathers lines, so that standard output is not written to line by line.
struct LineOutput {
  private var text: [UInt8] = []

  mutating func write(_ line: String) throws {
    text += line.utf8
    if text.count >= 1 << 16 { try flush() }
  }

  mutating func flush() throws {
    try StandardOutput.write(text)
    text.removeAll(keepingCapacity: true)
  }
}
