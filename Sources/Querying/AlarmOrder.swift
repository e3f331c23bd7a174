/// What a person can do to an alarm, as commands and requests call it.
public enum AlarmVerb: String, CaseIterable, Hashable, Sendable {
  /// Take it on.
  case acknowledge = "ack"
  /// Say something to it.
  case comment
  /// Make it somebody's matter.
  case assign
  /// Put it aside for a time.
  case shelve
  /// End that.
  case unshelve
  /// Take it out of service.
  case takeOutOfService = "out-of-service"
  /// Put it back in service.
  case putBackInService = "in-service"
}

/// What a person says when doing something to an alarm: the body of that request.
public struct AlarmOrder: AnswerRow {
  /// Who.
  public let by: String
  /// What they say.
  public let comment: String
  /// Whose matter it becomes; nil unless it is assigned.
  public let to: String?
  /// Until when it is put aside, as a person writes it; nil unless it is shelved.
  public let until: String?

  enum CodingKeys: String, CodingKey {
    case by, comment, to, until
  }

  /// `by` saying `comment`.
  public init(by: String, comment: String, to: String? = nil, until: String? = nil) {
    self.by = by
    self.comment = comment
    self.to = to
    self.until = until
  }

  /// Hands over the keys.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.by, by)
    fields.add(CodingKeys.comment, comment)
    if let to { fields.add(CodingKeys.to, to) }
    if let until { fields.add(CodingKeys.until, until) }
  }
}

/// A step in the life of an alarm.
public struct AlarmStepRow: AnswerRow {
  /// When it happened, RFC 3339: by the gateway's clock where the water did it, else by ours.
  public let time: String
  /// The raw value of its `AlarmTransition.Kind`.
  public let step: String
  /// The raw value of the `AlarmState` after it.
  public let state: String
  /// Who did it; nil when nobody did.
  public let by: String?
  /// What they said; nil when nobody did it.
  public let comment: String?
  /// Whether people were to be told.
  public let told: Bool
  /// When it was written down, by our clock, RFC 3339.
  public let recordedTime: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case time, step, state, by, comment, told
    case recordedTime = "recorded_time"
  }

  /// A step with all its columns.
  public init(
    time: String, step: String, state: String, by: String?, comment: String?, told: Bool,
    recordedTime: String
  ) {
    self.time = time
    self.step = step
    self.state = state
    self.by = by
    self.comment = comment
    self.told = told
    self.recordedTime = recordedTime
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.time, time)
    fields.add(CodingKeys.step, step)
    fields.add(CodingKeys.state, state)
    fields.add(CodingKeys.by, by)
    fields.add(CodingKeys.comment, comment)
    fields.add(CodingKeys.told, told)
    fields.add(CodingKeys.recordedTime, recordedTime)
  }
}

extension AlarmStepRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of steps.
  public static func table(for rows: [AlarmStepRow]) -> TextTable {
    TextTable(columns: [
      .init("TIME"), .init("STEP"), .init("STATE", isOptional: true), .init("TOLD"), .init("BY"),
      .init("COMMENT", minimumWidth: 10),
    ])
  }

  /// When, what, how it stood then, whether people were told, and who did it with what words.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(Wording.second(time), short: Wording.shortMinute(time)),
      .init(step.replacing("_", with: " ")), .init(state.replacing("_", with: " ")),
      .init(told ? "yes" : "no"), .init(by ?? Wording.nothing), .init(comment ?? ""),
    ]
  }

  /// What is said when there is none.
  public static var nothing: String { "no steps" }
}
