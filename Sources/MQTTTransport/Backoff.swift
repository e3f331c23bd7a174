import PoolModel

/// How long to wait before the next attempt to connect: exponential with full jitter, without end.
///
/// Full jitter (each wait drawn evenly between 0 and a bound that doubles) spreads a thousand
/// clients that lost one broker over the whole bound, where a fixed step would bring them back
/// together. Poolwatch itself is one client of its broker, and an attempt costs little: its waits end
/// at 3 s, so that readings flow again within 5 s of the broker's return. Pure: the same seed gives the
/// same waits.
public struct Backoff: Sendable {
  /// Why the last attempt failed.
  public enum Cause: Hashable, Sendable {
    /// No answer, or a link that broke: the bound goes 1 s, 2 s, 3 s, 3 s …
    case failure
    /// A batch that could not be committed, and will all come again: 1 s, 2 s, 4 s … 60 s.
    case undone
    /// The broker said no, as to a wrong password: every wait lies between 30 s and 60 s, so that
    /// a mistake in the configuration does not fill the broker's log or lock the account.
    case refusal
  }

  private static let firstBoundMilliseconds: UInt64 = 1000
  private static let lastBoundMilliseconds: UInt64 = 60_000
  private static let lastBoundAfterFailureMilliseconds: UInt64 = 3000
  private static let leastAfterRefusalMilliseconds: UInt64 = 30_000
  private var generator: SplitMix64
  private var boundMilliseconds = firstBoundMilliseconds

  /// Waits that depend on `seed` alone; each client takes its own.
  public init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
  }

  /// How long to wait after an attempt that ended with `cause`.
  public mutating func next(after cause: Cause) -> Duration {
    switch cause {
    case .failure: return next(upTo: Self.lastBoundAfterFailureMilliseconds)
    case .undone: return next(upTo: Self.lastBoundMilliseconds)
    case .refusal:
      let range = Self.leastAfterRefusalMilliseconds...Self.lastBoundMilliseconds
      return .milliseconds(UInt64.random(in: range, using: &generator))
    }
  }

  private mutating func next(upTo lastBoundMilliseconds: UInt64) -> Duration {
    let bound = min(boundMilliseconds, lastBoundMilliseconds)
    boundMilliseconds = min(bound * 2, lastBoundMilliseconds)
    return .milliseconds(UInt64.random(in: 0...bound, using: &generator))
  }

  /// Begins at the smallest bound again; called when the broker took us.
  public mutating func reset() {
    boundMilliseconds = Self.firstBoundMilliseconds
  }
}
