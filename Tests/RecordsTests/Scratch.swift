import Foundation
import PoolModel

@testable import Records

/// A directory of its own for one test, removed with it.
final class Scratch {
  let directory: String
  /// Live as long as the original.
  private var copies: [Scratch] = []

  init() throws {
    directory = NSTemporaryDirectory() + "records-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
  }

  deinit {
    // A directory left behind in the temporary one harms nobody.
    try? FileManager.default.removeItem(atPath: directory)
  }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// Opens with a small reserve, on a disk that says to have a GiB left, unless told otherwise.
  func open(
    quarantineEntries: Int = 10, pageCount: Int = 10_000, reserveByteCount: Int = 1 << 20,
    sentNotices: Int = 100, freeByteCount: Int? = 1 << 30
  ) throws -> Records {
    try Records(
      directory: directory,
      limits: Records.Limits(
        quarantineEntries: quarantineEntries, pageCount: pageCount,
        reserveByteCount: reserveByteCount, sentNotices: sentNotices),
      disk: DiskRoom { freeByteCount })
  }

  /// What the directory would hold after the process was killed now: a copy of its files.
  func copyAsIfKilled() throws -> Scratch {
    let copy = try Scratch()
    for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
      try FileManager.default.copyItem(atPath: path(name), toPath: copy.path(name))
    }
    copies.append(copy)
    return copy
  }
}

func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

let caoyang = PoolID(venue: "caoyang", pool: "main")

func occurrence(
  _ id: String, state: AlarmState = .active, rule: String = "free_chlorine_low",
  at event: Int64 = 100, isAnnounced: Bool = true
) -> AlarmOccurrence {
  AlarmOccurrence(
    id: id, alarmClass: .water, state: state, rule: rule, profile: "cn-gb37488-2019",
    clause: "GB 37488-2019 table 2", basis: "limit for pH above 7.6", pool: caoyang,
    parameter: "free_chlorine", value: 0.22,
    limit: 0.3, eventTime: time(event), detectedTime: time(event + 7), isAnnounced: isAnnounced)
}

func raised(_ occurrence: AlarmOccurrence) -> AlarmTransition {
  AlarmTransition(
    kind: .raised, occurrence: occurrence, time: occurrence.eventTime, isAnnouncement: true)
}

func decision(
  _ cursor: UInt64, _ transitions: [AlarmTransition] = [], notices: [Notice] = [],
  sources: [SourceState] = [], sequences: SequenceStates? = nil
) -> Decision {
  Decision(
    cursor: JournalPosition(byteOffset: cursor), transitions: transitions, notices: notices,
    sources: sources, sequences: sequences)
}

func notice(_ id: String, channel: ChannelKind = .mail, body: String = "b\n") -> Notice {
  Notice(
    id: id, occurrence: "o", person: "li", channel: channel, address: "li@example.org",
    subject: "超标 s", body: body)
}
