import Foundation
import Measuring
import PoolModel

/// Measures judgement: one number or a few a run, as a line of JSON.
@main
struct JudgingBench {
  private static let usage = """
    usage: judgementbench evaluate SERIES
           judgementbench memory alarms|drifts|quality SERIES
           judgementbench trend WINDOWS
           judgementbench fill CONFIG FIRST DAYS
           judgementbench restart CONFIG
    SERIES is a multiple of four, FIRST seconds since 1970.
    """

  static func main() {
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      Progress.say("judgementbench: \(error)")
      exit(1)
    }
  }

  private static func run(_ words: [String]) throws {
    let number = words.last.flatMap { Int($0) }
    switch (words.first, words.count, number) {
    case ("evaluate", 2, let count?): try EvaluationRun(seriesCount: count).measure()
    case ("memory", 3, let count?):
      guard let part = MemoryRun.Part(rawValue: words[1]) else { throw Failure(usage) }
      try MemoryRun(part: part, seriesCount: count).measure()
    case ("trend", 2, let count?): try TrendRun(windowCount: count).measure()
    case ("fill", 4, let days?):
      guard let first = Int64(words[2]) else { throw Failure(usage) }
      try YearStore(path: words[1], first: Timestamp(milliseconds: first * 1000), days: days).fill()
    case ("restart", 2, _): try RestartRun(path: words[1]).measure()
    default: throw Failure(usage)
    }
  }
}
