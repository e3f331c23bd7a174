import PoolModel
import QualityControl
import RingStore

/// A stored sample whose flag is made again.
struct CheckedSample {
  let series: Series
  let time: Timestamp
  /// As it is stored, and then with the flag made again.
  private(set) var sample: Sample
  /// What its tests say but for the spike.
  private let severity: UInt8

  /// Takes the sample at `index` of `slice` into `chain`; gives back with it what is known now of the spike
  /// of the sample before.
  static func take(
    _ slice: SeriesSlice, _ index: Int, of series: Series, by chain: inout SeriesChain
  ) -> (CheckedSample, previousSpike: UInt8) {
    let outcome = chain.take(slice.values[index], at: slice.times[index])
    let sample = CheckedSample(
      series: series, time: slice.times[index],
      sample: slice.sample(at: index, of: series.parameter), severity: outcome.severity)
    return (sample, outcome.previousSpike)
  }

  /// Stages its flag, where that has become another one.
  mutating func amend(previousSpike: UInt8, in store: RingStore) {
    let flag = SeriesChain.flag(max(severity, previousSpike), marks: sample.gatewayMarks)
    guard sample.flag != .missing, sample.flag != flag else { return }
    sample.flag = flag
    store.settleFlag(of: sample, pool: series.pool, time: time)
  }
}
