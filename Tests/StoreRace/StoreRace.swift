import Foundation

/// The ring store under the thread sanitizer: readers beside the writer, the way the daemon does it.
///
/// Built with `--sanitize=thread` it runs each part in a process of its own, and takes a report of the
/// sanitizer for a failure. One part is a race made on purpose: a sanitizer that does not see it would
/// see nothing.
@main
struct StoreRace {
  private enum Part: String, CaseIterable {
    case readersBesideTheWriter
    case storesBesideEachOther
    case workersOfOneStore
    case workBesideTheOwner
    case raceOnPurpose
  }

  static func main() throws {
    if let name = CommandLine.arguments.dropFirst().first {
      guard let part = Part(rawValue: name) else {
        print("usage: storerace")
        exit(64)
      }
      switch part {
      case .readersBesideTheWriter: try ReadersTrial(storeCount: 1, readerCount: 4).run()
      case .storesBesideEachOther: try ReadersTrial(storeCount: 2, readerCount: 2).run()
      case .workersOfOneStore: try WorkersTrial().run()
      case .workBesideTheOwner: try BesideTrial().run()
      case .raceOnPurpose: RaceOnPurpose.run()
      }
      return
    }
    var failures = 0
    for part in Part.allCases {
      let start = Date()
      let (code, words) = try output(of: part)
      let isReported = words.contains("WARNING: ThreadSanitizer")
      let isGood =
        part == .raceOnPurpose ? isReported && code != 0 : !isReported && code == 0
      if !isGood { failures += 1 }
      let seconds = (Date().timeIntervalSince(start) * 10).rounded() / 10
      print("\(isGood ? "✔" : "✘") \(part.rawValue), \(seconds) s")
      if isGood { continue }
      print(
        part == .raceOnPurpose
          ? "the race was not seen: build with --sanitize=thread"
          : "exit \(code)\n\(words.suffix(20_000))")
    }
    print("thread sanitizer: \(Part.allCases.count - failures) passed, \(failures) failed")
    exit(failures == 0 ? 0 : 1)
  }

  /// Runs `part` in a process of its own; gives back its exit code and what it wrote.
  private static func output(of part: Part) throws -> (code: Int32, words: String) {
    let process = Process()
    process.executableURL = URL(
      fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    process.arguments = [part.rawValue]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let isExit = process.terminationReason == .exit
    return (isExit ? process.terminationStatus : -1, String(decoding: data, as: UTF8.self))
  }
}
