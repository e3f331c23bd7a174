import Foundation
import Glibc
import LinuxSystem
import PoolModel
import Synchronization

/// A connection to the broker that is being opened, on a thread of its own.
///
/// A name server that does not answer takes the resolver 10 s and more (by custom 5 s for each of two
/// attempts, times the servers), and nothing ends its wait. Whoever waits for `descriptor` instead can go
/// on with other work meanwhile, and can forget about it: what comes of it then is closed by that thread.
/// It is one thread for each attempt, so whoever begins the next one only after the end of this has one.
final class Opening: Sendable {
  /// How a connection is opened; may block.
  typealias Way =
    @Sendable (MQTTSettings, any PoolModel.Clock) throws(MQTTError) -> MQTTClient

  // Sendable because the thread that made the client puts it here and looks at it no more; whoever takes
  // it is the only one who has it.
  private struct Outcome: @unchecked Sendable {
    let result: Result<MQTTClient, MQTTError>
  }

  /// What both threads know, so that the one outlives the other's interest.
  private final class Shared: Sendable {
    let bell: WakeUp
    let outcome = Mutex<Outcome?>(nil)

    init(bell: WakeUp) { self.bell = bell }
  }

  private let shared: Shared

  /// A broker on the way to which a TCP connection takes longer is as good as gone.
  private static let probeLimit = Duration.seconds(5)

  /// Begins to open a connection.
  ///
  /// - Parameters:
  ///   - settings: The broker, and who we are to it.
  ///   - clock: The machine's clocks.
  ///   - way: How; called on the thread.
  /// - Throws: `MQTTError` when the process has no descriptor left.
  init(_ settings: MQTTSettings, clock: any PoolModel.Clock, by way: @escaping Way)
    throws(MQTTError)
  {
    do {
      shared = Shared(bell: try WakeUp())
    } catch {
      throw MQTTError(error)
    }
    let thread = Thread { [shared] in
      ThreadName.set("connect")
      let outcome: Outcome
      do throws(MQTTError) {
        outcome = Outcome(result: .success(try way(settings, clock)))
      } catch {
        outcome = Outcome(result: .failure(error))
      }
      shared.outcome.withLock { $0 = outcome }
      shared.bell.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
  }

  /// Readable when it is decided.
  var descriptor: CInt { shared.bell.descriptor }

  /// The client with its connection, once; nil while that is not decided.
  ///
  /// - Throws: `MQTTError` when there is no connection.
  func take() throws(MQTTError) -> MQTTClient? {
    let outcome = shared.outcome.withLock { outcome in
      defer { outcome = nil }
      return outcome
    }
    return try outcome?.result.get()
  }

  /// Looks up the name, makes sure that the broker's machine takes connections, and opens one.
  ///
  /// The library waits for minutes on a host that does not answer, so it is asked for a connection only
  /// where one was taken just now.
  ///
  /// - Parameters:
  ///   - settings: The broker, and who we are to it.
  ///   - clock: The machine's clocks.
  /// - Returns: The client, whose CONNECT is queued.
  /// - Throws: `MQTTError` when there is no connection.
  static func connect(
    _ settings: MQTTSettings, clock: any PoolModel.Clock
  ) throws(MQTTError) -> MQTTClient {
    do throws(SystemError) {
      let probe = try TCPProbe(host: settings.host, port: settings.port)
      let end = clock.now().monotonic + probeLimit
      while probe.state != .reached {
        if case .failed(let error) = probe.state { throw error }
        let rest = end - clock.now().monotonic
        if rest <= .zero {
          throw SystemError(
            call: "connect", subject: "\(settings.host):\(settings.port)", code: ETIMEDOUT)
        }
        _ = try Readiness.wait(for: [(probe.descriptor, .writable)], atMost: rest)
        probe.advance()
      }
    } catch {
      throw MQTTError(error)
    }
    let client = try MQTTClient(settings: settings)
    try client.connect()
    return client
  }
}
