public import PoolModel

/// What one rule would have raised over stored readings, beside the rules in force.
public struct BacktestRow: PrintedRow {
  /// The rule, such as `free_chlorine_low`.
  public let rule: String
  /// The raw value of its `AlarmClass`.
  public let alarmClass: String
  /// Alarms that began in the time asked for.
  public let count: Int
  /// Exceedances of late readings.
  public let historicalCount: Int
  /// Seconds that the alarms lasted, all together.
  public let seconds: Double
  /// Alarms that came three times or more within half an hour.
  public let chatteringCount: Int
  /// Of all alarms, in per cent; nil when there are none.
  public let share: Double?
  /// Alarms of the rules in force.
  public let countInForce: Int
  /// Seconds that these lasted.
  public let secondsInForce: Double
  /// Alarms that the rules in force do not raise.
  public let addedCount: Int
  /// Alarms that they alone raise.
  public let goneCount: Int

  enum CodingKeys: String, CodingKey, CaseIterable {
    case rule
    case alarmClass = "class"
    case count = "n_alarms"
    case historicalCount = "n_historical"
    case seconds
    case chatteringCount = "n_chattering"
    case share = "share_percent"
    case countInForce = "n_in_force"
    case secondsInForce = "seconds_in_force"
    case addedCount = "n_added"
    case goneCount = "n_gone"
  }

  /// The figures of `rule`.
  init(
    rule: String, alarmClass: AlarmClass, tally: AlarmTally, inForce: AlarmTally, totalCount: Int
  ) {
    self.rule = rule
    self.alarmClass = alarmClass.rawValue
    count = tally.count
    historicalCount = tally.historicalCount
    seconds = tally.duration.inSeconds
    chatteringCount = tally.chatteringCount
    share = totalCount > 0 ? Double(tally.count) * 100 / Double(totalCount) : nil
    countInForce = inForce.count
    secondsInForce = inForce.duration.inSeconds
    // An id follows from rule, pool, parameter and beginning.
    let (ids, idsInForce) = (Set(tally.alarms.map(\.id)), Set(inForce.alarms.map(\.id)))
    addedCount = ids.subtracting(idsInForce).count
    goneCount = idsInForce.subtracting(ids).count
  }

  /// A row for each rule that raised anything, the most alarms first.
  ///
  /// - Parameters:
  ///   - alarms: what the rules on trial raised.
  ///   - inForce: what those in force raised.
  ///   - through: the end of the time that both are about.
  /// - Returns: the rows.
  public static func rows(
    _ alarms: [AlarmOccurrence], inForce: [AlarmOccurrence], through: Timestamp
  ) -> [BacktestRow] {
    let own = Dictionary(grouping: alarms, by: \.rule)
    let others = Dictionary(grouping: inForce, by: \.rule)
    let totalCount = alarms.count { $0.state != .historical }
    return Set(own.keys).union(others.keys).map { rule in
      let alarmClass = (own[rule] ?? others[rule])?.first?.alarmClass ?? .water
      return BacktestRow(
        rule: rule, alarmClass: alarmClass, tally: AlarmTally(own[rule] ?? [], through: through),
        inForce: AlarmTally(others[rule] ?? [], through: through), totalCount: totalCount)
    }.sorted { ($1.count, $1.countInForce, $0.rule) < ($0.count, $0.countInForce, $1.rule) }
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.rule, rule)
    fields.add(CodingKeys.alarmClass, alarmClass)
    fields.add(CodingKeys.count, count)
    fields.add(CodingKeys.historicalCount, historicalCount)
    fields.add(CodingKeys.seconds, seconds)
    fields.add(CodingKeys.chatteringCount, chatteringCount)
    fields.add(CodingKeys.share, share)
    fields.add(CodingKeys.countInForce, countInForce)
    fields.add(CodingKeys.secondsInForce, secondsInForce)
    fields.add(CodingKeys.addedCount, addedCount)
    fields.add(CodingKeys.goneCount, goneCount)
  }

  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of a back-test.
  public static func table(for rows: [BacktestRow]) -> TextTable {
    TextTable(
      columns: [.init("RULE", minimumWidth: 12)]
        + ["COUNT", "TIME", "CHATTERING", "SHARE", "IN FORCE", "TIME", "ADDED", "GONE"].map {
          .init($0, short: $0 == "CHATTERING" ? "CHATTER" : $0, alignment: .right)
        })
  }

  /// How many, how long, how many chatter, which part; the same of the rules in force, and what differs.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    [
      .init(rule), .init("\(count)"), .init(Wording.age(seconds: seconds)),
      .init("\(chatteringCount)", tone: chatteringCount > 0 ? .warning : .plain),
      .init(share.map { "\(Wording.number(($0 * 10).rounded() / 10)) %" } ?? Wording.nothing),
      .init("\(countInForce)"), .init(Wording.age(seconds: secondsInForce)),
      .init(addedCount > 0 ? "+\(addedCount)" : "0"), .init(goneCount > 0 ? "-\(goneCount)" : "0"),
    ]
  }

  /// What is said when neither rules raise anything.
  public static var nothing: String { "no alarms, neither by these rules nor by those in force" }
}
