import ArgumentParser
import LinuxSystem
import PoolModel
import Registry
import RingStore

/// `poolwatch store repair`.
struct StoreRepair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make a damaged store anew from what can be read of it.",
    discussion: """
      Verifies first; where nothing is damaged, nothing is done. Else the rows
      that can be read are written into a new store, which takes the place of
      the old one when it is whole. The old one is kept beside it as
      store.damaged-YYYYMMDD-HHMMSS; remove it when you no longer need it. What
      was dropped is said line by line, and for each pool the times whose readings
      are lost. The disk needs room for both.

      A crash leaves the old store or the new one in force; run it again.

      EXAMPLES
        poolwatch store repair
        poolwatch store repair --config /etc/poolwatch/poolwatch.yaml
      """)

  @OptionGroup var options: StoreOptions

  func run() throws {
    try OfflineStore.use(options) { offline in
      let replacement = StoreReplacement(directory: offline.directory)
      if let words = try replacement.finishInterrupted() {
        try StandardOutput.write("\(words)\n")
      }
      let store = try offline.openForReading()
      let findings = try store.findings()
      guard !findings.isEmpty else {
        return try StandardOutput.write("✓ the store is in order: nothing to repair\n")
      }
      let rebuild = StoreRebuild(offline: offline)
      try rebuild.requireRoom()
      for finding in findings { try StandardOutput.write("dropped: \(finding.line)") }
      let zone = offline.settings.plan.district.zone
      for line in findings.lostLines(zone) { try StandardOutput.write("\(line)\n") }
      let outcome = try rebuild.run(store, kind: "damaged")
      if outcome.droppedCount > 0 {
        try StandardOutput.write(
          "dropped: the oldest \(outcome.droppedCount) values, for want of room\n")
      }
      try StandardOutput.write(
        """
        ✓ kept \(outcome.after)
        the damaged store lies in \(outcome.oldPath)

        """)
    }
  }
}

extension [StoreFinding] {
  /// What is lost, a line for each pool and tier: from when to when.
  fileprivate func lostLines(_ zone: Zone) -> [String] {
    var keys: [(pool: PoolID, tier: Tier)] = []
    for finding in self {
      guard let pool = finding.pool, let tier = finding.lost?.tier else { continue }
      if !keys.contains(where: { $0 == (pool, tier) }) { keys.append((pool, tier)) }
    }
    return keys.map { key in
      let lost = compactMap { $0.pool == key.pool && $0.lost?.tier == key.tier ? $0.lost : nil }
      let times = lost.map { lost in
        switch (lost.from, lost.through) {
        case (let from?, let through?): "from \(zone.rfc3339(from)) to \(zone.rfc3339(through))"
        case (nil, let through?): "up to \(zone.rfc3339(through))"
        default: "at times that are not known"
        }
      }
      let distinct = times.enumerated().filter { times.firstIndex(of: $0.element) == $0.offset }
      let what = key.tier == .raw ? "readings" : "rollups per \(key.tier)"
      let cure = key.tier == .raw ? "" : ", made anew where readings are held"
      return "lost: \(what) of \(key.pool) "
        + distinct.map(\.element).joined(separator: ", ") + cure
    }
  }
}
