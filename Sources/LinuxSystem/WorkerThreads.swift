import Foundation
public import PoolModel
import Synchronization

/// Threads that take part in the work of whoever calls `forEach`, and sleep in between.
///
/// They end with this object. One thread at a time calls it.
public final class WorkerThreads: Workers {
  private let desk: WorkDesk

  /// More cores bring little: what is left to one thread alone takes longer then than what is shared.
  private static let mostCores = 4

  /// The cores that work is shared among, the caller's with them.
  public static var coreCount: Int {
    min(ProcessInfo.processInfo.activeProcessorCount, mostCores)
  }

  /// `threadCount` threads, beside the caller's, which takes part.
  public init(threadCount: Int) {
    desk = WorkDesk()
    desk.open(threadCount: threadCount)
  }

  deinit { desk.close() }

  /// A thread for each core of this machine but the caller's own, three at most; the caller alone where
  /// there is one core.
  public static func forThisMachine() -> any Workers {
    coreCount > 1 ? WorkerThreads(threadCount: coreCount - 1) : CallerAlone()
  }

  /// Calls `body` once with each number from 0 to below `count`, on the threads and on this one.
  ///
  /// - Parameters:
  ///   - count: how many parts there are; of one part no thread is woken.
  ///   - body: does one of them.
  public func forEach(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1 else { return CallerAlone().forEach(count, body) }
    desk.share(count, body)
  }

  /// There is at least one thread.
  public var hasOthers: Bool { true }

  /// Hands `body` to a thread; see `Workers`.
  public func begin(_ errand: Errand, _ body: @escaping () -> Void) { desk.begin(errand, body) }

  /// Returns when what was begun of `errand` is done.
  public func finish(_ errand: Errand) { desk.finish(errand) }
}

/// What the threads and the caller share.
// Sendable because `condition` guards all that changes but `next`, which is atomic. The caller alone writes
// `work`, `count` and `blockCount`, under it; they are read without it by the caller and by threads counted
// in `busyCount`, and do not change while there are such. What was begun is called without it, by the
// thread that took it out of `aside`.
private final class WorkDesk: @unchecked Sendable {
  private static let blocksPerThread = 16

  private let condition = NSCondition()
  private let next = Atomic<Int>(0)
  private var work: ((Int) -> Void)?
  private var count = 0
  /// So many parts are taken at a time: neighbours in memory are best left to one core.
  private var blockCount = 1
  /// Whether threads may begin to take part in `work`.
  private var isShared = false
  /// The threads that take part now.
  private var busyCount = 0
  /// What was begun and no thread has taken yet, by errand.
  private var begun: [(() -> Void)?] = Errand.allCases.map { _ in nil }
  /// Whether a thread does what was begun, by errand.
  private var isUnderWay = Errand.allCases.map { _ in false }
  /// The threads there are; one that has not begun yet finds out by itself that all is over.
  private var threadCount = 0
  private var isClosing = false

  func open(threadCount: Int) {
    for number in 0..<threadCount {
      let thread = Thread {
        ThreadName.set("worker \(number + 1)")
        self.serve()
      }
      thread.start()
    }
  }

  /// Ends the threads, and returns when they have done their last.
  func close() {
    condition.lock()
    isClosing = true
    condition.broadcast()
    while threadCount > 0 { condition.wait() }
    condition.unlock()
  }

  func share(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      condition.lock()
      work = body
      self.count = count
      // Small enough that nobody waits long for the one who has the last block.
      blockCount = max(1, count / (Self.blocksPerThread * (threadCount + 1)))
      next.store(0, ordering: .relaxed)
      isShared = true
      condition.broadcast()
      condition.unlock()
      takePart()
      condition.lock()
      isShared = false
      while busyCount > 0 { condition.wait() }
      work = nil
      condition.unlock()
    }
  }

  func begin(_ errand: Errand, _ body: @escaping () -> Void) {
    finish(errand)
    condition.lock()
    begun[errand.rawValue] = body
    condition.broadcast()
    condition.unlock()
  }

  func finish(_ errand: Errand) {
    condition.lock()
    let notTaken = begun[errand.rawValue]
    begun[errand.rawValue] = nil
    while isUnderWay[errand.rawValue] { condition.wait() }
    condition.unlock()
    notTaken?()
  }

  private func serve() {
    Self.blockSignals()
    condition.lock()
    threadCount += 1
    while !isClosing {
      if let errand = begun.firstIndex(where: { $0 != nil }) {
        run(errand)
        continue
      }
      guard isShared, next.load(ordering: .relaxed) < count else {
        condition.wait()
        continue
      }
      busyCount += 1
      condition.unlock()
      takePart()
      condition.lock()
      busyCount -= 1
      if busyCount == 0 { condition.broadcast() }
    }
    threadCount -= 1
    condition.broadcast()
    condition.unlock()
  }

  /// Takes what was begun of `errand` and does it; called and left with `condition` locked.
  private func run(_ errand: Int) {
    isUnderWay[errand] = true
    var body = begun[errand]
    begun[errand] = nil
    condition.unlock()
    body?()
    // What it holds is let go before the caller hears that it is done.
    body = nil
    condition.lock()
    isUnderWay[errand] = false
    condition.broadcast()
  }

  /// Does parts until none is left.
  ///
  /// Not inlined: when it returns, nothing here holds on to the caller's closure.
  @inline(never)
  private func takePart() {
    guard let work else { return }
    while true {
      let first = next.wrappingAdd(blockCount, ordering: .relaxed).oldValue
      guard first < count else { return }
      for number in first..<min(first + blockCount, count) { work(number) }
    }
  }

  /// Signals are for the threads that wait for them.
  private static func blockSignals() {
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
