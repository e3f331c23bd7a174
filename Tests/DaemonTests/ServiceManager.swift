import Foundation
import TestSupport

/// The receiving end of sd_notify: a datagram socket whose messages are printed line by line.
final class ServiceManager {
  let socket: String
  private let process: ManagedProcess

  init(directory: TemporaryDirectory) throws {
    socket = directory.path("notify.sock")
    process = try ManagedProcess(
      "/usr/bin/python3", package: "python3", arguments: ["-u", "-c", Self.program, socket])
  }

  /// Waits until it listens.
  func start() async throws {
    try await eventually("the notify socket is bound") {
      process.output.all.first == "listening"
    }
  }

  /// Every assignment received so far, in order.
  var messages: [String] {
    process.output.all.dropFirst().compactMap { $0.split(separator: " ", maxSplits: 1).last }
      .map(String.init)
  }

  /// The longest time between two `message`s in a row, by the receiver's monotonic clock.
  func longestPauseSeconds(between message: String) throws -> Double {
    let times = process.output.all.filter { $0.hasSuffix(" \(message)") }
      .compactMap { $0.split(separator: " ").first.flatMap { Double($0) } }
    guard let longest = zip(times, times.dropFirst()).map({ $1 - $0 }).max() else {
      throw TestFailure("fewer than two \(message)")
    }
    return longest
  }

  func stop() async throws {
    try await process.terminate()
  }

  private static let program = """
    import socket, sys, time
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(sys.argv[1])
    print('listening')
    while True:
        for line in receiver.recv(65536).decode().splitlines():
            print(time.monotonic(), line)
    """
}
