public import PoolModel

/// What the intake loop hands its deliveries to.
///
/// All calls come on the loop's thread, and none while the library's mutex is held.
public protocol IntakeDelegate: AnyObject {
  /// Whether readings may be taken now; false while our clock is not trusted.
  ///
  /// While it is false the loop stays away from the broker, which holds the session and all that
  /// comes in. Asked before every connection and every batch.
  var acceptsDeliveries: Bool { get }

  /// Topic filters, subscribed to with QoS 1 on every connection.
  ///
  /// Asked for after each batch: when they change, the link subscribes to what is new and unsubscribes
  /// from what is gone.
  var subscriptions: [String] { get }

  /// Topics of the broker's own figures, subscribed to with QoS 0 on every connection.
  ///
  /// Always the same, and asked for when all else is granted. The broker may refuse them: then nothing
  /// comes of them, and the link is as good.
  var figureTopics: [String] { get }

  /// The broker has ended two links in a row when it was asked for `figureTopics`: it is asked no more.
  ///
  /// - Parameters:
  ///   - reason: How the second ended, for people.
  ///   - now: When.
  func figuresGivenUp(reason: String, now: Moment)

  /// Topic filters that the broker may have in our session, of this run or of an earlier one.
  ///
  /// Asked for when the broker has kept the session: the link unsubscribes from what is no longer
  /// wanted. Empty when nobody remembers.
  var heldSubscriptions: [String] { get }

  /// Notes what the broker may have in our session from now on: before it is asked for anything new,
  /// and when it has said that something is gone.
  func sessionHolds(_ filters: [String])

  /// What is to be published, each message once; asked for when nothing is uncommitted.
  func takeOutgoing() -> [OutgoingMessage]

  /// What is to be published when the link ends in good order, before DISCONNECT, which keeps the broker
  /// from publishing the will.
  func farewell() -> [OutgoingMessage]

  /// One PUBLISH came. They come in the broker's order, which is each gateway's order.
  func received(_ delivery: Delivery, now: Moment)

  /// Whether the batch has to be committed before it takes more; asked after each delivery.
  var batchIsFull: Bool { get }

  /// Makes everything received since the last commit durable.
  ///
  /// - Returns: true when it is durable: the acknowledgements leave now. false when it is not, and
  ///   everything since the last commit is undone: the link is dropped without acknowledging, and
  ///   the broker delivers the batch again.
  func commit(now: Moment) -> Bool

  /// The link came up or went, or an attempt to make one failed (again).
  ///
  /// Up means that the broker granted every subscription. Deliveries of an older session can come
  /// before that.
  ///
  /// - Parameters:
  ///   - isUp: Whether deliveries come now.
  ///   - sessionPresent: Whether the broker had kept our session; when it should have and did not,
  ///     readings may be missing.
  ///   - reason: What happened, for people.
  ///   - now: When.
  func linkChanged(isUp: Bool, sessionPresent: Bool, reason: String, now: Moment)

  /// The loop has nothing in hand: judge, tick, do what others asked for.
  ///
  /// Called after each batch, when the wake-up rang, and at least as often as it asks for, whether
  /// the link is up or not.
  ///
  /// - Returns: How long the loop may wait at most before it calls again.
  func idle(now: Moment) -> Duration
}

extension IntakeDelegate {
  /// None.
  public var figureTopics: [String] { [] }

  /// Nobody asks for any.
  public func figuresGivenUp(reason: String, now: Moment) {}

  /// Nobody remembers.
  public var heldSubscriptions: [String] { [] }

  /// Nobody remembers.
  public func sessionHolds(_ filters: [String]) {}
}
