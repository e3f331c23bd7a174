import Foundation
import Glibc
import Measuring

/// This program once more, as a process of its own.
final class SelfProgram {
  private let process = Process()
  private let output = Pipe()
  private var pending = Data()

  init(_ words: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = words
    process.standardOutput = output
    try process.run()
  }

  /// The next line it prints; nil when it has ended.
  func nextLine() -> String? {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        let line = String(decoding: pending[pending.startIndex..<end], as: UTF8.self)
        pending = Data(pending[pending.index(after: end)...])
        return line
      }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      pending += more
    }
  }

  /// Ends it as a crash would, with SIGKILL.
  func kill() {
    _ = Glibc.kill(process.processIdentifier, SIGKILL)
  }

  /// Waits for its end.
  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// What a subcommand tells in its one line of JSON.
  static func answer<Answer: Decodable>(_ type: Answer.Type, to words: [String]) throws -> Answer {
    let program = try SelfProgram(words)
    let line = program.nextLine()
    let status = program.wait()
    guard let line, status == 0
    else { throw Failure("storebench \(words[0]) ended with status \(status)") }
    return try JSONDecoder().decode(type, from: Data(line.utf8))
  }
}
