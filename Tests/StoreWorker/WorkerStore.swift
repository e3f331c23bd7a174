import LinuxSystem
import PoolModel
import RingStore

/// The store that a worker opens: small pages and a small journal, so that rings and journal turn
/// often.
enum WorkerStore {
  /// Four pools with three parameters, a reading every 10 s.
  static let plan = Plan(
    district: District(
      code: "310107", title: Title(english: "Putuo", chinese: "普陀区"), zone: .utc),
    interval: .seconds(10),
    parameters: ["free_chlorine", "ph", "temperature"].map {
      Parameter(name: $0, unit: "", title: Title(english: $0, chinese: $0), plausible: -1e9...1e9)
    },
    required: (0..<BatchScript.parameterCount).map(ParameterNumber.init),
    venues: [
      Venue(
        id: "venue", title: Title(english: "one", chinese: "一"), street: "s", openingHours: [])
    ],
    pools: (0..<BatchScript.poolCount).map { index in
      Pool(
        id: PoolID(venue: "venue", pool: "pool-\(index)"), venue: 0,
        title: Title(english: "p", chinese: "p"), kind: .indoor, disinfectant: .chlorine,
        resolution: [:])
    })

  /// 300 rows a pool, also of the script's many values that cannot be packed, and all rollups of them.
  static let configuration = RingStore.Configuration(
    retention: .seconds(3000), minuteRetention: .seconds(60_000),
    hourRetention: .seconds(7 * 86_400), dayRetention: .seconds(30 * 86_400), pageByteCount: 1024,
    journalByteCount: 65_536,
    assumedRowByteCount: 16)

  /// Where the files lie in a worker's directory.
  static func path(in directory: String) -> String { directory + "/store" }

  /// Opens the store in `directory`, which must be there, as the daemon does: under its lock.
  static func open(_ directory: String) throws(WorkerFailure) -> Opened {
    let start = ContinuousClock.now
    do {
      let lock = try DirectoryLock(path: directory)
      let store = try RingStore(
        plan: plan, configuration: configuration,
        storage: try DiskStorage(path: path(in: directory)))
      return Opened(store: store, lock: lock, duration: ContinuousClock.now - start)
    } catch {
      throw .refused("\(error)")
    }
  }

  /// An open store.
  struct Opened {
    let store: RingStore
    /// Held as long as the store is.
    let lock: DirectoryLock
    /// How long opening took.
    let duration: Duration
  }
}
