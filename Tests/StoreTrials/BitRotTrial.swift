import PoolModel
import RingStore
import SimulatedDisk

/// One bit of the store's files is flipped, the store opened and all of it read: every bit at the front
/// of every page, where its header is, and random bits of all files.
///
/// Nothing may come back wrong; what is lost is named, and nothing else is lost with it.
///
/// Rollups are compared, too: of a damaged page of them what is left has to be right.
///
/// The first seeds are the bits of the headers, those after them are chances.
struct BitRotTrial: Trial {
  let name = "bit-rot"
  private var sample: RottingStore?
  private var tally = Counts()

  var counts: String { tally.description }

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    let next = seed.map { $0 + 1 } ?? 0
    let headerBits = UInt64(sample?.headerBits.count ?? 1)
    return next < headerBits + (isLong ? 1_000_000 : 100_000) ? next : nil
  }

  mutating func run(seed: UInt64) -> [String] {
    do {
      let sample = try self.sample ?? RottingStore()
      self.sample = sample
      let bit = sample.bit(seed)
      let disk = sample.disk.copy()
      disk.corrupt(bit.file) { $0[bit.byte] ^= 1 << bit.bit }
      let verdict = try sample.verdict(on: disk, flipped: bit, goesOn: seed % 16 == 0)
      tally[seed < UInt64(sample.headerBits.count) ? "bits of headers" : "bits of all files"] += 1
      tally[verdict.kind.rawValue] += 1
      return verdict.complaints.isEmpty ? [] : ["\(bit)"] + verdict.complaints
    } catch {
      tally["refused"] += 1
      return ["\(error)"]
    }
  }
}
