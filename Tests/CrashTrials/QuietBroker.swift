import Foundation
import TestSupport

/// A mosquitto that keeps everything for an absent subscriber and logs errors alone.
final class QuietBroker {
  let port: UInt16
  private let directory: TemporaryDirectory
  private let process: ManagedProcess

  init() async throws {
    let port = try FreePort.next()
    self.port = port
    directory = try TemporaryDirectory()
    let configuration = try directory.write(
      """
      listener \(port) 127.0.0.1
      allow_anonymous true
      log_dest stderr
      log_type error
      max_queued_messages 0
      max_inflight_messages 1000

      """, to: "mosquitto.conf")
    process = try ManagedProcess(
      "/usr/sbin/mosquitto", package: "mosquitto", arguments: ["-c", configuration])
    try await eventually("mosquitto listens") { try FreePort.hasListener(on: port) }
  }

  func stop() async throws {
    try await process.terminate()
  }
}
