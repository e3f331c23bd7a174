import PoolModel
import Querying
import RingStore

/// Where rows are lost: by what it is known what came.
extension GapPieces {
  /// The hours and days that answer for minutes that are lost, but for what is `unknown` all the same.
  func coarseTimes(
    beside unknown: [Range<Timestamp>]
  ) async throws -> [Range<Timestamp>] {
    guard !losses.isEmpty else { return [] }
    var coarse: [Range<Timestamp>] = []
    var left = unknown
    for (tier, finer) in [(Tier.day, Tier.hour), (.hour, .minute)] {
      let step = Duration.seconds(tier == .day ? 86_400 : 3600)
      let lacking = try await gate.unknownTimes(of: series.pool, in: asked, coarsest: finer)
      for range in lacking {
        for part in KnownParts(of: range, without: left.clamped(to: range)).parts {
          var start = part.range.lowerBound
          while start < part.range.upperBound {
            let grid = StepGrid(from: start, step: step, zone: zone)
            let bucket = grid.start(ofStepAt: start)..<grid.end(ofStepAt: start)
            if !coarse.contains(where: { $0.overlaps(bucket) }) { coarse.append(bucket) }
            start = bucket.upperBound
          }
        }
      }
      left = lacking
    }
    return coarse.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// The times of which rows are lost, and by which steps it is known what came: whole minutes, but where
  /// hours or days answer.
  var lostTimes: [(times: Range<Timestamp>, step: Duration)] {
    let minutes = losses.flatMap { loss in
      let whole =
        minute(of: loss.lowerBound).lowerBound..<minute(of: loss.upperBound).upperBound
      return KnownParts(of: whole, without: coarse.clamped(to: whole)).parts.map(\.range)
    }
    let all =
      minutes.map { ($0, Duration.seconds(60)) }
      + coarse.map { ($0, $0.upperBound - $0.lowerBound) }
    return all.filter { !$0.0.isEmpty }.sorted { $0.0.lowerBound < $1.0.lowerBound }
  }

  /// From the beginning of the minute that `instant` is in to its end; nothing at a full minute.
  func minute(of instant: Timestamp) -> Range<Timestamp> {
    let over = instant.milliseconds % 60_000
    let start = instant - .milliseconds(over < 0 ? over + 60_000 : over)
    return start..<(over == 0 ? instant : start + .seconds(60))
  }
}

extension [Range<Timestamp>] {
  /// What of the ranges lies in `limits`.
  fileprivate func clamped(to limits: Range<Timestamp>) -> [Range<Timestamp>] {
    filter { $0.overlaps(limits) }.map { $0.clamped(to: limits) }
  }
}
