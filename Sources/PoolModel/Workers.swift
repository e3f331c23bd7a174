/// The seam to the processor's cores: work in independent parts, of which several may be done at a time.
///
/// Whoever uses it holds no lock and starts no thread, and must come to the same whoever does the work.
public protocol Workers {
  /// Calls `body` once with each number from 0 to below `count`, and returns when all calls have.
  ///
  /// The calls come in any order, and several may run at once on other threads: each may change only
  /// what belongs to its number, and read only what none changes. It must not call `forEach`
  /// itself.
  ///
  /// - Parameters:
  ///   - count: how many parts there are; none are no calls.
  ///   - body: does one of them.
  func forEach(_ count: Int, _ body: (Int) -> Void)

  /// Whether there is a thread beside the caller's.
  var hasOthers: Bool { get }

  /// Begins `body` on another thread, when one is free, and returns without waiting for it.
  ///
  /// There is one of each errand at a time: what was begun before is finished first. Until `finish` has returned,
  /// nobody else may touch what `body` changes, or change what it reads. It must not call `forEach`.
  func begin(_ errand: Errand, _ body: @escaping () -> Void)

  /// Returns when what was begun of `errand` is done; does it here when no thread was free for it.
  func finish(_ errand: Errand)
}

/// What is done on another thread while the owner of the workers goes on.
public enum Errand: Int, CaseIterable, Sendable {
  /// To judge rows.
  case judging
  /// To take rows into the store's open pages.
  case taking
}

/// Without another thread, what is begun is done at once.
extension Workers {
  /// There is none.
  public var hasOthers: Bool { false }

  /// Does `body` now.
  public func begin(_ errand: Errand, _ body: @escaping () -> Void) { body() }

  /// What was begun is done.
  public func finish(_ errand: Errand) {}
}

extension Workers {
  /// What `body` gives for each number from 0 to below `count`, in the order of the numbers.
  ///
  /// - Parameters:
  ///   - count: how many parts there are.
  ///   - body: does one of them; see `forEach`.
  /// - Returns: as many results.
  public func map<Result>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
    // Each result has an object of its own, so that no two calls write to the same array.
    let places = (0..<count).map { _ in ResultPlace<Result>() }
    forEach(count) { places[$0].result = body($0) }
    return places.compactMap(\.result)
  }
}

/// Where the result of one part is kept until all are done.
private final class ResultPlace<Result> {
  var result: Result?
}

/// Does one part after the other, on the caller's thread.
public struct CallerAlone: Workers {
  /// There is only one kind.
  public init() {}

  /// Calls `body` with each number, in order.
  public func forEach(_ count: Int, _ body: (Int) -> Void) {
    for number in 0..<count { body(number) }
  }
}
