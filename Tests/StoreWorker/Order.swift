/// What a worker is told to do.
struct Order {
  /// The first argument.
  enum Command: String, CaseIterable {
    case run
    case check
    case flip
  }

  /// What to do.
  let command: Command
  /// Where the store lies.
  let directory: String
  /// The seed of the script.
  private(set) var seed: UInt64 = 1
  /// How many rows a batch has.
  private(set) var rows = 200
  /// How many batches the store is known to hold.
  private(set) var acknowledged = 0
  /// The number of the last batch to commit.
  private(set) var batches = 0
  /// How many batches to commit after a check.
  private(set) var more = 3
  /// How many bits to turn over in pages and files, beside those of page headers.
  private(set) var bits = 1000

  /// Reads `run|check|flip DIR [--key number]…`.
  init(_ arguments: [String]) throws(WorkerFailure) {
    guard arguments.count >= 2, arguments.count % 2 == 0,
      let command = Command(rawValue: arguments[0])
    else {
      throw .usage(
        "storeworker \(Command.allCases.map(\.rawValue).joined(separator: "|")) DIR"
          + " [--seed S] [--rows N] [--acknowledged N] [--batches N] [--more N] [--bits N]")
    }
    self.command = command
    directory = arguments[1]
    for index in stride(from: 2, to: arguments.count, by: 2) {
      guard let number = Int(arguments[index + 1]), number >= 0 else {
        throw .usage("\(arguments[index]) \(arguments[index + 1]): a number was expected")
      }
      switch arguments[index] {
      case "--seed": seed = UInt64(number)
      case "--rows": rows = number
      case "--acknowledged": acknowledged = number
      case "--batches": batches = number
      case "--more": more = number
      case "--bits": bits = number
      default: throw .usage("\(arguments[index]) is unknown")
      }
    }
  }

  /// The script that this order is about.
  var script: BatchScript { BatchScript(seed: seed, rowsPerBatch: rows) }

  /// The worker that this order is about.
  func worker(acknowledged: Int) throws(WorkerFailure) -> Worker {
    try Worker(directory: directory, script: script, acknowledged: acknowledged)
  }
}
