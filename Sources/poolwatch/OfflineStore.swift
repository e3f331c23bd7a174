import ArgumentParser
import LinuxSystem
import PoolModel
import Records
import Registry
import RingStore

/// The store of a daemon that does not run, locked against one that starts.
struct OfflineStore {
  let settings: Configuration
  private let lock: DirectoryLock

  /// The directory that holds all data of the daemon.
  var directory: String { settings.store.directory }
  /// The directory of the store's files.
  var path: String { settings.store.storePath }

  /// Runs `body` with the store that `options` name, locked until it ends; `instead` is what to ask
  /// the running daemon, nil when it cannot be asked for that.
  ///
  /// - Throws: `CommandFailure` when a daemon has the store; what `body` throws.
  static func use(
    _ options: StoreOptions, instead: String? = nil, isReading: Bool = false,
    _ body: (OfflineStore) throws -> Void
  ) throws {
    let settings = try options.load()
    guard try Files.kind(ofPath: settings.store.directory) == .directory else {
      throw CommandFailure(
        "there is no store: \(settings.store.directory) is no directory; poolwatchd makes one when it "
          + "starts", exitCode: .data)
    }
    try use(settings, instead: instead, isReading: isReading, body)
  }

  /// Runs `body` with the store of `settings`, whose directory is there.
  static func use(
    _ settings: Configuration, instead: String? = nil, isReading: Bool = false,
    _ body: (OfflineStore) throws -> Void
  ) throws {
    let store = OfflineStore(
      settings: settings,
      lock: try lock(settings.store.directory, instead: instead, isReading: isReading))
    try withExtendedLifetime(store.lock) { try body(store) }
  }

  private static func lock(
    _ directory: String, instead: String?, isReading: Bool
  ) throws -> DirectoryLock {
    do throws(DirectoryLockError) {
      return try DirectoryLock(path: directory, isReading: isReading)
    } catch {
      if case .system(let cause) = error, cause.isPermission {
        throw CommandFailure(
          "\(error): run it as the user of poolwatchd, as in 'sudo -u poolwatch poolwatch …'",
          exitCode: .failure)
      }
      guard case .held = error else { throw error }
      let holder = DirectoryLock.holder(path: directory).map { " (process \($0))" } ?? ""
      let cure = instead.map { ", or ask it with '\($0)'" } ?? ""
      throw CommandFailure(
        "poolwatchd\(holder) has the store in \(directory): stop it first, with "
          + "'systemctl stop poolwatchd'\(cure)", exitCode: .unavailable)
    }
  }

  /// Opens the store for reading: whatever opening has to recover stays in memory.
  func openForReading() throws -> RingStore {
    try Self.openForReading(path, settings: settings)
  }

  /// Opens the store for reading nothing but raw rows, with another plan than the configuration's where
  /// one is given.
  func openForRows(plan: Plan? = nil) throws -> RingStore {
    try Self.openForReading(path, settings: settings, plan: plan, readsRowsAlone: true)
  }

  /// Opens the store in `path` for reading.
  static func openForReading(
    _ path: String, settings: Configuration, plan: Plan? = nil, readsRowsAlone: Bool = false
  ) throws -> RingStore {
    try requireStore(path)
    let store = try open(
      OverlayStorage(over: try DiskStorage(path: path)), in: path, settings: settings, plan: plan,
      readsRowsAlone: readsRowsAlone)
    guard !store.recovery.isCreated else {
      throw CommandFailure("there is no store in \(path)", exitCode: .data)
    }
    return store
  }

  /// Opens the store to write to it; makes it where there is none.
  func openForWriting() throws -> RingStore {
    try Self.open(try DiskStorage(path: path), in: path, settings: settings)
  }

  /// Makes the Records of a store that was made just now: without them the daemon would take theirs for
  /// lost.
  func makeRecords() throws {
    _ = try Records(
      directory: directory, limits: .init(quarantineEntries: settings.quarantineEntries))
  }

  private static func open(
    _ storage: any Storage, in path: String, settings: Configuration, plan: Plan? = nil,
    readsRowsAlone: Bool = false
  ) throws -> RingStore {
    try StoreOpeningError.wrap(path) { () throws(RingStoreError) in
      try RingStore(
        plan: plan ?? settings.plan, configuration: settings.store.ringConfiguration,
        rules: RollupRules(plan: settings.plan, profiles: settings.profiles),
        readsRowsAlone: readsRowsAlone, storage: storage)
    }
  }

  /// An empty directory is none: a store would be made in it.
  private static func requireStore(_ path: String) throws {
    guard try !Files.names(inDirectory: path).isEmpty else {
      throw CommandFailure("there is no store in \(path)", exitCode: .data)
    }
  }
}
