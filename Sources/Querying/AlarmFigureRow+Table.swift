extension AlarmFigureRow: PrintedRow {
  /// The keys of the contract.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// The columns of figures.
  public static func table(for rows: [AlarmFigureRow]) -> TextTable {
    TextTable(columns: [
      .init("FIGURE"), .init("OF", minimumWidth: 20, folds: true),
      .init("COUNT", alignment: .right),
      .init("SHARE", alignment: .right), .init("TIME", alignment: .right),
      .init("WANTED", alignment: .right),
    ])
  }

  /// Which figure, of what, how many, which part, how long, and what it should be.
  ///
  /// What belongs to a list has no name of its own and stands below its total.
  public func cells(in table: TextTable) -> [TextTable.Cell] {
    guard let known = AlarmFigure(rawValue: figure) else {
      return [.init(figure), .init(place), .init(countText), .init(shareText), .init(timeText), ""]
    }
    let isListed =
      [.chatteringAlarm, .staleAlarm, .topAlarm, .seriesOutOfLimits] as Set<AlarmFigure>
    return [
      .init(isListed.contains(known) ? "" : known.words), subject(of: known),
      .init(known == .perOperator || known == .busiestHour ? rateText : countText),
      .init(shareText), .init(known == .annunciations ? "" : timeText),
      .init(wantedText(of: known)),
    ]
  }

  /// What is said when there are no figures, which is never.
  public static var nothing: String { "no figures" }

  private func subject(of figure: AlarmFigure) -> TextTable.Cell {
    switch figure {
    case .annunciations:
      return .init(
        "\(Wording.second(fromTime ?? "")) – \(Wording.second(toTime ?? ""))",
        short: "\(Wording.shortMinute(fromTime ?? "")) – \(Wording.shortMinute(toTime ?? ""))")
    case .perOperator:
      let count = count ?? 1
      return .init(count == 1 ? "on average, 1 operator" : "on average, each of \(count) operators")
    case .busiestHour, .worstFlood:
      guard let fromTime else { return "" }
      return .init("from \(Wording.second(fromTime))")
    case .chattering: return .init(count == 1 ? "alarm" : "alarms")
    case .fleeting: return "over within 2 intervals"
    case .stale: return "on for more than 24 h"
    case .staleAlarm:
      return .init(toTime == nil ? "\(place), still on" : place)
    case .priority: return .init(priority ?? "")
    case .alarmClass: return .init(alarmClass ?? "")
    case .acknowledged, .returned:
      guard let medianSeconds, let p90Seconds else { return "" }
      return .init(
        "median \(Wording.age(seconds: medianSeconds)), P90 \(Wording.age(seconds: p90Seconds))")
    case .outOfLimits:
      return .init(count == 1 ? "1 parameter, while open" : "\(count ?? 0) parameters, while open")
    case .floods, .topTen, .notAcknowledged: return ""
    case .chatteringAlarm, .topAlarm, .seriesOutOfLimits: return .init(place)
    }
  }

  /// The alarm, or the parameter, and where.
  private var place: String {
    var words: [String] = []
    if let rule { words.append(rule) }
    if let venue { words.append(pool.map { "\(venue)/\($0)" } ?? venue) }
    if let parameter, rule?.contains(parameter) != true { words.append(parameter) }
    return words.joined(separator: " ")
  }

  private var countText: String {
    figure == AlarmFigure.outOfLimits.rawValue ? "" : count.map { "\($0)" } ?? ""
  }

  private var rateText: String {
    perHour.map { Wording.number(($0 * 100).rounded() / 100) } ?? Wording.nothing
  }

  private var shareText: String {
    share.map { "\(Wording.number(($0 * 10).rounded() / 10)) %" } ?? ""
  }

  /// Times out of limits are sums that are compared: all in minutes.
  private var timeText: String {
    guard let seconds else { return "" }
    let isSum =
      figure == AlarmFigure.outOfLimits.rawValue || figure == AlarmFigure.seriesOutOfLimits.rawValue
    return isSum
      ? "\(Wording.number((seconds / 6).rounded() / 10)) min" : Wording.age(seconds: seconds)
  }

  private func wantedText(of figure: AlarmFigure) -> String {
    guard let wanted else { return "" }
    return figure == .priority ? "\(Wording.number(wanted)) %" : "≤ \(Wording.number(wanted))"
  }
}

extension AlarmFigure {
  fileprivate var words: String {
    switch self {
    case .annunciations: "alarms told"
    case .perOperator: "an hour"
    case .busiestHour: "busiest hour"
    case .worstFlood: "worst flood"
    case .topTen: "top ten"
    case .notAcknowledged: "not acknowledged"
    case .returned: "over"
    case .outOfLimits: "out of limits"
    default: rawValue
    }
  }
}
