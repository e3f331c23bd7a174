import Foundation
import Hummingbird
import PoolModel
import Querying
import Records

extension Answers {
  /// The longest time for which an alarm is put aside: what takes longer is out of service.
  private static let longestShelving: Duration = .seconds(7 * 86_400)

  /// Does something to an alarm.
  func act(_ word: String, on id: String, body: [UInt8]) async throws -> Response {
    guard let verb = AlarmVerb(rawValue: word) else {
      let expected = AlarmVerb.allCases.map(\.rawValue).joined(separator: ", ")
      throw RequestError.unknown(
        "'\(word)' cannot be done to an alarm, expected one of \(expected)")
    }
    let words: AlarmOrder
    do {
      words = try JSONDecoder().decode(AlarmOrder.self, from: Data(body))
    } catch {
      throw RequestError.usage("the body is not \(verb.bodyForm)")
    }
    let actor = try actor(words.by, words.comment)
    let action = try await action(verb, words)
    let occurrence: AlarmOccurrence
    do {
      occurrence = try await gate.act(action, on: id, by: actor)
    } catch RequestError.unknown(let text) {
      // Judgement knows the open ones alone.
      guard let over = try records.alarm(id) else { throw RequestError.unknown(text) }
      throw RequestError.conflict("the alarm \(id) is over: \(over.state.rawValue)")
    }
    return json(AnswerJSON.array([AlarmRow(occurrence: occurrence, zone: zone)]))
  }

  /// What has happened to an alarm, in the order that it was recorded.
  func alarmSteps(id: String) async throws -> Response {
    guard try records.alarm(id) != nil else {
      throw RequestError.unknown("no alarm has the id \(id): see `poolwatch alarms`")
    }
    let steps = try records.transitions(of: id).map { step in
      AlarmStepRow(
        time: zone.rfc3339(step.time), step: step.kind.rawValue, state: step.state.rawValue,
        by: step.actor?.name, comment: step.actor?.comment, told: step.isAnnouncement,
        recordedTime: zone.rfc3339(step.recordedTime))
    }
    return json(AnswerJSON.array(steps))
  }

  private func action(_ verb: AlarmVerb, _ words: AlarmOrder) async throws -> AlarmAction {
    switch verb {
    case .acknowledge: return .acknowledge
    case .comment: return .comment
    case .unshelve: return .unshelve
    case .takeOutOfService: return .takeOutOfService
    case .putBackInService: return .putBackInService
    case .assign:
      guard let name = words.to, !name.isEmpty, name.utf8.count <= 200 else {
        throw RequestError.usage("expected in 'to' a name of 1 to 200 bytes")
      }
      return .assign(to: name)
    case .shelve:
      guard !words.comment.isEmpty else {
        throw RequestError.usage("expected a comment that says why it is shelved")
      }
      let now = try await gate.withStore { _, now in now.wall }
      guard let text = words.until else {
        throw RequestError.usage("expected in 'until' a time, such as +8h")
      }
      let until = try TimeExpression.ahead(text, now: now, zone: zone)
      guard until > now, until - now <= Self.longestShelving else {
        throw RequestError.usage(
          "it would be shelved until \(zone.rfc3339(until)), expected a time within the next 7 days "
            + "('out-of-service' has no end)")
      }
      return .shelve(until: until)
    }
  }
}

extension AlarmVerb {
  /// What the body of its request looks like.
  fileprivate var bodyForm: String {
    switch self {
    case .assign: "{\"to\": NAME, \"by\": NAME, \"comment\": TEXT}"
    case .shelve: "{\"until\": T, \"by\": NAME, \"comment\": TEXT}"
    default: "{\"by\": NAME, \"comment\": TEXT}"
    }
  }
}
