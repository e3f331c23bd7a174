import Foundation
import LinuxSystem
import Measuring

/// Measures the ring store through its public API, on a real disk, and checks what it reads.
///
/// `storebench --data DIR --work DIR --json FILE` measures every row; the other subcommands are the
/// processes of their own that some rows need.
@main
struct StoreBench {
  static func main() {
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      switch arguments.role {
      case .everything: exit(try measureEverything(arguments) ? 0 : 1)
      case .append: try AppendRun.runInThisProcess(arguments)
      case .appendUntilKilled: try OpenAfterKill.appendUntilKilled(arguments)
      case .open: try OpenAfterKill.openInThisProcess(arguments)
      }
    } catch {
      Progress.say("storebench: \(error)")
      exit(1)
    }
  }

  /// Rows that are measured with one store.
  private struct Group {
    let title: String
    let rows: [RowName]
    let measure: (inout Report) throws -> Void

    init(_ title: String, _ rows: [RowName], measure: @escaping (inout Report) throws -> Void) {
      self.title = title
      self.rows = rows
      self.measure = measure
    }
  }

  /// Every row, each group after the other, in stores of their own that are removed again.
  ///
  /// - Returns: whether all of them were measured.
  private static func measureEverything(_ arguments: Arguments) throws -> Bool {
    try Files.makeDirectories(path: arguments.work)
    let disk = DiskPace(directory: arguments.work)
    var report = Report()
    report.note(pace: try disk.measure(), at: "start")
    let groups: [Group] = [
      Group("size and decoding, exact period", PageSizes.rows(.exact)) {
        try PageSizes(arguments, .exact).measure(into: &$0)
      },
      Group("size, times ±200 ms", PageSizes.rows(.jitter)) {
        try PageSizes(arguments, .jitter).measure(into: &$0)
      },
      Group("appending, and reading all series", FleetRun.rows) {
        try FleetRun(arguments, disk).measure(into: &$0)
      },
      Group("reading one series", MonthRun.rows) {
        try MonthRun(arguments).measure(into: &$0)
      },
      Group("bytes written", WriteAmplification.rows) {
        try WriteAmplification(arguments).measure(into: &$0)
      },
      Group("opening after a kill", OpenAfterKill.rows) {
        try OpenAfterKill(arguments).measure(into: &$0)
      },
    ]
    for group in groups where arguments.wants(group.rows) {
      Progress.say("measuring: \(group.title)")
      do {
        try group.measure(&report)
      } catch {
        report.fail(group.rows, because: error)
      }
      // Written after each group: what was measured is kept if a later one crashes.
      try report.write(to: arguments.json)
      // It fails only where none was made.
      try? FileManager.default.removeItem(atPath: arguments.storePath)
    }
    report.note(pace: try disk.measure(), at: "end")
    try report.write(to: arguments.json)
    return report.isComplete
  }
}
