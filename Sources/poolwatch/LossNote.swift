import LinuxSystem
import PoolModel
import Querying

extension ConnectionOptions {
  /// Says on standard error when readings are lost by damage to the store, in the time that an answer is
  /// about.
  func noteLosses(of pool: PoolID?, from: String?, to: String?) {
    var reader = RowReader<LossRow>()
    var rows: [LossRow] = []
    // The answer has been given: a daemon that does not know this question takes nothing from it.
    try? daemon.ask(.losses(pool, from: from, to: to)) { rows += try reader.rows(in: $0) }
    for row in rows.prefix(Self.lossLimit) { warn(row.words) }
    if rows.count > Self.lossLimit {
      warn("and \(rows.count - Self.lossLimit) losses more; GET /v1/losses has all")
    }
  }

  /// Lines of losses that do not bury the answer.
  private static var lossLimit: Int { 10 }
}
