import LinuxSystem
import Logging
import PoolModel
import Registry
import ServiceLifecycle
import UnixSignals

/// Puts the configuration files in force as they are now, when SIGHUP asks for it.
///
/// A mistake in any of them leaves everything as it is, which is a system alarm until they are right. What cannot change in a running daemon (the
/// broker, the API's socket, mail, where and how the store lies) stays, and is named in a warning.
struct HangUp: Service {
  let path: String
  let overrides: [String]
  let inForce: SettingsInForce
  let reload: Reload
  let manager: ServiceManager
  let systemAlarms: SystemAlarms
  let clock: SystemClock
  let logger: Logger

  func run() async throws {
    var oldSince: Timestamp?
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() {
      let microseconds = clock.now().monotonic / .microseconds(1)
      manager.tell("RELOADING=1\nMONOTONIC_USEC=\(UInt64(microseconds))")
      do {
        try await putInForce()
        oldSince = nil
        systemAlarms.clear(.configuration)
        manager.tell("READY=1\nSTATUS=configuration reloaded")
      } catch let error as ConfigurationError {
        for mistake in error.mistakes {
          logger.error(
            "configuration is wrong; the old one stays in force",
            metadata: ["config.mistake": "\(mistake)"])
        }
        let count = error.mistakes.count
        let more = count > 1 ? " (and \(count - 1) more)" : ""
        noteOld(since: &oldSince, error.mistakes.first.map { "\($0)\(more)" } ?? "")
        manager.tell("READY=1\nSTATUS=old configuration in force: \(count) mistakes in the new one")
      } catch {
        logger.error(
          "configuration not reloaded; the old one stays in force", metadata: ["error": "\(error)"])
        noteOld(since: &oldSince, "\(error)")
        manager.tell("READY=1\nSTATUS=old configuration in force: \(error)")
      }
    }
  }

  /// Raises the alarm that the files are not in force, with the first time that they were not.
  private func noteOld(since: inout Timestamp?, _ reason: String) {
    let time = since ?? clock.now().wall
    since = time
    let zone = inForce.now.settings.plan.district.zone
    systemAlarms.raise(
      .configuration,
      "the old configuration is in force: the new one was refused since \(zone.rfc3339(time)): \(reason)"
    )
  }

  private func putInForce() async throws {
    let new = try Configuration.load(path: path, overrides: overrides, read: Files.bytes(atPath:))
    let (settings, fixed) = inForce.now.settings.reloaded(with: new)
    for section in fixed {
      logger.warning(
        "changed, but in force only after a restart", metadata: ["config.section": "\(section)"])
    }
    try await reload.apply(settings)
    logger.info(
      "configuration reloaded", metadata: ["plan.pools": "\(settings.plan.pools.count)"])
  }
}
