import Decoding
import LinuxSystem
import Logging
import Pipeline
import PoolModel
import Records
import Registry
import RingStore

/// Opens the store and makes the pipeline, at the start and at every reload.
///
/// Everything here runs on the intake thread.
struct PipelineBuilder {
  let records: Records
  let systemAlarms: SystemAlarms
  let clock: SystemClock
  let logger: Logger

  /// A pipeline for `settings` that goes on at `state`.
  ///
  /// - Throws: `StoreOpeningError` when the store cannot be opened, `RingStoreError` when it cannot be read, or what Records throw.
  func pipeline(
    _ settings: Configuration, state: JudgementState, after former: Pipeline?
  ) throws -> Pipeline {
    let store = try openStore(settings)
    if former == nil { noteLostRecords(beside: store, settings) }
    // A clock that cannot be right must not date what lasts.
    var trust = ClockTrust(newestCommit: store.newestCommitTime)
    var now = clock.now()
    if !trust.trusts(now, isSynchronized: ClockDiscipline.isKnownToBeSynchronized) {
      now = trust.dated(now)
    }
    let pipeline = try Pipeline(
      settings: PipelineSettings(settings), store: store, state: state, after: former, now: now)
    if pipeline.cursorIsForeign {
      logger.warning("Records belong to another store: everything in this one is judged again")
      if former == nil { noteLostStore(store, settings) }
      try records.resetCursor(to: store.oldestHeld)
    }
    return pipeline
  }

  /// Says so where Records have a history, and their store is gone: until the next start, since what it had
  /// does not come back.
  private func noteLostStore(_ store: RingStore, _ settings: Configuration) {
    guard store.recovery.isCreated else { return }
    systemAlarms.raise(
      .storeLost,
      "there was no store in \(settings.store.storePath) at the start: all readings of before are gone. If a "
        + "snapshot has them, bring that back; else this ends with the next start")
  }

  /// Says so where a store has a history, and its Records are gone: until the next start, since what they
  /// had does not come back.
  private func noteLostRecords(beside store: RingStore, _ settings: Configuration) {
    guard records.isNew, store.newestCommitTime != nil else { return }
    let path = "\(settings.store.directory)/records.sqlite"
    logger.warning("Records were not there and begin anew", metadata: ["records.path": "\(path)"])
    systemAlarms.raise(
      .recordsLost,
      "\(path) was not there at the start: the alarms, acknowledgements and notices of before are gone. "
        + "If a snapshot has them, bring that back; else this ends with the next start")
  }

  private func openStore(_ settings: Configuration) throws -> RingStore {
    let path = settings.store.storePath
    try requireRoom(for: settings, path: path)
    let storage = try DiskStorage(path: path)
    let store = try StoreOpeningError.wrap(path) { () throws(RingStoreError) in
      try RingStore(
        plan: settings.plan, configuration: settings.store.ringConfiguration,
        rules: RollupRules(plan: settings.plan, profiles: settings.profiles), storage: storage)
    }
    store.workers = WorkerThreads.forThisMachine()
    let report = store.recovery
    logger.info("store opened", metadata: ["store.path": "\(path)", "store.recovery": "\(report)"])
    return store
  }

  /// Refuses to make a store that the disk has no room for, before any of it is made.
  private func requireRoom(for settings: Configuration, path: String) throws {
    guard try Files.names(inDirectory: path).isEmpty else { return }
    let needed = try RingStore.sizes(
      plan: settings.plan, configuration: settings.store.ringConfiguration
    ).byteCount
    let place = try Files.nearestDirectory(to: path)
    let free = try Files.freeByteCount(ofDiskWith: place)
    guard needed <= free else { throw StoreRoomError(needed: needed, free: free, place: place) }
  }
}

/// The disk has no room for the store that the configuration describes.
struct StoreRoomError: Error, Hashable, CustomStringConvertible {
  /// Bytes that the store takes.
  let needed: Int
  /// Bytes that are free.
  let free: Int
  /// A directory on the disk.
  let place: String

  var description: String {
    "the store of this plan takes \(needed) bytes and the disk of \(place) has \(free): make room, or "
      + "keep less (store.*_retention_days; 'poolwatch store size' says what that takes)"
  }
}

extension PipelineSettings {
  /// What the pipeline needs of a configuration.
  init(_ settings: Configuration) {
    self.init(
      plan: settings.plan, profiles: settings.profiles, rules: settings.rules,
      quality: settings.quality, people: settings.people, gateways: settings.gateways,
      payloadLimits: .init(
        payloadByteCount: settings.intake.payloadByteCount,
        arrayReadingCount: settings.intake.arrayReadingCount,
        topicByteCount: settings.intake.topicByteCount),
      burst: settings.intake.burst)
  }
}
