import AsyncAlgorithms
import ServiceLifecycle

/// Tells the service manager that the pipeline answers, and stays silent when it does not.
struct Watchdog: Service {
  let manager: ServiceManager
  let jobs: JobQueue

  func run() async throws {
    guard let interval = manager.watchdogInterval else {
      try await gracefulShutdown()
      manager.tell("STOPPING=1")
      return
    }
    // Half the limit, as sd_watchdog_enabled(3) advises.
    let beats = AsyncTimerSequence(interval: interval / 2, clock: .continuous)
    for await _ in beats.cancelOnGracefulShutdown() {
      do {
        try await jobs.perform { _, _ in }
        manager.tell("WATCHDOG=1")
      } catch {
        // Too many questions at once: this beat is left out, the next one asks again.
        continue
      }
    }
    manager.tell("STOPPING=1")
  }
}
