import Alerting
import Pipeline
import PoolModel
import Records
import WebService

// What people decide: done on the intake thread, durable before it is answered.
extension DaemonGate {
  func act(
    _ action: AlarmAction, on id: String, by actor: AlarmTransition.Actor
  ) async throws -> AlarmOccurrence {
    try await decide { pipeline, now in
      guard let occurrence = try pipeline.act(action, on: id, by: actor, now: now) else {
        throw RequestError.unknown("no open alarm has the id \(id)")
      }
      return occurrence
    }
  }

  func registerClosure(_ order: ClosureOrder) async throws -> Closure {
    try await decide { pipeline, now in
      pipeline.registerClosure(
        order.kind, venue: order.venue, pool: order.pool, from: order.from, to: order.to,
        by: order.actor, now: now)
    }
  }

  func endClosure(id: String, by actor: AlarmTransition.Actor) async throws -> Closure {
    try await decide { pipeline, now in try pipeline.endClosure(id: id, by: actor, now: now) }
  }

  /// Runs `body`, and answers when what it decided is durable.
  private func decide<Answer: Sendable>(
    _ body: @escaping @Sendable (Pipeline, Moment) throws -> Answer
  ) async throws -> Answer {
    try await jobs.performLater { pipeline, now, answer in
      guard writer.hasRoom else {
        answer(.failure(RequestError.unavailable("Records cannot keep up, try again later")))
        return
      }
      do {
        let result = try body(pipeline, now)
        writer.write(pipeline.decisionNow(now: now)) { isDurable in
          answer(
            isDurable
              ? .success(result)
              : .failure(
                RequestError.unavailable(
                  "Records cannot be written now; it is kept and tried again")))
        }
      } catch let error as AlarmError {
        answer(.failure(RequestError(error)))
      } catch let error as ClosureError {
        answer(.failure(RequestError(error)))
      } catch {
        answer(.failure(error))
      }
    }
  }
}

extension RequestError {
  fileprivate init(_ error: AlarmError) {
    switch error {
    case .unknown: self = .unknown(error.description)
    default: self = .conflict(error.description)
    }
  }

  fileprivate init(_ error: ClosureError) {
    switch error {
    case .unknown: self = .unknown(error.description)
    case .over: self = .conflict(error.description)
    }
  }
}
