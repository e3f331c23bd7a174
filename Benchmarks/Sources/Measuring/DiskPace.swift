import Foundation
import LinuxSystem
import PoolModel

/// What the disk takes for the smallest durable write.
package struct DiskPace {
  /// A disk slower than this, in milliseconds, says more about the disk than about the store.
  package static let limit = 0.2

  /// How long a slow disk is waited for before a run.
  private static let patience = Duration.seconds(10)

  package let directory: String

  /// The pace of the disk that `directory` is on.
  package init(directory: String) {
    self.directory = directory
  }

  /// The p50 of 500 times 16 bytes written and synchronized, in milliseconds.
  package func measure() throws -> Double {
    let storage = try DiskStorage(path: directory)
    let name = "pace"
    let count = 500
    try storage.remove(name)
    let file = try storage.create(name, byteCount: 16 * count)
    let bytes = [UInt8](repeating: 0x55, count: 16)
    var times: [Double] = []
    for index in 0..<count {
      let start = ContinuousClock.now
      try file.write(bytes.span, at: 16 * index)
      try file.synchronize()
      times.append((ContinuousClock.now - start).milliseconds)
    }
    try storage.remove(name)
    return times.sorted()[count / 2]
  }

  /// The same, measured again for ten seconds until the disk is quick enough.
  package func measureWhenQuick() throws -> Double {
    let begin = ContinuousClock.now
    while true {
      let pace = try measure()
      if pace <= Self.limit || ContinuousClock.now - begin > Self.patience { return pace }
      // Nobody says when a disk shared with others is quick again: it is measured now and then.
      Thread.sleep(forTimeInterval: 0.5)
    }
  }
}
