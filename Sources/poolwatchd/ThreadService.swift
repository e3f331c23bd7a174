import Foundation
import LinuxSystem
import ServiceLifecycle

/// A service that is one thread of its own, for what blocks.
struct ThreadService: Service {
  let name: String
  /// What the thread does until `stop` was called.
  let body: @Sendable () throws -> Void
  /// Asks `body` to end; called from any thread, perhaps more than once.
  let stop: @Sendable () -> Void

  func run() async throws {
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        try await withCheckedThrowingContinuation { continuation in
          let thread = Thread { [name] in
            ThreadName.set(name)
            continuation.resume(with: Result { try body() })
          }
          thread.name = name
          // The default of 512 KiB is less than what SQLite and a nested payload may need together.
          thread.stackSize = 8 << 20
          thread.start()
        }
      } onGracefulShutdown: {
        stop()
      }
    } onCancel: {
      stop()
    }
  }
}
