import Alerting
import Measuring
import PoolModel

/// The readings of a district, round by round: at first two minutes apart, until all windows are full, then
/// every ten seconds.
struct Rounds {
  /// The number of rounds two minutes apart: more than the 30 buckets of a line, and what it takes until a
  /// drift is certain.
  static let fillingCount = 45
  /// The rounds after them: those of three buckets.
  static let closeCount = 36
  /// Rows that the daemon judges at a time.
  private static let stretchRowCount = 2000
  /// 2026-01-01T00:00Z, where a bucket begins.
  private static let start = Timestamp(milliseconds: 1_767_225_600_000)

  private(set) var water: JudgedWater
  /// The newest round as the store hands it to judgement.
  private(set) var stretches: [SampleStretch] = []
  private(set) var time = Self.start
  private var number = 0

  /// The rounds of `plan`, before the first.
  init(_ plan: Plan) {
    water = JudgedWater(plan)
  }

  /// When the newest round is judged: a second after its time.
  var now: Moment {
    Moment(
      wall: time + .seconds(1), monotonic: .seconds(1_000_000) + (time - Self.start))
  }

  /// Whether the newest round is one of those ten seconds apart.
  var isClose: Bool { number > Self.fillingCount }
  /// Whether the newest round is the first of a bucket, with which the one before ends.
  var endsBucket: Bool { time.milliseconds % 120_000 == 0 }

  /// Makes the next round; false after the last.
  mutating func advance() -> Bool {
    guard number < Self.fillingCount + Self.closeCount else { return false }
    number += 1
    time = time + .seconds(isClose ? 10 : 120)
    water.round(at: time, into: &stretches, rowCount: Self.stretchRowCount)
    return true
  }
}

extension AlarmEngine {
  /// Judges all rows of `stretch`: without new flags nothing stops in between.
  mutating func judge(whole stretch: SampleStretch, now: Moment) -> [AlarmTransition] {
    var next = 0
    return judge(stretch, from: &next, now: now)
  }
}
