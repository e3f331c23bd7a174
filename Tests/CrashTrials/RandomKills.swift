import Foundation
import PoolModel
import TestInstallation
import TestSupport

/// kill -9 of a daemon again and again, at random, while messages are published.
struct RandomKills {
  let count: Int
  /// How many messages there are.
  let messageCount: Int
  private var generator: SplitMix64

  init(count: Int, messageCount: Int, seed: UInt64) {
    self.count = count
    self.messageCount = messageCount
    generator = SplitMix64(seed: seed)
  }

  /// Kills and starts the daemon: three times out of four somewhere in the kill's own stretch of the
  /// messages, and not before it has its session, else right after its start.
  ///
  /// - Returns: how many kills found it connected.
  mutating func run(_ installation: Installation, during publishing: Publishing) async throws -> Int
  {
    var connectedCount = 0
    let stretch = messageCount / (count + 1)
    for kill in 0..<count {
      // The gateways' buffers wait for a daemon that needs longer than a stretch to start.
      publishing.allow((kill + 2) * stretch)
      let point = kill * stretch + Int.random(in: 1..<stretch, using: &generator)
      if Int.random(in: 0..<4, using: &generator) == 0 {
        // At any moment while it starts, which takes about so long: no condition says which.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<200, using: &generator)))
      } else {
        try await eventually(within: .seconds(120), "\(point) messages are published") {
          try publishing.acknowledgedCount() >= point && installation.hasConnected
        }
      }
      guard installation.isRunning else {
        throw TestFailure("the daemon ended by itself: \(installation.log.suffix(5))")
      }
      if installation.hasConnected { connectedCount += 1 }
      try await installation.kill()
      try installation.launch()
    }
    publishing.allow(messageCount)
    return connectedCount
  }
}

extension Installation {
  /// Whether the daemon has had its session since its start.
  var hasConnected: Bool { log.contains { $0.hasSuffix("] broker connected") } }
}
