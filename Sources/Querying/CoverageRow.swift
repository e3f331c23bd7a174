/// How much of what was due came, for the whole plan or a part of it.
public struct CoverageRow: AnswerRow {
  /// The street; nil when the row is not about one, and its key is absent then.
  public let street: String?
  /// The venue's id; nil when the row is not about one, and its key is absent then.
  public let venue: String?
  /// The pool's own id; nil when the row is not about one, and its key is absent then.
  public let pool: String?
  /// The parameter's name; nil when the row is not about one, and its key is absent then.
  public let parameter: String?
  /// How many readings were due.
  public let dueCount: Int
  /// How many of them came.
  public let receivedCount: Int
  /// How many of those were good or suspect.
  public let validCount: Int
  /// 传输率: received of due, 0…1; nil when nothing was due.
  public let transmissionRate: Double?
  /// 有效率: valid of received, 0…1; nil when nothing came.
  public let validityRate: Double?
  /// 传输有效率: valid of due, 0…1; nil when nothing was due.
  public let effectiveTransmissionRate: Double?
  /// How many more would have been due at times of which readings are lost by damage to the store; nil in
  /// an answer of an older daemon.
  public let lostCount: Int?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case street, venue, pool, parameter
    case dueCount = "n_due"
    case receivedCount = "n_received"
    case validCount = "n_valid"
    case transmissionRate = "transmission_rate"
    case validityRate = "validity_rate"
    case effectiveTransmissionRate = "effective_transmission_rate"
    case lostCount = "n_lost"
  }

  /// The row of the part of the plan that the names given stand for; the rates follow from the
  /// counts.
  public init(
    street: String? = nil, venue: String? = nil, pool: String? = nil, parameter: String? = nil,
    dueCount: Int, receivedCount: Int, validCount: Int, lostCount: Int = 0
  ) {
    self.street = street
    self.venue = venue
    self.pool = pool
    self.parameter = parameter
    self.dueCount = dueCount
    self.receivedCount = receivedCount
    self.validCount = validCount
    self.lostCount = lostCount
    transmissionRate = Self.rate(receivedCount, of: dueCount)
    validityRate = Self.rate(validCount, of: receivedCount)
    effectiveTransmissionRate = Self.rate(validCount, of: dueCount)
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    if let street { fields.add(CodingKeys.street, street) }
    if let venue { fields.add(CodingKeys.venue, venue) }
    if let pool { fields.add(CodingKeys.pool, pool) }
    if let parameter { fields.add(CodingKeys.parameter, parameter) }
    fields.add(CodingKeys.dueCount, dueCount)
    fields.add(CodingKeys.receivedCount, receivedCount)
    fields.add(CodingKeys.validCount, validCount)
    fields.add(CodingKeys.transmissionRate, transmissionRate)
    fields.add(CodingKeys.validityRate, validityRate)
    fields.add(CodingKeys.effectiveTransmissionRate, effectiveTransmissionRate)
    fields.add(CodingKeys.lostCount, lostCount)
  }

  private static func rate(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
