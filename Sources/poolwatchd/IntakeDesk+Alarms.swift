import Pipeline
import PoolModel
import Presence
import RingStore

extension IntakeDesk {
  /// Says what a commit that succeeded may have left wrong.
  func noteStore() {
    if let error = pipeline.store.checkpointError {
      systemAlarms.raise(.checkpoint, "pages cannot be written: \(error)")
    } else {
      systemAlarms.clear(.checkpoint)
    }
  }

  /// Says what any reading of the store may have found.
  func noteDamage() {
    var words: [String] = []
    if let lost = pipeline.store.recovery.lostBatches {
      words.append(
        "\(lost). 'poolwatch store verify' names the readings; this ends with the next start")
    }
    let damaged = pipeline.store.damagedPages
    if let first = damaged.first {
      words.append(
        "\(Self.words(damaged)), the first: \(first.file) offset \(first.offset), "
          + "\(first.pool), \(first.problem)")
    }
    if !words.isEmpty { systemAlarms.raise(.damage, words.joined(separator: "; ")) }
  }

  /// What is lost in how many places: readings first.
  private static func words(_ damaged: [DamagedPage]) -> String {
    let counts = Dictionary(grouping: damaged, by: \.tier).mapValues(\.count)
    return counts.sorted { $0.key < $1.key }.map { tier, count in
      let what = tier == .raw ? "readings" : "rollups per \(tier.name)"
      return "\(what) are lost in \(count) \(count == 1 ? "place" : "places")"
    }.joined(separator: ", ")
  }
}
