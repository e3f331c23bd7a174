import Foundation
import TestInstallation
import TestSupport

/// What judgement has left in the records and the store of an installation whose daemon is stopped.
struct JudgedRecords {
  /// Every step of every alarm in the order in which they were decided, as far as it goes by sample time.
  private(set) var steps: [String] = []
  /// Every alarm as it is in the end, without the time when it was found out.
  private(set) var alarms: [String] = []
  /// Who was told of what.
  private(set) var notices: [String] = []
  /// Every value with its flag and marks.
  private(set) var values = ""

  /// Reads both.
  ///
  /// - Throws: `TestFailure` when one of them cannot be read.
  init(of installation: Installation) async throws {
    let reader = try ManagedProcess(
      "/usr/bin/python3", package: "python3",
      arguments: ["-c", Self.script, installation.directory.path("state/records.sqlite")])
    let ending = try await reader.wait(within: .seconds(60))
    try await eventually("all is read") { reader.output.isAtEnd && reader.errors.isAtEnd }
    guard ending == .code(0) else { throw TestFailure("records: \(reader.errors.all)") }
    for line in reader.output.all {
      let text = String(line.dropFirst())
      switch line.first {
      case "s": steps.append(text)
      case "a": alarms.append(text)
      default: notices.append(text)
      }
    }
    let answer = try await installation.store(
      "export", "--format", "csv", "-o", installation.directory.path("export"))
    guard answer.code == 0 else { throw TestFailure("store export: \(answer.errors)") }
    values = String(decoding: try installation.directory.read("export"), as: UTF8.self)
  }

  /// What is announced is announced by our own clock; the rest goes by that of gateways.
  private static let script = """
    import sqlite3, sys
    records = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    records.row_factory = sqlite3.Row
    def say(kind, words):
      print(kind + " ".join(map(str, words)).replace("\\n", " "))
    for row in records.execute(
        "SELECT rule, venue, pool, parameter, kind, t.state, is_announcement, occurrence, t.id, time"
        " FROM transitions t JOIN occurrences o ON o.id = occurrence ORDER BY number"):
      say("s", list(row)[: 8 if row["kind"] == "announced" else 10])
    for row in records.execute("SELECT * FROM occurrences ORDER BY id"):
      say("a", (f"{key}={row[key]}" for key in row.keys() if key != "detected_time"))
    for row in records.execute("SELECT person, channel, state, occurrence, subject FROM notices ORDER BY 1, 4, 5"):
      say("n", row)
    """

  /// The first difference to `other`, in words; nil when there is none.
  func difference(from other: JudgedRecords) -> String? {
    for (name, ours, theirs) in [
      ("steps", steps, other.steps), ("alarms", alarms, other.alarms),
      ("notices", notices, other.notices),
      (
        "values", values.split(separator: "\n").map(String.init),
        other.values.split(separator: "\n").map(String.init)
      ),
    ] where ours != theirs {
      let place = zip(ours, theirs).prefix { $0 == $1 }.count
      return "\(name): \(ours.count) and \(theirs.count), from \(place) on: "
        + "\(ours.dropFirst(place).prefix(3)) and \(theirs.dropFirst(place).prefix(3))"
    }
    return nil
  }
}
