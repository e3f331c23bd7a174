/// What somebody who registers a closure says: the body of that request.
public struct ClosureRequest: AnswerRow {
  /// The venue's id.
  public let venue: String
  /// The pool's own id; nil for all of the venue's.
  public let pool: String?
  /// The raw value of a `Closure.Kind`; nil for `closure`.
  public let kind: String?
  /// When it begins, as a person writes it; nil for now.
  public let from: String?
  /// When it is to end; nil where nobody knows yet.
  public let to: String?
  /// Who says so.
  public let by: String
  /// Their reason.
  public let reason: String

  enum CodingKeys: String, CodingKey {
    case venue, pool, kind, from, to, by, reason
  }

  /// A closure of `venue` or of one of its pools.
  public init(
    venue: String, pool: String?, kind: String?, from: String?, to: String?, by: String,
    reason: String
  ) {
    self.venue = venue
    self.pool = pool
    self.kind = kind
    self.from = from
    self.to = to
    self.by = by
    self.reason = reason
  }

  /// Hands over the keys.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.pool, pool)
    fields.add(CodingKeys.kind, kind)
    fields.add(CodingKeys.from, from)
    fields.add(CodingKeys.to, to)
    fields.add(CodingKeys.by, by)
    fields.add(CodingKeys.reason, reason)
  }
}

/// Which closures are asked for.
public enum ClosureSelection: String, CaseIterable, Hashable, Sendable {
  /// Those that are not over yet, planned ones too.
  case active
  /// All that were ever registered.
  case all
}
