import HTTPTypes
import Hummingbird
import PoolModel
import Querying
import RingStore

/// The series that a request is about.
struct Subject: Sendable {
  /// The plan that has its pool: that in force, or the same with the retired pools.
  let plan: Plan
  let series: Series
  /// Whether the plan in force does not name the pool any more.
  let isRetired: Bool

  /// Before when something is due of it: before `now`, of a retired pool up to its newest reading.
  func end(_ now: Timestamp, held: ClosedRange<Timestamp>?) -> Timestamp {
    guard isRetired, let held else { return now }
    return held.upperBound + .milliseconds(1)
  }
}

extension Answers {
  /// The header that tells a person what the JSON does not say.
  private static let noteName = HTTPField.Name("Poolwatch-Note")

  /// What a request for `id` is about; a retired pool is found when it has rows.
  func subject(_ id: PoolID, query: Query) async throws -> Subject {
    guard let name = query["parameter"] else {
      _ = try await pool(id)
      throw RequestError.usage("the parameter is missing, expected --parameter NAME")
    }
    let (pool, plan) = try await pool(id)
    guard let parameter = plan.parameterNumber(name) else {
      let known = plan.parameters.map(\.name).joined(separator: ", ")
      throw RequestError.unknown("the plan has no parameter '\(name)', expected one of \(known)")
    }
    return Subject(
      plan: plan, series: Series(pool: pool, parameter: parameter),
      isRetired: self.plan.poolNumber(id) == nil)
  }

  private func pool(_ id: PoolID) async throws -> (PoolNumber, Plan) {
    if let number = plan.poolNumber(id) { return (number, plan) }
    let whole = try await wholePlan()
    if let number = whole.numbers.first(where: { whole.plan[$0].id == id }) {
      return (number, whole.plan)
    }
    guard plan.venue(id.venue) != nil else {
      throw RequestError.unknown("the plan has no venue '\(id.venue)'")
    }
    throw RequestError.unknown("the venue '\(id.venue)' has no pool '\(id.pool)'")
  }

  /// The plan with the retired pools, and the numbers of those that have rows.
  func wholePlan() async throws -> (plan: Plan, numbers: [PoolNumber]) {
    let (ids, numbers) = try await gate.withStore { store, _ in
      (store.retiredPools, store.retiredPoolsWithRows)
    }
    return (ids.isEmpty ? plan : plan.adding(retiredPools: ids), numbers)
  }

  /// The rows of `source`, with a note where what they are about is retired.
  func stream(_ source: some RowSource, about subject: Subject) -> Response {
    noting(
      subject.isRetired ? [subject.plan[subject.series.pool].id] : [], on: stream(source))
  }

  /// `response` with a note on pools that are retired.
  func noting(_ retired: [PoolID], on response: Response) -> Response {
    guard !retired.isEmpty, let name = Self.noteName else { return response }
    // A header is one line of a few hundred bytes.
    let shown = retired.prefix(5).map { "\($0)" }.joined(separator: ", ")
    let more = retired.count > 5 ? " and \(retired.count - 5) more" : ""
    var response = response
    response.headers[name] =
      "\(shown)\(more) \(retired.count == 1 ? "is" : "are") retired: the plan does not name "
      + (retired.count == 1 ? "it any more" : "them any more")
    return response
  }
}
