import Foundation

/// The lines that come out of a pipe, read by a thread of its own.
///
/// Unchecked because everything that changes is only touched under `condition`. All lines are kept:
/// it is made for the few megabytes that a test's program writes.
public final class LineReader: @unchecked Sendable {
  private let source: String
  private let condition = NSCondition()
  private var lines: [String] = []
  private var nextIndex = 0
  private var rest: [UInt8] = []
  private var ended = false

  /// Begins to read `handle`, which belongs to the program named `source`.
  init(_ handle: FileHandle, of source: String) {
    self.source = source
    let thread = Thread { [self] in
      while true {
        let data = handle.availableData
        if data.isEmpty { break }
        append(data)
      }
      // Foundation may keep the pipe for ever, and starting a process with more than 1,000 open
      // files has crashed in it.
      try? handle.close()
      finish()
    }
    thread.stackSize = 1 << 19
    thread.start()
  }

  /// All lines up to now, also those already taken, without their line feeds.
  public var all: [String] { condition.withLock { lines } }
  /// Whether the program has closed its end and everything is read.
  public var isAtEnd: Bool { condition.withLock { ended } }

  /// Takes the next line, waiting for it on this thread.
  ///
  /// - Throws: `TestFailure` when none comes in time, or none can come any more.
  public func next(within deadline: Duration = .seconds(60)) throws -> String {
    let end = Date(timeIntervalSinceNow: deadline / .seconds(1))
    condition.lock()
    defer { condition.unlock() }
    while nextIndex == lines.count {
      if ended { throw TestFailure("\(source) wrote no further line before its end") }
      guard condition.wait(until: end) else {
        throw TestFailure("\(source) wrote no line within \(deadline)")
      }
    }
    defer { nextIndex += 1 }
    return lines[nextIndex]
  }

  /// Takes lines up to and including the first that `isWanted` accepts, without blocking a thread.
  ///
  /// - Throws: `TestFailure` with the lines there were when none comes in time.
  @discardableResult
  public func first(
    within deadline: Duration = .seconds(60), where isWanted: (String) -> Bool
  ) async throws -> String {
    var found: String?
    try await eventually(
      within: deadline, "a line of \(source) among:\n\(all.joined(separator: "\n"))"
    ) {
      found = take(until: isWanted)
      return found != nil
    }
    guard let found else { throw TestFailure("\(source) lost a line") }
    return found
  }

  private func take(until isWanted: (String) -> Bool) -> String? {
    condition.withLock {
      while nextIndex < lines.count {
        defer { nextIndex += 1 }
        if isWanted(lines[nextIndex]) { return lines[nextIndex] }
      }
      return nil
    }
  }

  private func append(_ data: Data) {
    condition.withLock {
      rest.append(contentsOf: data)
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        lines.append(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
      }
      condition.broadcast()
    }
  }

  /// A last line without a line feed is a line too.
  private func finish() {
    condition.withLock {
      if !rest.isEmpty { lines.append(String(decoding: rest, as: UTF8.self)) }
      rest = []
      ended = true
      condition.broadcast()
    }
  }
}
