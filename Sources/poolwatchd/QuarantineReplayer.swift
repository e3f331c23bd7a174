import Decoding
import Logging
import Pipeline
import PoolModel
import Querying
import Records
import Registry
import RingStore
import ServiceLifecycle
import Synchronization
import WebService

/// Takes in what was refused and is acceptable now, slice by slice between the batches of intake.
///
/// A slice is stored durably first, then its entries leave the quarantine. A crash between the two
/// leaves them there: taken in once more they are duplicates, which the store drops.
final class QuarantineReplayer: Sendable {
  private let jobs: JobQueue
  private let writer: RecordsWriter
  private let records: Records
  private let systemAlarms: SystemAlarms
  private let logger: Logger
  private let isBusy = Mutex(false)

  /// A replayer of what `records` hold.
  init(
    jobs: JobQueue, writer: RecordsWriter, records: Records, systemAlarms: SystemAlarms,
    logger: Logger
  ) {
    self.jobs = jobs
    self.writer = writer
    self.records = records
    self.systemAlarms = systemAlarms
    self.logger = logger
  }

  /// Replays what `selection` names with the configuration of `moment`.
  ///
  /// - Throws: `RequestError`.
  func replay(
    _ selection: ReplaySelection, in moment: SettingsInForce.Moment
  ) async throws -> ReplayAnswer {
    guard
      isBusy.withLock({ isBusy in
        defer { isBusy = true }
        return !isBusy
      })
    else { throw RequestError.conflict("another replay is under way") }
    defer { isBusy.withLock { $0 = false } }
    let generation = moment.generation
    var run = try await jobs.perform { pipeline, _ in
      try pipeline.requireGeneration(generation)
      return pipeline.beginReplay(
        venue: selection.venue, isTrial: selection.isDryRun,
        judgesTimesNow: selection.reason == .futureTime)
    }
    var counts = ReplayCounts(selection: selection, zone: moment.settings.plan.district.zone)
    var last: Int64 = 0
    while true {
      // The web service ends only when its answers have: a million messages would keep it for minutes.
      if Task.isShuttingDownGracefully {
        throw RequestError.unavailable(
          "poolwatchd is stopping: what was taken in until now is stored")
      }
      let entries = try records.quarantined(
        after: last, reason: selection.reason, from: selection.from, through: selection.through,
        limit: Self.sliceCount)
      guard let newest = entries.last else { break }
      last = newest.id
      var rest = entries.filter { !counts.isCut($0) }[...]
      while !rest.isEmpty {
        let slice = try await take(rest, in: run, generation: generation, selection)
        run = slice.run
        for (entry, outcome) in zip(rest, slice.outcomes) { counts.add(entry, outcome) }
        rest = rest.dropFirst(slice.outcomes.count)
      }
    }
    logger.info(
      "quarantine replayed",
      metadata: [
        "quarantine.taken": "\(counts.answer.taken)",
        "quarantine.refused": "\(counts.answer.refused)",
        "quarantine.dry_run": "\(selection.isDryRun)",
      ])
    return counts.answer
  }

  private struct Slice: Sendable {
    let run: QuarantineReplay
    let outcomes: [ReplayOutcome]
  }

  /// Stores what is acceptable of the first of `entries`, then lets those that are whole leave.
  private func take(
    _ entries: ArraySlice<QuarantineEntry>, in run: QuarantineReplay, generation: Int,
    _ selection: ReplaySelection
  ) async throws -> Slice {
    let (writer, systemAlarms) = (writer, systemAlarms)
    return try await jobs.performLater { pipeline, now, answer in
      do {
        try pipeline.requireGeneration(generation)
        guard writer.hasRoom else {
          throw RequestError.unavailable("Records cannot keep up, try again later")
        }
        if let text = systemAlarms.text(of: .clock) { throw RequestError.unavailable(text) }
        var run = run
        let outcomes = try pipeline.replay(
          entries.map {
            QuarantinedMessage(
              topic: $0.topic, payload: $0.payload, time: $0.time, isRetained: $0.isRetained)
          }, in: &run, now: now)
        let slice = Slice(run: run, outcomes: outcomes)
        let taken = zip(entries, outcomes).filter { $1.isWhole }.map(\.0.id)
        guard !selection.isDryRun, !taken.isEmpty else { return answer(.success(slice)) }
        writer.write(replayed: taken, at: now.wall) { isDurable in
          answer(
            isDurable
              ? .success(slice)
              : .failure(
                RequestError.unavailable(
                  "what was acceptable is stored, but Records cannot be written now: ask again, "
                    + "it is a duplicate then")))
        }
      } catch let error as RequestError {
        answer(.failure(error))
      } catch {
        answer(.failure(RequestError.unavailable("readings cannot be stored: \(error)")))
      }
    }
  }

  /// Entries read and handed over at once: at 4 KiB each, a quarter of a megabyte.
  private static let sliceCount = 64
}

/// Counts what became of the messages of one run.
private struct ReplayCounts {
  private let selection: ReplaySelection
  private let zone: Zone
  private(set) var answer: ReplayAnswer

  init(selection: ReplaySelection, zone: Zone) {
    self.selection = selection
    self.zone = zone
    answer = ReplayAnswer(isDryRun: selection.isDryRun)
  }

  /// Whether only the beginning of `entry` is kept; counted then, when it is of the venue asked for.
  mutating func isCut(_ entry: QuarantineEntry) -> Bool {
    guard entry.isCut || entry.isTopicCut else { return false }
    guard selection.venue == nil || TopicPattern.venueNamed(by: entry.topic) == selection.venue
    else { return true }
    answer.examined += 1
    answer.cut += 1
    if answer.cutMessages.count < Self.cutLimit {
      let what =
        entry.isCut
        ? "\(entry.payload.count) of \(entry.payloadByteCount) bytes" : "the topic's beginning"
      answer.cutMessages.append(
        "\(zone.rfc3339(entry.time)) \(entry.topic): \(what) are kept")
    }
    return true
  }

  mutating func add(_ entry: QuarantineEntry, _ outcome: ReplayOutcome) {
    guard outcome.isSelected else { return }
    answer.examined += 1
    answer.stored += outcome.values.stored
    answer.duplicate += outcome.values.duplicate
    answer.conflict += outcome.values.conflict
    answer.tooOld += outcome.values.tooOld
    if outcome.isWhole {
      answer.taken += 1
    } else {
      if outcome.isPartial { answer.takenInPart += 1 } else { answer.refused += 1 }
      answer.refusedByReason[entry.reason.rawValue, default: 0] += 1
    }
  }

  /// Cut messages told by name.
  private static let cutLimit = 20
}
