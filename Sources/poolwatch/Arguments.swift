public import ArgumentParser
public import PoolModel
public import Querying

extension AlarmSelection: ExpressibleByArgument {}
extension AlarmClass: ExpressibleByArgument {}
extension ClosureSelection: ExpressibleByArgument {}
extension CoverageGrouping: ExpressibleByArgument {}
extension TransferFormat: ExpressibleByArgument {}
extension RefusalReason: ExpressibleByArgument {}

/// `text` when it is one of the forms of a time: it travels as it was typed, because the daemon
/// knows the district's zone.
func timeExpression(_ text: String) throws -> String {
  _ = try TimeExpression.parse(text, now: Timestamp(milliseconds: 0), zone: .utc)
  return text
}

/// `text` when it is one of the forms of a time, also of one to come.
func timeAhead(_ text: String) throws -> String {
  _ = try TimeExpression.ahead(text, now: Timestamp(milliseconds: 0), zone: .utc)
  return text
}

/// The pool that `text` names as `VENUE/POOL`.
func poolName(_ text: String) throws -> PoolID {
  guard let pool = PoolID(text) else {
    throw ValidationError("expected VENUE/POOL, such as venue-01/main")
  }
  return pool
}
