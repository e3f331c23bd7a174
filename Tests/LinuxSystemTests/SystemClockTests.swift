import Foundation
import LinuxSystem
import PoolModel
import Testing

@Suite struct `The machine's clocks` {
  @Test func `the wall clock is the one Foundation reads`() {
    let before = Date().timeIntervalSince1970
    let wall = Double(SystemClock().now().wall.milliseconds) / 1000
    let after = Date().timeIntervalSince1970
    #expect(wall >= before - 0.001)
    #expect(wall <= after)
  }

  @Test func `the monotonic clock is the kernel's uptime, and never goes back`() throws {
    let clock = SystemClock()
    let text = try String(contentsOfFile: "/proc/uptime", encoding: .utf8)
    let uptime = try #require(text.split(separator: " ").first.flatMap { Double($0) })
    // /proc/uptime also counts sleep, which this machine may have had; it is never less.
    #expect(clock.now().monotonic.inSeconds <= uptime + 5)
    var last = clock.now().monotonic
    for _ in 0..<10_000 {
      let next = clock.now().monotonic
      #expect(next >= last)
      last = next
    }
  }
}
