/// Decides when the loop reads, commits and writes, so that no acknowledgement leaves before what
/// it acknowledges is durable.
///
/// The library queues a PUBACK with every delivery, and whatever is written next takes it along:
/// also a SUBSCRIBE or a PINGREQ. So there is one rule: write only when nothing is uncommitted.
///
///             received                    ranDry / full
///      ┌──────────────────► holding ──────────────────► committing
///      │                                                  │     │
///     open ◄──────────────── committed(isDurable: true) ──┘     │ committed(isDurable: false)
///    (may write)                                                ▼
///                                                            broken: never writes again
struct IntakeBatch {
  /// What the loop does next.
  enum Action: Hashable {
    /// Go on with the next delivery, or read more.
    case proceed
    /// Ask the delegate to commit, and report back.
    case commit
    /// Let the packets that wait go out.
    case write
    /// Close the connection without writing.
    case drop
  }

  /// The most deliveries in one batch.
  let countLimit: Int
  /// The longest time between a batch's first delivery and its commit.
  let spanLimit: Duration
  /// Deliveries read, whose acknowledgements are queued, but not yet handed over.
  private var unhandedCount = 0
  /// Deliveries handed over since the last commit.
  private var uncommittedCount = 0
  private var firstArrival = Duration.zero
  private var isBroken = false

  init(countLimit: Int, spanLimit: Duration) {
    precondition(countLimit > 0, "a batch of nothing would never be committed")
    self.countLimit = countLimit
    self.spanLimit = spanLimit
  }

  /// Whether the client may write: everything it would acknowledge is durable.
  var mayWrite: Bool { !isHolding && !isBroken }

  /// Whether anything was read and is not committed.
  var isHolding: Bool { unhandedCount > 0 || uncommittedCount > 0 }

  /// `count` deliveries were read at `time` of the monotonic clock.
  mutating func read(count: Int, at time: Duration) {
    if count > 0 && !isHolding { firstArrival = time }
    unhandedCount += count
  }

  /// One of them was handed over; `isFull` is what the delegate says of the batch.
  mutating func handedOver(isFull: Bool) -> Action {
    precondition(unhandedCount > 0, "handed over what was not read")
    unhandedCount -= 1
    uncommittedCount += 1
    return isFull || uncommittedCount >= countLimit ? .commit : .proceed
  }

  /// Everything read was handed over; whether more is to be read into this batch at `time`.
  func wasEmptied(at time: Duration) -> Action {
    uncommittedCount > 0 && time - firstArrival >= spanLimit ? .commit : .proceed
  }

  /// The connection has nothing more to read now.
  func ranDry() -> Action {
    precondition(unhandedCount == 0, "committing would leave deliveries behind")
    return uncommittedCount > 0 ? .commit : .write
  }

  /// The delegate has committed, or could not.
  mutating func committed(isDurable: Bool) -> Action {
    guard isDurable else {
      isBroken = true
      return .drop
    }
    uncommittedCount = 0
    return unhandedCount == 0 ? .write : .proceed
  }
}
