import Foundation
import LinuxSystem
import PoolModel
import TestSupport
import Testing

@Suite struct `Waiting and waking` {
  private func isReadable(_ wakeUp: WakeUp, within span: Duration = .zero) throws -> Bool {
    try Readiness.wait(for: [(wakeUp.descriptor, .readable)], atMost: span) == [.readable]
  }

  @Test func `any number of rings is one, until it is drained`() throws {
    let wakeUp = try WakeUp()
    #expect(try !isReadable(wakeUp))
    #expect(!wakeUp.drain())
    for _ in 0..<1000 { wakeUp.signal() }
    #expect(try isReadable(wakeUp))
    #expect(wakeUp.drain())
    #expect(try !isReadable(wakeUp))
    wakeUp.signal()
    #expect(try isReadable(wakeUp))
  }

  @Test func `ringing a bell that is never drained does not block or fail`() throws {
    let wakeUp = try WakeUp()
    for _ in 0..<500_000 { wakeUp.signal() }
    #expect(wakeUp.drain())
    #expect(!wakeUp.drain())
  }

  @Test func `a ring from another thread ends a wait`() throws {
    let wakeUp = try WakeUp()
    let thread = Thread { wakeUp.signal() }
    thread.start()
    #expect(try isReadable(wakeUp, within: .seconds(20)))
  }

  @Test func `a wait for nothing ends when its time is over, not before`() throws {
    let wakeUp = try WakeUp()
    let clock = SystemClock()
    for microseconds in [1, 999, 1001, 20_500] {
      let start = clock.now().monotonic
      let span = Duration.microseconds(microseconds)
      #expect(try !isReadable(wakeUp, within: span))
      #expect(clock.now().monotonic - start >= span)
    }
  }

  @Test func `a descriptor of −1 is ignored, a closed pipe is ready`() throws {
    #expect(
      try Readiness.wait(for: [(-1, [.readable, .writable])], atMost: .zero) == [[]])
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    let interest = [(descriptor: descriptor, kinds: Readiness.readable)]
    #expect(try Readiness.wait(for: interest, atMost: .zero) == [[]])
    try pipe.fileHandleForWriting.close()
    #expect(try Readiness.wait(for: interest, atMost: .zero) == [.readable])
  }

  @Test func `a port with a listener is reached, one without is not`() async throws {
    func outcome(_ port: UInt16, host: String) throws -> TCPProbe.State {
      let probe = try TCPProbe(host: host, port: port)
      while probe.state == .waiting {
        _ = try Readiness.wait(for: [(probe.descriptor, .writable)], atMost: .seconds(1))
        probe.advance()
      }
      return probe.state
    }
    let broker = try await Mosquitto()
    #expect(try outcome(broker.port, host: "127.0.0.1") == .reached)
    // The name also stands for ::1, where nobody listens: the next address is tried.
    #expect(try outcome(broker.port, host: "localhost") == .reached)
    try await broker.stop()
    let port = broker.port
    #expect(
      try outcome(port, host: "127.0.0.1")
        == .failed(SystemError(call: "connect", subject: "127.0.0.1:\(port)", code: 111)))
    #expect(throws: SystemError.self) { try TCPProbe(host: "no such host", port: port) }
  }
}
