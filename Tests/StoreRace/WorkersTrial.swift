import Foundation
import LinuxSystem
import PoolModel
import RingStore

/// A store whose pools are worked on by several threads, and one that has its owner's alone: their files
/// must be the same, byte for byte.
struct WorkersTrial {
  private static let poolCount = 40
  // More than wait in memory between two checkpoints: some are taken into the pages beside the commits.
  private static let rowsPerPool = 2000

  /// Runs it to its end.
  ///
  /// - Throws: when a store fails, or the files differ.
  func run() throws {
    let home = "/tmp/poolwatch-race-\(UUID().uuidString.prefix(13).lowercased())"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
    // What cannot be removed hurts nobody.
    defer { try? FileManager.default.removeItem(atPath: home) }
    try Self.fill("\(home)/alone", workers: CallerAlone())
    try Self.fill("\(home)/shared", workers: WorkerThreads(threadCount: 3))
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(home)/alone").sorted()
    for name in names {
      let paths = ["alone", "shared"].map { "\(home)/\($0)/\(name)" }
      guard FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]) else {
        throw Difference(file: name)
      }
    }
  }

  private struct Difference: Error {
    let file: String
  }

  private static func fill(_ path: String, workers: any Workers) throws {
    let store = try RingStore(
      plan: plan,
      configuration: RingStore.Configuration(
        retention: .seconds(5000), pageByteCount: 1024, journalByteCount: 4 << 20),
      storage: try DiskStorage(path: path))
    store.workers = workers
    for index in 0..<rowsPerPool {
      let time = Timestamp(milliseconds: Int64(index) * 10_000)
      for pool in 0..<poolCount {
        // Some rows come late.
        let shift: Duration = (index + pool) % 97 == 96 ? .seconds(-905) : .zero
        let samples = (0..<2).map { parameter in
          Sample(
            parameter: ParameterNumber(parameter),
            value: Double((index * 7 + pool * 3 + parameter) % 89) / 100, flag: .good)
        }
        _ = store.append(
          SampleRow(pool: PoolNumber(pool), time: time + shift, samples: samples), arrival: time)
      }
      if index % 60 == 59 {
        try store.commit(at: time)
        store.release(judgedUpTo: store.committed)
      }
      if index % 250 == 249, !(500..<1700).contains(index) { try store.checkpoint(at: time) }
    }
    try store.checkpoint(at: Timestamp(milliseconds: Int64(rowsPerPool) * 10_000))
  }

  private static let plan = Plan.ofPools(poolCount)
}
