import ArgumentParser
import Foundation
import LinuxSystem
import Querying
import RingStore

/// What a snapshot consists of.
struct SnapshotFiles {
  /// Where it is.
  let directory: String
  /// Paths in the snapshot with their sizes, sorted; without a checksum where an older version made it.
  private(set) var files: [(name: String, byteCount: Int, checksum: Int?)]
  /// When it was made.
  let time: String
  /// In how many places its store was known to be damaged then.
  let damagedCount: Int

  var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }
  var hasRecords: Bool { files.contains { $0.name == Self.recordsName } }

  private static let recordsName = "records.sqlite"

  /// Reads what the snapshot in `directory` says of itself, and compares it with the files.
  init(directory: String) throws {
    guard try Files.kind(ofPath: directory) == .directory else {
      throw CommandFailure("there is no directory \(directory)", exitCode: .data)
    }
    let path = "\(directory)/\(SnapshotAnswer.fileName)"
    guard case .file = try Files.kind(ofPath: path) else {
      throw CommandFailure(
        "\(directory) is no snapshot: it has no \(SnapshotAnswer.fileName)", exitCode: .data)
    }
    let answer: SnapshotAnswer
    do {
      answer = try JSONDecoder().decode(
        SnapshotAnswer.self, from: Data(try Files.bytes(atPath: path)))
    } catch {
      throw CommandFailure(
        "\(path) is damaged: it is no description of a snapshot", exitCode: .data)
    }
    self.directory = directory
    time = answer.time
    damagedCount = answer.damagedCount ?? 0
    files = answer.files.sorted { $0.key < $1.key }.map {
      ($0.key, $0.value, answer.checksums?[$0.key])
    }
    for (name, byteCount, _) in files {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      let isStore = parts.count == 2 && parts[0] == "store" && parts[1] != ".."
      guard isStore || name == Self.recordsName else {
        throw CommandFailure("\(path) names '\(name)', which is no part of it", exitCode: .data)
      }
      guard try Files.kind(ofPath: "\(directory)/\(name)") == .file(byteCount: byteCount) else {
        throw CommandFailure(
          "\(directory)/\(name) has not the \(byteCount) bytes that it had: the snapshot is damaged",
          exitCode: .data)
      }
    }
  }

  /// Reads every file, and refuses the snapshot where one has other bytes than when it was made.
  ///
  /// Files of the store are taken as they are where `takesDamaged`, and named: what of them is readable is
  /// known page by page. Of Records that is not known.
  mutating func requireChecksums(takesDamaged: Bool) throws {
    let bar = ProgressBar("checking")
    defer { bar.end() }
    var done = 0
    var damaged: [String] = []
    for (index, (name, _, checksum)) in files.enumerated() {
      var sum = FileChecksum()
      try FileCopy.read("\(directory)/\(name)") {
        sum.add($0)
        done += $0.count
        bar.show(Double(done) / Double(max(1, byteCount)))
      }
      if let checksum, checksum != sum.value { damaged.append(name) }
      files[index].checksum = sum.value
    }
    guard !damaged.isEmpty else { return }
    let words =
      "\(damaged.joined(separator: ", ")) \(damaged.count == 1 ? "has" : "have") other bytes than when "
      + "the snapshot was made"
    let takesAny = !damaged.contains(Self.recordsName)
    guard takesDamaged, takesAny else {
      let way = takesAny ? "; --damaged takes it as it is" : ""
      throw CommandFailure(
        "\(directory) is damaged, nothing is restored: \(words)\(way)", exitCode: .data)
    }
    warn("\(directory) is damaged: \(words)")
  }
}
