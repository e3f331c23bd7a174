import PoolModel
import Registry
import RingStore

extension Configuration.Store {
  /// The directory of the store's files.
  var storePath: String { "\(directory)/store" }

  /// The store that the configuration describes.
  var ringConfiguration: RingStore.Configuration {
    RingStore.Configuration(
      retention: retention, minuteRetention: minuteRetention, hourRetention: hourRetention,
      dayRetention: dayRetention, pageByteCount: pageByteCount,
      journalByteCount: journalByteCount, assumedRowByteCount: assumedRowByteCount)
  }
}
