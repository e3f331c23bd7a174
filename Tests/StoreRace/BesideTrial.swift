import LinuxSystem
import PoolModel

/// What is begun on another thread, while its owner shares out other work and begins the next.
struct BesideTrial {
  private static let roundCount = 2000
  private static let partCount = 64

  /// What one thread at a time has.
  private final class Tally {
    var numbers: [Int] = []
  }

  private struct WrongTally: Error {
    let numbers: [Int]
  }

  /// Runs it to its end.
  ///
  /// - Throws: when something that was begun was not done once, in its order.
  func run() throws {
    let workers = WorkerThreads(threadCount: 2)
    let tally = Tally()
    for round in 0..<Self.roundCount {
      workers.begin(.judging) { tally.numbers.append(round) }
      let squares = workers.map(Self.partCount) { $0 * $0 }
      // What was begun before is finished by the next beginning, or by asking for it.
      guard round % 3 == 0 else { continue }
      workers.finish(.judging)
      guard tally.numbers == Array(0...round), squares == (0..<Self.partCount).map({ $0 * $0 })
      else { throw WrongTally(numbers: tally.numbers) }
    }
    workers.finish(.judging)
    guard tally.numbers == Array(0..<Self.roundCount) else {
      throw WrongTally(numbers: tally.numbers)
    }
  }
}
