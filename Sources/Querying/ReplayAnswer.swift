/// Which refused messages are to be taken in after all: the body of that request.
public struct ReplayOrder: AnswerRow {
  /// Only messages of this venue; nil for all.
  public var venue: String?
  /// Only messages refused for this reason, the raw value of a `RefusalReason`; nil for any.
  public var reason: String?
  /// Only messages refused from this time on; nil for the beginning.
  public var from: String?
  /// Only messages refused until this time; nil for now.
  public var to: String?
  /// Whether to tell only what would become of them.
  public var isDryRun: Bool

  enum CodingKeys: String, CodingKey {
    case venue, reason, from, to
    case isDryRun = "dry_run"
  }

  /// An order for the messages that all of the conditions hold for.
  public init(venue: String?, reason: String?, from: String?, to: String?, isDryRun: Bool) {
    self.venue = venue
    self.reason = reason
    self.from = from
    self.to = to
    self.isDryRun = isDryRun
  }

  /// The order in `decoder`, where every key may be left out.
  ///
  /// - Throws: `DecodingError` when a key has the wrong type.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    venue = try keys.decodeIfPresent(String.self, forKey: .venue)
    reason = try keys.decodeIfPresent(String.self, forKey: .reason)
    from = try keys.decodeIfPresent(String.self, forKey: .from)
    to = try keys.decodeIfPresent(String.self, forKey: .to)
    isDryRun = try keys.decodeIfPresent(Bool.self, forKey: .isDryRun) ?? false
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.reason, reason)
    fields.add(CodingKeys.from, from)
    fields.add(CodingKeys.to, to)
    fields.add(CodingKeys.isDryRun, isDryRun)
  }
}

/// What became of refused messages that were to be taken in after all.
public struct ReplayAnswer: AnswerRow {
  /// Whether nothing was changed.
  public var isDryRun: Bool
  /// Messages that were looked at.
  public var examined = 0
  /// Messages of which nothing is refused any more: they have left the quarantine.
  public var taken = 0
  /// Messages of which a part is taken in and another part is still refused: they stay.
  public var takenInPart = 0
  /// Messages that are refused as before: they stay.
  public var refused = 0
  /// Those that stay, taken in part or not at all, by the reason that they stay with.
  public var refusedByReason: [String: Int] = [:]
  /// Messages that cannot be taken in, because only their beginning is kept: they stay.
  public var cut = 0
  /// The first of those that are cut, in words, at most twenty.
  public var cutMessages: [String] = []
  /// Values stored.
  public var stored = 0
  /// Values that were there already.
  public var duplicate = 0
  /// Values that were there already with another number, which stays.
  public var conflict = 0
  /// Values that are older than what the store can still hold.
  public var tooOld = 0

  enum CodingKeys: String, CodingKey {
    case examined, taken, refused, cut, stored, duplicate, conflict
    case isDryRun = "dry_run"
    case takenInPart = "taken_in_part"
    case refusedByReason = "refused_by_reason"
    case cutMessages = "cut_messages"
    case tooOld = "too_old"
  }

  /// An answer of which nothing is counted yet.
  public init(isDryRun: Bool) {
    self.isDryRun = isDryRun
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.isDryRun, isDryRun)
    fields.add(CodingKeys.examined, examined)
    fields.add(CodingKeys.taken, taken)
    fields.add(CodingKeys.takenInPart, takenInPart)
    fields.add(CodingKeys.refused, refused)
    fields.add(CodingKeys.refusedByReason, refusedByReason)
    fields.add(CodingKeys.cut, cut)
    fields.add(CodingKeys.cutMessages, cutMessages)
    fields.add(CodingKeys.stored, stored)
    fields.add(CodingKeys.duplicate, duplicate)
    fields.add(CodingKeys.conflict, conflict)
    fields.add(CodingKeys.tooOld, tooOld)
  }

  /// The counts as lines for people.
  public var printed: String {
    let verb = isDryRun ? "would be taken in" : "taken in"
    let messages = examined == 1 ? "message" : "messages"
    var lines = ["\(examined) refused \(messages) looked at again"]
    lines.append("  \(taken) \(verb)\(taken > 0 && !isDryRun ? ", and out of the quarantine" : "")")
    if takenInPart > 0 {
      lines.append("  \(takenInPart) \(verb) in part; the rest is still refused, and they stay")
    }
    lines.append("  \(refused) still refused")
    if !refusedByReason.isEmpty {
      let reasons = refusedByReason.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\($0.key) \($0.value)" }
      lines.append("    staying: \(reasons.joined(separator: ", "))")
    }
    if cut > 0 {
      lines.append("  \(cut) cannot be taken in: only the beginning of a message is kept")
      lines += cutMessages.map { "    \($0)" }
      if cut > cutMessages.count { lines.append("    and \(cut - cutMessages.count) more") }
    }
    lines.append(
      "values: \(stored) \(isDryRun ? "would be stored" : "stored"), \(duplicate) there already, "
        + "\(conflict) there with another number, \(tooOld) too old")
    return lines.map { $0.withVisibleControls + "\n" }.joined()
  }
}
