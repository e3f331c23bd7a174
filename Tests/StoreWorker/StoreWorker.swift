import Glibc

/// A scripted life of a real store, which others interrupt.
///
/// - `storeworker run DIR`: opens the store in `DIR`, checks it, and commits batches; after each
///   commit it says `acknowledged through batch N`.
/// - `storeworker check DIR`: opens the store, checks it, commits a few batches more, opens it again
///   and checks it again.
/// - `storeworker flip DIR`: turns bits of its files over, one at a time, and checks what opening
///   makes of each.
///
/// It exits with 0, 1 when something is wrong, 2 when the store refuses to open, 3 when it refuses
/// a batch again and again; the last line on standard error says what it is about.
@main
struct StoreWorker {
  static func main() {
    do throws(any Error) {
      let order = try Order(Array(CommandLine.arguments.dropFirst()))
      switch order.command {
      case .run:
        var worker = try order.worker(acknowledged: order.acknowledged)
        try worker.work(through: order.batches)
        Worker.say("done \(worker.report)")
      case .check:
        let count = try life(order, acknowledged: order.acknowledged, more: order.more)
        _ = try life(order, acknowledged: count, more: 0)
      case .flip:
        var flips = try BitFlips(order)
        Worker.say(try flips.run())
      }
    } catch {
      Worker.complain("\(error)")
      exit((error as? WorkerFailure)?.exitCode ?? 1)
    }
  }

  /// Opens, checks, works and closes; gives back the number of batches that the store holds then.
  private static func life(
    _ order: Order, acknowledged: Int, more: Int
  ) throws(WorkerFailure) -> Int {
    var worker = try order.worker(acknowledged: acknowledged)
    Worker.say("held \(worker.report)")
    try worker.work(through: worker.batchCount + more)
    return worker.batchCount
  }
}
