import Foundation
import MQTTTransport
import Synchronization
import TestSupport

/// Publishes a stream at a steady rate on a thread of its own.
final class Publishing: Sendable {
  private enum Progress {
    case acknowledged(Int)
    case failed(String)
  }

  private let stream: Stream
  private let port: UInt16
  private let messagesPerSecond: Int
  private let progress = Mutex(Progress.acknowledged(0))

  init(stream: Stream, port: UInt16, messagesPerSecond: Int) {
    self.stream = stream
    self.port = port
    self.messagesPerSecond = messagesPerSecond
  }

  /// Begins; `acknowledgedCount` says how far it is.
  func start() {
    Thread { self.run() }.start()
  }

  /// How many messages the broker has taken.
  ///
  /// - Throws: `TestFailure` when publishing has failed.
  func acknowledgedCount() throws -> Int {
    switch progress.withLock({ $0 }) {
    case .acknowledged(let count): return count
    case .failed(let text): throw TestFailure("publishing failed: \(text)")
    }
  }

  private func run() {
    do {
      let publisher = try MQTTPublisher(
        settings: MQTTSettings(
          port: port, clientID: "stream", sessionExpiry: .zero, cleanStart: true),
        inFlightLimit: 500)
      try publisher.connect()
      let start = ContinuousClock.now
      var sent = 0
      while publisher.acknowledgedCount < stream.count {
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let due = min(stream.count, Int(elapsed * Double(messagesPerSecond)) + 1)
        while sent < due {
          try publisher.publish(Array(stream.payload(sent).utf8), to: stream.topic(sent))
          sent += 1
        }
        try publisher.drive()
        progress.withLock { $0 = .acknowledged(publisher.acknowledgedCount) }
        // A millisecond is a few messages at the rates used here.
        try MQTTPublisher.wait(for: [publisher], atMost: .milliseconds(1))
      }
      progress.withLock { $0 = .acknowledged(publisher.acknowledgedCount) }
      try publisher.disconnect()
    } catch {
      progress.withLock { $0 = .failed("\(error)") }
    }
  }
}
