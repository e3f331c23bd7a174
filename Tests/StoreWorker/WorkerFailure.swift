/// Why a worker ends.
enum WorkerFailure: Error, CustomStringConvertible {
  /// The arguments are wrong.
  case usage(String)
  /// The store does not hold what it has to, or took too long.
  case wrong(String)
  /// The store refused to open.
  case refused(String)
  /// A batch was refused again and again.
  case gaveUp(String)

  /// The code that the process exits with.
  var exitCode: Int32 {
    switch self {
    case .wrong: 1
    case .refused: 2
    case .gaveUp: 3
    case .usage: 64
    }
  }

  /// One line.
  var description: String {
    switch self {
    case .usage(let text): "usage: \(text)"
    case .wrong(let text): "wrong: \(text)"
    case .refused(let text): "refused: \(text)"
    case .gaveUp(let text): "gave up: \(text)"
    }
  }
}
