import ArgumentParser
import Dispatch
import Foundation
import LinuxSystem
import Querying

/// `poolwatch store snapshot`.
struct StoreSnapshot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Have the running daemon copy its store and records, all of one moment.",
    discussion: """
      The daemon writes the copy and goes on receiving meanwhile; it needs the
      right to write there (see the documentation of the service). The directory
      has to be empty or not there yet; it appears when the copy is whole.
      'store restore' brings it back. Exit code 2 when the store is known to be
      damaged: the snapshot is written all the same.

      EXAMPLES
        poolwatch store snapshot /var/backups/poolwatch/2026-01-21
      """)

  @Argument(help: ArgumentHelp("Where the copy goes.", valueName: "directory"))
  var directory: String

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let path = URL(fileURLWithPath: directory).standardizedFileURL.path
    let done = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
    let waiting = Thread {
      let bar = ProgressBar("copying")
      while done.wait(timeout: .now() + .milliseconds(200)) == .timedOut { bar.showTime() }
      bar.end()
      ended.signal()
    }
    waiting.start()
    defer {
      done.signal()
      ended.wait()
    }
    // A day: the daemon says nothing before the last byte is on the disk.
    let bytes = try connection.daemon.tell(
      .snapshot, body: AnswerJSON.object(SnapshotOrder(directory: path)),
      patience: .seconds(86_400))
    let answer = try JSONDecoder().decode(SnapshotAnswer.self, from: Data(bytes))
    try show(answer, bytes)
    guard let count = answer.damagedCount, count > 0 else { return }
    throw CommandFailure(
      "the store is damaged in \(count == 1 ? "1 place" : "\(count) places"), and so is the snapshot: "
        + "'poolwatch store repair' keeps what can be read, 'store restore' asks for --damaged",
      exitCode: .conditionHolds)
  }

  private func show(_ answer: SnapshotAnswer, _ bytes: [UInt8]) throws {
    switch connection.output {
    case .json: return try connection.write(bytes)
    case .csv: return try connection.write(AnswerCSV.object(answer, for: connection.csvReader))
    case .table: break
    }
    let total = answer.files.values.reduce(0, +)
    try connection.write(
      "✓ \(answer.files.count) files, \(total) bytes in \(answer.directory)\n")
  }
}
