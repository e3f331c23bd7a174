import Measuring

/// How long the runs of one query took, in milliseconds.
struct Timings {
  /// The first run, which warms up and does not count.
  var first: Double
  /// All others, ascending.
  var sorted: [Double]
  /// Half of the others took no more processor time.
  var medianProcessor: Double

  /// Half of the runs took no longer.
  var median: Double { sorted[sorted.count / 2] }

  /// In words.
  var note: String {
    "p50 of \(sorted.count) runs; min \(sorted[0].short), max \(sorted[sorted.count - 1].short),"
      + " first \(first.short), processor time \(medianProcessor.short) ms"
  }

  /// Runs `body` once and then `runs` times; every result has to pass `check`, outside the clock.
  init<Result>(
    runs: Int = 40, _ body: () throws -> Result, check: (Result) throws -> Void
  ) throws {
    var times: [Double] = []
    var processorTimes: [Double] = []
    for _ in 0...runs {
      let processorStart = ProcessorTime.milliseconds()
      let start = ContinuousClock.now
      let result = try body()
      times.append((ContinuousClock.now - start).milliseconds)
      processorTimes.append(ProcessorTime.milliseconds() - processorStart)
      try check(result)
    }
    first = times.removeFirst()
    sorted = times.sorted()
    medianProcessor = processorTimes.sorted()[processorTimes.count / 2]
  }
}
