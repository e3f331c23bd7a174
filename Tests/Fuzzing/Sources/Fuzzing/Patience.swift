import Glibc

/// How long a decoder may take.
enum Patience {
  /// A payload of the greatest size takes a tenth of a second at worst, several times as much with the
  /// fuzzer's counters and on a slow machine; a cost that grows with its square takes a minute.
  private static let limit = 8.0

  /// Does `work`, and ends the program when it takes too much of the processor.
  static func spend<Result>(_ what: String, on work: () -> Result) -> Result {
    let began = clock()
    let result = work()
    let seconds = Double(clock() - began) / Double(CLOCKS_PER_SEC)
    demand(seconds < limit, "\(what) took \(seconds) s of the processor")
    return result
  }
}
