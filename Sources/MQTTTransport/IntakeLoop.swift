import Glibc
import LinuxSystem
public import PoolModel

/// Takes deliveries from the broker in batches and acknowledges each batch when it is durable.
///
/// Runs on one thread until it is stopped, and connects again for as long as that takes. Not
/// Sendable: the thread that runs it makes it.
public final class IntakeLoop {
  /// A batch closes this long after its first delivery at the latest, however much more there is
  /// to read: long beside an fdatasync (0.1 … 3 ms), short beside the seconds of an alarm.
  static let batchSpan = Duration.milliseconds(50)
  /// The library wants to look at its keep-alive about once a second.
  static let longestWait = Duration.seconds(1)
  /// A broker whose answer to CONNECT and SUBSCRIBE takes longer is as good as gone.
  static let answerLimit = Duration.seconds(10)
  /// An attempt that is not decided by then is told of, and goes on: far above what a resolver takes.
  static let openingLimit = Duration.seconds(60)
  /// How long a stop waits for the last acknowledgements to leave.
  static let farewellLimit = Duration.seconds(2)

  let settings: MQTTSettings
  let clock: any PoolModel.Clock
  let stop: IntakeStop
  unowned let delegate: any IntakeDelegate
  /// How connections are opened.
  var way: Opening.Way = Opening.connect
  var backoff: Backoff
  /// Whether the broker has taken us before, so that it should know our session.
  var hadSession = false
  /// Whether the last link was dropped because its batch could not be committed: then a connection
  /// alone is no success.
  var lastCommitFailed = false
  /// What the delegate last asked for.
  var idleSpan = Duration.zero
  /// How many links in a row ended before the broker had answered that we ask for its figures.
  private var figureLossCount = 0
  /// Some brokers end the connection of a client that asks for what it may not read (EMQX with
  /// `deny_action = disconnect`, AWS IoT): once it can be chance, twice in a row it is not.
  private static let figureLossLimit = 2

  /// A loop that has not begun.
  ///
  /// - Parameters:
  ///   - settings: The broker and the session.
  ///   - clock: The machine's clocks.
  ///   - stop: Ends the loop. Its wake-up makes it call the delegate.
  ///   - delegate: Takes the deliveries; it must outlive the loop.
  ///   - backoffSeed: Spreads the attempts to connect; each process takes its own.
  public init(
    settings: MQTTSettings, clock: any PoolModel.Clock, stop: IntakeStop,
    delegate: any IntakeDelegate, backoffSeed: UInt64
  ) {
    self.settings = settings
    self.clock = clock
    self.stop = stop
    self.delegate = delegate
    backoff = Backoff(seed: backoffSeed)
  }

  /// Runs until the stop is requested; then commits what is read, sends the acknowledgements,
  /// and leaves the broker in good order.
  public func run() {
    var wasAccepting = true
    while !stop.isRequested {
      guard delegate.acceptsDeliveries else {
        // Said once, and again after each link that ends for it.
        if wasAccepting { report(.away) }
        wasAccepting = false
        pause(for: Self.longestWait)
        continue
      }
      wasAccepting = true
      let ending = connectAndServe()
      switch ending {
      case .stopped: return
      case .away: continue
      case .refused: end(ending, pausingFor: backoff.next(after: .refusal))
      case .lost: end(ending, pausingFor: backoff.next(after: .failure))
      case .undone:
        lastCommitFailed = true
        end(ending, pausingFor: backoff.next(after: .undone))
      }
    }
  }

  private func end(_ ending: LinkEnding, pausingFor span: Duration) {
    report(ending)
    pause(for: span)
  }

  private func connectAndServe() -> LinkEnding {
    do {
      guard let client = try open() else { return .stopped }
      let link = IntakeLink(loop: self, client: client)
      let ending = link.serve()
      return link.awaitsFigures ? endedForFigures(ending) : ending
    } catch {
      return .of(error)
    }
  }

  /// Whether the broker is asked for its figures.
  var asksForFigures: Bool { figureLossCount < Self.figureLossLimit }

  /// The broker has said whether it tells its figures.
  func figuresAnswered() { figureLossCount = 0 }

  /// A link ended between the question for the broker's figures and its answer.
  private func endedForFigures(_ ending: LinkEnding) -> LinkEnding {
    guard let error = ending.error else { return ending }
    figureLossCount += 1
    if !asksForFigures { delegate.figuresGivenUp(reason: error.description, now: clock.now()) }
    // What we can do without is nothing to wait half a minute for.
    return .lost(error)
  }

  /// The connection, opened while the delegate does its own work; nil when a stop was requested.
  private func open() throws(MQTTError) -> MQTTClient? {
    let opening = try Opening(settings, clock: clock, by: way)
    let late = clock.now().monotonic + Self.openingLimit
    var isLate = false
    while !stop.isRequested {
      if let client = try opening.take() { return client }
      if !isLate, clock.now().monotonic >= late {
        isLate = true
        delegate.linkChanged(
          isUp: false, sessionPresent: false,
          reason:
            "no connection after \(Self.openingLimit.components.seconds) s, and no answer why: a "
            + "name server or the machine's limit of threads",
          now: clock.now())
      }
      do {
        _ = try wait(for: opening.descriptor, .readable, atMost: Self.longestWait)
      } catch {
        throw MQTTError(error)
      }
      idle()
    }
    return nil
  }

  /// Waits without a link, still answering to the wake-up and the stop.
  private func pause(for span: Duration) {
    let end = clock.now().monotonic + span
    while !stop.isRequested {
      let rest = end - clock.now().monotonic
      if rest <= .zero { return }
      // Nothing but the wake-up is waited for, so it can only fail for want of memory; then the
      // next round tries again.
      _ = try? wait(for: -1, [], atMost: rest)
      idle()
    }
  }

  /// Waits until `descriptor` is ready, the wake-up rang, or the delegate's time has come.
  ///
  /// - Returns: What `descriptor` is ready for.
  func wait(
    for descriptor: CInt, _ kinds: Readiness, atMost span: Duration
  ) throws(SystemError) -> Readiness {
    let ready = try Readiness.wait(
      for: [(descriptor, kinds), (stop.wakeUp.descriptor, .readable)],
      atMost: min(span, idleSpan, Self.longestWait))
    if !ready[1].isEmpty { stop.wakeUp.drain() }
    return ready[0]
  }

  /// Lets the delegate do its own work.
  func idle() {
    idleSpan = max(.zero, delegate.idle(now: clock.now()))
  }

  private func report(_ ending: LinkEnding) {
    delegate.linkChanged(
      isUp: false, sessionPresent: false, reason: ending.words, now: clock.now())
  }
}

/// Why there is no link.
enum LinkEnding: Hashable {
  /// A stop was requested.
  case stopped
  /// Nothing is to be read now.
  case away
  /// The broker said no.
  case refused(MQTTError)
  /// No answer, or no more of it.
  case lost(MQTTError)
  /// The delegate could not commit.
  case undone

  static func of(_ error: MQTTError) -> LinkEnding {
    error.isRefusal ? .refused(error) : .lost(error)
  }

  /// What went wrong on the broker's side; nil for an end of our own.
  var error: MQTTError? {
    switch self {
    case .refused(let error), .lost(let error): error
    case .stopped, .away, .undone: nil
    }
  }

  /// For people.
  var words: String {
    switch self {
    case .stopped: "stopped"
    case .away: "nothing is read now; the broker holds what comes in"
    case .refused(let error), .lost(let error): error.description
    case .undone: "a batch could not be committed; dropped, so that the broker delivers it again"
    }
  }
}
