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
  /// - Throws: `RingStoreError` when the store cannot be opened or read, or what Records throw.
  func pipeline(
    _ settings: Configuration, state: JudgementState, after former: Pipeline?
  ) throws -> Pipeline {
    let store = try openStore(settings)
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
      try records.resetCursor(to: store.oldestHeld)
    }
    return pipeline
  }

  private func openStore(_ settings: Configuration) throws -> RingStore {
    let path = settings.store.storePath
    try requireRoom(for: settings, path: path)
    let store = try RingStore(
      plan: settings.plan, configuration: settings.store.ringConfiguration,
      rules: RollupRules(plan: settings.plan, profiles: settings.profiles),
      storage: try DiskStorage(path: path))
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
      people: settings.people, gateways: settings.gateways,
      payloadLimits: .init(
        payloadByteCount: settings.intake.payloadByteCount,
        arrayReadingCount: settings.intake.arrayReadingCount,
        topicByteCount: settings.intake.topicByteCount),
      burst: settings.intake.burst)
  }
}
