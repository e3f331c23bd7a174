import Foundation
import LinuxSystem
import PoolModel
import RingStore

/// Stores, each owned by a thread that appends and commits, and threads that read through its gate.
struct ReadersTrial {
  let storeCount: Int
  let readerCount: Int

  private static let batchCount = 50
  private static let rowsPerBatch = 60
  private static let poolCount = 3

  /// Runs it to its end.
  ///
  /// - Throws: when the directories cannot be made; a wrong answer ends the process.
  func run() throws {
    let home = "/tmp/poolwatch-race-\(UUID().uuidString.prefix(13).lowercased())"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
    // What cannot be removed hurts nobody.
    defer { try? FileManager.default.removeItem(atPath: home) }
    let ends = Countdown(storeCount * (1 + readerCount))
    for number in 0..<storeCount {
      let gate = StoreGate()
      let path = "\(home)/\(number)"
      start(ends) { Self.write(path, gate) }
      for reader in 0..<readerCount { start(ends) { Self.read(gate, seed: UInt64(reader)) } }
    }
    ends.wait()
  }

  private func start(_ ends: Countdown, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread {
      body()
      ends.count()
    }
    thread.stackSize = 1 << 20
    thread.start()
  }

  // MARK: The owner

  /// Opens the store in `path`, commits batches with a turn of the gate between them, and opens it
  /// again half-way.
  private static func write(_ path: String, _ gate: StoreGate) {
    do {
      var store = try open(path)
      for batch in 0..<batchCount {
        if batch == batchCount / 2 {
          gate.runJobs(on: store)
          store = try open(path)
        }
        let now = Timestamp(milliseconds: Int64(batch * rowsPerBatch) * 10_000)
        for index in 0..<rowsPerBatch {
          // Every eighth row is late, by one batch.
          let late = index % 8 == 0 && batch > 0 ? rowsPerBatch : 0
          _ = store.append(row(batch * rowsPerBatch + index - late, late: late > 0), arrival: now)
        }
        try store.commit(at: now)
        if batch % 10 == 9 {
          store.release(judgedUpTo: store.committed)
          try store.checkpoint(at: now)
        }
        gate.runJobs(on: store)
      }
      gate.close(after: store)
    } catch {
      fail("the writer: \(error)")
    }
  }

  private static func open(_ path: String) throws -> RingStore {
    try RingStore(
      plan: plan,
      configuration: RingStore.Configuration(
        retention: .seconds(5000), pageByteCount: 1024, journalByteCount: 65_536),
      storage: try DiskStorage(path: path))
  }

  /// The row at place `number` of the stream; a late one stands half-way to the next.
  private static func row(_ number: Int, late: Bool) -> SampleRow {
    let time = Int64(number) * 10_000 + (late ? 5000 : 0)
    return SampleRow(
      pool: PoolNumber(number % poolCount), time: Timestamp(milliseconds: time),
      samples: (0..<2).map {
        Sample(parameter: ParameterNumber($0), value: value(at: time, $0), flag: .good)
      })
  }

  private static func value(at time: Int64, _ parameter: Int) -> Double {
    Double(time / 5000 % 700 + Int64(parameter)) / 100
  }

  // MARK: Readers

  /// Asks one question after another until the gate closes, and checks every answer.
  private static func read(_ gate: StoreGate, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var newest = Timestamp.distantPast
    var askedCount = 0
    while true {
      let pool = PoolNumber(Int(random.next() % UInt64(poolCount)))
      let question = random.next() % 4
      let from = Timestamp(
        milliseconds: Int64(random.next() % UInt64(batchCount * rowsPerBatch)) * 10_000)
      let answer: Answer? = gate.ask { store in
        do {
          switch question {
          case 0:
            return .rows(
              try store.rows(of: pool, from: from, through: .distantFuture, limit: 50))
          case 1:
            return .rows(try store.rows(after: store.oldestHeld, limit: 50).rows)
          case 2:
            let series = Series(pool: pool, parameter: ParameterNumber(0))
            return .time(store.latest(series)?.time)
          default:
            return .time(store.occupancy.pageCount > 0 ? store.newestCommitTime : nil)
          }
        } catch {
          return .failure("\(error)")
        }
      }
      askedCount += 1
      switch answer {
      case nil:
        if askedCount < 20 { fail("only \(askedCount) questions") }
        return
      case .rows(let rows): check(rows)
      case .time(let time):
        if question == 3, let time {
          if time < newest { fail("the newest commit went back") }
          newest = time
        }
      case .failure(let words): fail(words)
      }
    }
  }

  private enum Answer: Sendable {
    case rows([SampleRow])
    case time(Timestamp?)
    case failure(String)
  }

  private static func check(_ rows: [SampleRow]) {
    for row in rows {
      for sample in row.samples
      where sample.value != value(at: row.time.milliseconds, sample.parameter.index) {
        fail("\(sample) at \(row.time.milliseconds)")
      }
    }
  }

  private static func fail(_ words: String) -> Never {
    FileHandle.standardError.write(Data("storerace: \(words)\n".utf8))
    exit(1)
  }

  private static let plan = Plan.ofPools(poolCount)
}
