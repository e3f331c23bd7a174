import Foundation
import Logging
import PoolModel
import Records

/// The one thread that writes Records.
///
/// What judgement decides waits here, bounded; when it is full judgement stops and intake goes on.
final class RecordsWriter: Sendable {
  /// Told whether the decision became durable.
  typealias Completion = @Sendable (Bool) -> Void

  private enum Work: Sendable {
    case decision(Decision, completion: Completion?)
    case refusals([Refusal], at: Timestamp)
  }

  private let records: Records
  private let clock: any PoolModel.Clock
  private let systemAlarms: SystemAlarms
  private let logger: Logger
  private let onDurable: @Sendable (Decision) -> Void
  /// At one decision a slice of judgement, half a minute of a full load.
  private let queue = WorkQueue<Work>(limit: 256)

  init(
    records: Records, clock: any PoolModel.Clock, systemAlarms: SystemAlarms, logger: Logger,
    onDurable: @escaping @Sendable (Decision) -> Void
  ) {
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
    let isAccepted = queue.append(.decision(decision, completion: completion))
    precondition(isAccepted, "a decision was handed over without room for it")
  }

  /// Hands over refusals for the quarantine; false when there is no room.
  func write(_ refusals: [Refusal], at time: Timestamp) -> Bool {
    queue.append(.refusals(refusals, at: time))
  }

  /// The thread, which empties the queue before it ends.
  func service() -> ThreadService {
    ThreadService(name: "records", body: { self.run() }, stop: { self.queue.stop() })
  }

  private func run() {
    var isAbandoning = false
    while let work = queue.next() {
      switch work {
      case .refusals(let refusals, let time):
        keep(refusals, at: time)
      case .decision(let decision, let completion):
        // What cannot be written is tried again for as long as the daemon runs. At a stop it and all
        // that follow are given up: the cursor has not moved, so the next start judges the same rows.
        while !isAbandoning, !apply(decision) { isAbandoning = queue.pause(for: .seconds(1)) }
        completion?(!isAbandoning)
      }
    }
  }

  private func apply(_ decision: Decision) -> Bool {
    do {
      try records.apply(decision, at: clock.now().wall)
      systemAlarms.clear(.records)
      if records.reserveGivenUp {
        systemAlarms.raise(.reserve, "the disk is full: the reserve of Records has been given up")
      }
      onDurable(decision)
      return true
    } catch {
      systemAlarms.raise(.records, "Records cannot be written: \(error)")
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
