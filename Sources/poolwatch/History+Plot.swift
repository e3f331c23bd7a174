import Foundation
import LinuxSystem
import Querying

extension History {
  /// Asks for as many steps as there is room for, and for the gaps between them, and draws them.
  func printPlot() throws {
    let surface = Self.plotSurface
    var rows: [AggregateRow] = []
    var rowReader = RowReader<AggregateRow>()
    let steps = HistoryStep.fitting(columnCount: surface.stepCount)
    try connection.daemon.ask(
      .aggregates(pool, parameter: parameter, from: from, to: to, steps)
    ) { rows += try rowReader.rows(in: $0) }
    var gaps: [GapRow] = []
    var gapReader = RowReader<GapRow>()
    // Of what never came nothing may be due: the plot says that there is none.
    let hasValue = rows.contains { $0.minimum != nil }
    if hasValue {
      try connection.daemon.ask(.gaps(pool, parameter: parameter, from: from, to: to)) {
        gaps += try gapReader.rows(in: $0)
      }
    }
    try connection.write(HistoryPlot(rows: rows, gaps: gaps, surface: surface).text)
  }

  /// The terminal, or 80 × 24 characters where its size is not known.
  private static var plotSurface: PlotSurface {
    PlotSurface(
      columnCount: Terminal.columnCount ?? 80, rowCount: Terminal.rowCount ?? 24,
      isUnicode: isUnicode)
  }

  /// Whether braille patterns can be shown: not where a locale is named that is not UTF-8, and not on
  /// the kernel's own console, whose font has none.
  ///
  /// Where no locale is named at all, UTF-8 is printed, as in tables.
  private static var isUnicode: Bool {
    let environment = ProcessInfo.processInfo.environment
    if environment["TERM"] == "linux" { return false }
    // In the order in which the C library looks.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    guard let locale else { return true }
    return locale.lowercased().replacing("-", with: "").contains("utf8")
  }
}
