/// Something that was refused, kept for a person to look at.
public struct QuarantineRow: AnswerRow {
  /// When it was refused, by our clock, RFC 3339.
  public let time: String
  /// The raw value of its `RefusalReason`.
  public let reason: String
  /// What was found, where, and what was expected.
  public let detail: String
  /// The topic of the message.
  public let topic: String
  /// What is kept of the message, as text; bytes that are not UTF-8 are shown as U+FFFD.
  public let payload: String
  /// How many bytes the message had.
  public let payloadBytes: Int

  enum CodingKeys: String, CodingKey, CaseIterable {
    case time, reason, detail, topic, payload
    case payloadBytes = "payload_bytes"
  }

  /// The row of something refused, with what is known of it.
  public init(
    time: String, reason: String, detail: String, topic: String, payload: String,
    payloadBytes: Int
  ) {
    self.time = time
    self.reason = reason
    self.detail = detail
    self.topic = topic
    self.payload = payload
    self.payloadBytes = payloadBytes
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.time, time)
    fields.add(CodingKeys.reason, reason)
    fields.add(CodingKeys.detail, detail)
    fields.add(CodingKeys.topic, topic)
    fields.add(CodingKeys.payload, payload)
    fields.add(CodingKeys.payloadBytes, payloadBytes)
  }
}
