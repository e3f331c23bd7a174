import PoolModel
import RingStore
import SimulatedDisk

/// What damage may cost: what is not there, or not the same, when the pages that are named damaged
/// are destroyed on a sound copy of the disk, or when a batch of the journal had never come.
struct DamageScope {
  /// The values that are not there.
  let lost: Set<ValueModel.Key>
  /// The values that have other marks, because a page that joined them to it is gone.
  let changed: [ValueModel.Key: ValueModel.Value]

  /// What the batch between `before` and `after` brought.
  init(from before: ValueModel, to after: ValueModel) {
    lost = Set(after.entries.keys.filter { before.entries[$0] == nil })
    changed = before.entries.mapValues(\.value).filter { after.entries[$0.key]?.value != $0.value }
  }

  init(
    of pages: [DamagedPage], on disk: SimulatedDisk, shape: StoreShape
  ) throws(RingStoreError) {
    guard !pages.isEmpty else {
      lost = []
      changed = [:]
      return
    }
    let broken = disk.copy()
    for page in pages {
      broken.corrupt(page.file) { bytes in
        for index in page.offset..<page.offset + shape.pageByteCount { bytes[index] = 0xA5 }
      }
    }
    let whole = try shape.open(disk.copy()).allValues(poolCount: shape.poolCount)
    let left = try shape.open(broken).allValues(poolCount: shape.poolCount)
    lost = Set(whole.keys).subtracting(left.keys)
    changed = left.filter { whole[$0.key] != $0.value }
  }
}
