/// One flat object of an answer, as the daemon writes it and the command line reads it.
///
/// Its keys are a contract that people script against. Conforming types list them once, in the
/// order of the contract, in `write(to:)`; JSON text and `Encodable` both follow from that.
public protocol AnswerRow: Codable, Hashable, Sendable {
  /// Hands every key with its value to `fields`, in the order of the contract.
  func write(to fields: inout some AnswerFields)
}

/// Where a row puts its keys and values.
///
/// nil becomes JSON's null.
public protocol AnswerFields {
  /// Text or null.
  mutating func add(_ key: some CodingKey, _ value: String?)
  /// A number or null; a number that is not finite is null too.
  mutating func add(_ key: some CodingKey, _ value: Double?)
  /// A whole number or null.
  mutating func add(_ key: some CodingKey, _ value: Int?)
  /// A truth value.
  mutating func add(_ key: some CodingKey, _ value: Bool)
  /// A list of texts.
  mutating func add(_ key: some CodingKey, _ value: [String])
  /// Counts by name; written in the order of the names.
  mutating func add(_ key: some CodingKey, _ value: [String: Int])
}

extension AnswerRow {
  /// Encodes the same keys and values as the JSON text, nulls included.
  ///
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var fields = EncodedFields(container: encoder.container(keyedBy: AnswerKey.self))
    write(to: &fields)
    if let error = fields.error { throw error }
  }
}

/// A key by its text.
private struct AnswerKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) {
    self.stringValue = stringValue
  }

  init?(intValue: Int) {
    return nil
  }
}

/// Puts fields into an encoder's container and keeps the first error.
private struct EncodedFields: AnswerFields {
  var container: KeyedEncodingContainer<AnswerKey>
  var error: (any Error)?

  mutating func add(_ key: some CodingKey, _ value: String?) { encode(key, value) }
  mutating func add(_ key: some CodingKey, _ value: Int?) { encode(key, value) }
  mutating func add(_ key: some CodingKey, _ value: Bool) { encode(key, value) }
  mutating func add(_ key: some CodingKey, _ value: [String]) { encode(key, value) }
  mutating func add(_ key: some CodingKey, _ value: [String: Int]) { encode(key, value) }
  mutating func add(_ key: some CodingKey, _ value: Double?) {
    encode(key, value.flatMap { $0.isFinite ? $0 : nil })
  }

  private mutating func encode(_ key: some CodingKey, _ value: some Encodable) {
    guard error == nil else { return }
    do {
      try container.encode(value, forKey: AnswerKey(stringValue: key.stringValue))
    } catch {
      self.error = error
    }
  }
}
