import Foundation
import LinuxSystem
import Logging

/// The service manager that started us, if one did and wants to be told.
struct ServiceManager: Sendable {
  private let notifier: ServiceNotifier?
  private let logger: Logger

  /// - Throws: `SystemError` when NOTIFY_SOCKET names what is no socket's address.
  init(logger: Logger) throws {
    notifier = try ServiceNotifier(
      environment: ProcessInfo.processInfo.environment,
      processID: ProcessInfo.processInfo.processIdentifier)
    self.logger = logger
  }

  /// How long it waits for a WATCHDOG=1; nil when it does not.
  var watchdogInterval: Duration? { notifier?.watchdogInterval }

  /// Tells it `state`, an assignment of sd_notify(3).
  ///
  /// A manager that does not listen is logged and nothing else: readings matter more.
  func tell(_ state: String) {
    do {
      try notifier?.notify(state)
    } catch {
      logger.warning(
        "the service manager was not told",
        metadata: ["service.state": "\(state)", "error": "\(error)"])
    }
  }
}
