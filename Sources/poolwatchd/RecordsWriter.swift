import Foundation
import Logging
import PoolModel
import Records
import Synchronization

/// The one thread that writes Records.
///
/// What judgement decides waits here, bounded; when it is full judgement stops and intake goes on.
final class RecordsWriter: Sendable {
  /// Told whether the decision is durable now.
  typealias Completion = @Sendable (Bool) -> Void

  private enum Work: Sendable {
    case decision(Decision, number: Int)
    case refusals([Refusal], at: Timestamp)
    case replayed([Int64], at: Timestamp, number: Int)
    case brokerDrops(Int)
  }

  private struct Waiting {
    var nextNumber = 0
    /// Who waits for which decision, or for which replayed messages.
    var completions: [Int: Completion] = [:]
    var isFailing = false
  }

  private let records: Records
  private let clock: any PoolModel.Clock
  private let systemAlarms: SystemAlarms
  private let logger: Logger
  private let onDurable: @Sendable (Decision) -> Void
  /// At one decision a slice of judgement, half a minute of a full load.
  private let queue = WorkQueue<Work>(limit: 256)
  /// Beyond so many waiting pieces no refusals are taken, so that garbage keeps no alarm waiting.
  private static let refusalsLimit = 64
  private let waiting = Mutex(Waiting())
  private let bell: Bell

  init(
    records: Records, clock: any PoolModel.Clock, systemAlarms: SystemAlarms, logger: Logger,
    onDurable: @escaping @Sendable (Decision) -> Void
  ) throws {
    bell = try Bell()
    self.records = records
    self.clock = clock
    self.systemAlarms = systemAlarms
    self.logger = logger
    self.onDurable = onDurable
  }

  /// Whether judgement may go on.
  var hasRoom: Bool { queue.hasRoom }
  /// Whether everything handed over is durable.
  var isIdle: Bool { queue.isIdle }

  /// Hands over a decision.
  ///
  /// - Precondition: `hasRoom`. Only the intake thread hands over, so room stays once it was there.
  func write(_ decision: Decision, completion: Completion? = nil) {
    handOver(completion) { .decision(decision, number: $0) }
  }

  /// Hands over refusals for the quarantine; false when there is no room.
  func write(_ refusals: [Refusal], at time: Timestamp) -> Bool {
    queue.count < Self.refusalsLimit && queue.append(.refusals(refusals, at: time))
  }

  /// Hands over the broker's own count of what it has dropped; false when there is no room.
  func write(brokerDropCount count: Int) -> Bool {
    queue.count < Self.refusalsLimit && queue.append(.brokerDrops(count))
  }

  /// Hands over the numbers of quarantined messages that were taken in after all.
  ///
  /// - Precondition: `hasRoom`, asked on the intake thread, as for a decision.
  func write(replayed ids: [Int64], at time: Timestamp, completion: @escaping Completion) {
    handOver(completion) { .replayed(ids, at: time, number: $0) }
  }

  /// Appends work for which `completion` waits, which is told no at once while Records cannot be
  /// written.
  private func handOver(_ completion: Completion?, _ work: (_ number: Int) -> Work) {
    let (number, isFailing) = waiting.withLock { waiting in
      defer { waiting.nextNumber += 1 }
      if !waiting.isFailing { waiting.completions[waiting.nextNumber] = completion }
      return (waiting.nextNumber, waiting.isFailing)
    }
    let isAccepted = queue.append(work(number))
    precondition(isAccepted, "work was handed over without room for it")
    if isFailing { completion?(false) }
  }

  /// The thread, which empties the queue before it ends.
  func service() -> ThreadService {
    ThreadService(
      name: "records", body: { self.run() },
      stop: {
        self.queue.stop()
        self.bell.stop()
      })
  }

  private func run() {
    var isAbandoning = false
    var refusalLog = RefusalLog(logger: logger)
    while let work = queue.next() {
      switch work {
      case .refusals(let refusals, let time):
        refusalLog.note(refusals, now: clock.now().monotonic)
        keep(refusals, at: time)
      case .brokerDrops(let count): note(brokerDropCount: count)
      case .replayed(let ids, let time, let number):
        let isNoted = note(replayed: ids, at: time)
        let completion = waiting.withLock { $0.completions.removeValue(forKey: number) }
        completion?(isNoted)
      case .decision(let decision, let number):
        // What cannot be written is tried again for as long as the daemon runs. At a stop it and all
        // that follow are given up: the cursor has not moved, so the next start judges the same rows.
        while !isAbandoning, !apply(decision) {
          giveUpOnAll()
          isAbandoning = !bell.wait(atMost: .seconds(1))
        }
        answer(number, isDurable: !isAbandoning)
      }
    }
    giveUpOnAll()
  }

  private func note(brokerDropCount count: Int) {
    do {
      try records.note(brokerDropCount: count)
    } catch {
      logger.warning("drops of the broker were not noted", metadata: ["error": "\(error)"])
    }
  }

  private func answer(_ number: Int, isDurable: Bool) {
    let completion = waiting.withLock { waiting in
      waiting.isFailing = !isDurable
      return waiting.completions.removeValue(forKey: number)
    }
    completion?(isDurable)
  }

  /// Keeps nobody waiting for what may take for ever, which would keep the web service from stopping.
  private func giveUpOnAll() {
    let completions = waiting.withLock { waiting in
      defer { waiting.completions = [:] }
      waiting.isFailing = true
      return waiting.completions.values
    }
    for completion in completions { completion(false) }
  }

  private func apply(_ decision: Decision) -> Bool {
    do {
      try records.apply(decision, at: clock.now().wall)
      systemAlarms.clear(.records)
      if records.reserveGivenUp {
        systemAlarms.raise(
          .reserve,
          "Records found no room and took its reserve: make room on its disk; the reserve is made anew "
            + "when poolwatchd starts next")
      }
      onDurable(decision)
      return true
    } catch {
      systemAlarms.raise(.records, "Records cannot be written: \(error)")
      return false
    }
  }

  /// Replayed messages that cannot be noted stay in the quarantine, and are duplicates the next time.
  private func note(replayed ids: [Int64], at time: Timestamp) -> Bool {
    do {
      try records.replayed(ids, at: time)
      return true
    } catch {
      logger.warning(
        "replayed messages were not noted",
        metadata: ["quarantine.count": "\(ids.count)", "error": "\(error)"])
      return false
    }
  }

  /// Refusals are not worth holding up alarms for: what cannot be kept is logged and gone.
  private func keep(_ refusals: [Refusal], at time: Timestamp) {
    do {
      try records.quarantine(refusals, at: time)
    } catch {
      logger.warning(
        "refusals were not kept",
        metadata: ["refusals.count": "\(refusals.count)", "error": "\(error)"])
    }
  }
}
