import Foundation
import Hummingbird
import PoolModel
import Querying

/// The words after the question mark.
struct Query: Sendable {
  private let values: [String: String]

  init(_ request: Request) {
    var values: [String: String] = [:]
    for (key, value) in request.uri.queryParameters {
      values[String(key)] = String(value)
    }
    self.values = values
  }

  /// The value of `key`; nil when it is absent or empty.
  subscript(key: String) -> String? {
    values[key].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The instant that `key` names; nil when it is absent.
  func time(_ key: String, now: Timestamp, zone: Zone) throws -> Timestamp? {
    guard let text = self[key] else { return nil }
    return try TimeExpression.parse(text, now: now, zone: zone)
  }

  /// The case of `Choice` that `key` names, `fallback` when it is absent.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type, fallback: Choice
  ) throws -> Choice where Choice.RawValue == String {
    guard let text = self[key] else { return fallback }
    guard let choice = Choice(rawValue: text) else {
      let expected = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw RequestError.usage("'\(text)' is no \(key), expected one of \(expected)")
    }
    return choice
  }
}

extension String {
  /// The text without percent encoding; itself where that is broken, so that the look-up fails by
  /// the name the client sent.
  var removingPercentEncodingOrSame: String { removingPercentEncoding ?? self }
}
