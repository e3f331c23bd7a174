import LinuxSystem
import Logging
import Registry
import ServiceLifecycle
import UnixSignals

/// What `systemctl reload` does for now: checks the files as they are and says what it found.
///
/// The configuration in force stays; a restart takes up the new one and loses nothing.
struct HangUp: Service {
  let path: String
  let overrides: [String]
  let manager: ServiceManager
  let logger: Logger

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() {
      manager.tell("RELOADING=1")
      do {
        _ = try Configuration.load(path: path, overrides: overrides, read: Files.bytes(atPath:))
        logger.info("configuration is in order; it takes effect at the next start")
      } catch {
        for mistake in error.mistakes {
          logger.error("configuration is wrong", metadata: ["config.mistake": "\(mistake)"])
        }
      }
      manager.tell("READY=1")
    }
  }
}
