public import PoolModel

/// Which occurrences of alarms are asked for.
public enum AlarmSelection: String, CaseIterable, Hashable, Sendable {
  /// Those that somebody still has to do something about.
  case active
  /// All that are kept.
  case all

  /// Whether an occurrence in `state` is among them.
  public func includes(_ state: AlarmState) -> Bool {
    self == .all || state.isOpen
  }
}

/// What a row of coverage stands for.
public enum CoverageGrouping: String, CaseIterable, Hashable, Sendable {
  /// The whole plan, in one row.
  case plan
  /// A street.
  case street
  /// A venue.
  case venue
  /// A pool.
  case pool
  /// A parameter of a pool.
  case parameter
}

/// Into which steps a history is divided.
public enum HistoryStep: Hashable, Sendable {
  /// Steps as long as the text says, such as `15m`; those without a reading are left out.
  case long(String)
  /// At most so many steps of equal length, all of them, for a plot with so many columns.
  case fitting(columnCount: Int)

  fileprivate var query: (String, String?) {
    switch self {
    case .long(let text): ("step", text)
    case .fitting(let columnCount): ("columns", "\(columnCount)")
    }
  }
}

/// Something the command line asks the daemon.
///
/// Times travel as they were typed; the daemon knows the district's zone.
public enum Question: Hashable, Sendable {
  /// The newest value of every planned series, or of those of one venue.
  case latest(venue: String?)
  /// The stored samples of one series.
  case history(PoolID, parameter: String, from: String?, to: String?)
  /// What one series did step by step.
  case aggregates(PoolID, parameter: String, from: String?, to: String?, HistoryStep)
  /// When readings of one series are missing.
  case gaps(PoolID, parameter: String, from: String?, to: String?)
  /// When readings of one pool, or of any, are lost by damage to the store.
  case losses(PoolID?, from: String?, to: String?)
  /// Occurrences of alarms.
  case alarms(AlarmSelection, alarmClass: AlarmClass?)
  /// To do something to an alarm.
  case act(AlarmVerb, id: String)
  /// What has happened to an alarm.
  case alarmSteps(id: String)
  /// The figures about alarms of some time, divided among so many people.
  case alarmStatistics(from: String?, to: String?, operatorCount: Int)
  /// When venues or pools are out of use.
  case closures(ClosureSelection, venue: String?)
  /// To register that a venue or pool is out of use.
  case registerClosure
  /// To end a closure before its time.
  case endClosure(id: String)
  /// How much of the plan came.
  case coverage(from: String?, to: String?, by: CoverageGrouping)
  /// What was refused.
  case quarantine
  /// To take in what was refused and is acceptable now.
  case replay
  /// What was told to whom.
  case notices
  /// How the daemon is.
  case status
  /// What is known of the gateways, or of those of one venue.
  case gateways(venue: String?)
  /// Every message of a venue as it comes.
  case watch(venue: String)
  /// How full the store is, and how long it will hold.
  case store(by: StoreGrouping)
  /// To copy the store and what belongs to it.
  case snapshot

  /// The request target: path and query, percent-encoded.
  public var target: String {
    switch self {
    case .latest(let venue):
      Self.target(["latest"], [("venue", venue)])
    case .history(let pool, let parameter, let from, let to):
      Self.target(
        ["history", pool.venue, pool.pool],
        [("parameter", parameter), ("from", from), ("to", to)])
    case .aggregates(let pool, let parameter, let from, let to, let step):
      Self.target(
        ["history", pool.venue, pool.pool],
        [("parameter", parameter), ("from", from), ("to", to), step.query])
    case .gaps(let pool, let parameter, let from, let to):
      Self.target(
        ["gaps", pool.venue, pool.pool],
        [("parameter", parameter), ("from", from), ("to", to)])
    case .losses(let pool, let from, let to):
      Self.target(
        ["losses"] + (pool.map { [$0.venue, $0.pool] } ?? []), [("from", from), ("to", to)])
    case .alarms(let selection, let alarmClass):
      Self.target(["alarms"], [("state", selection.rawValue), ("class", alarmClass?.rawValue)])
    case .act(let verb, let id):
      Self.target(["alarms", id, verb.rawValue], [])
    case .alarmSteps(let id): Self.target(["alarms", id, "steps"], [])
    case .alarmStatistics(let from, let to, let operatorCount):
      Self.target(
        ["alarms", "stats"], [("from", from), ("to", to), ("operators", "\(operatorCount)")])
    case .closures(let selection, let venue):
      Self.target(["closures"], [("state", selection.rawValue), ("venue", venue)])
    case .registerClosure: Self.target(["closures"], [])
    case .endClosure(let id): Self.target(["closures", id, "end"], [])
    case .coverage(let from, let to, let grouping):
      Self.target(["coverage"], [("from", from), ("to", to), ("by", grouping.rawValue)])
    case .quarantine: Self.target(["quarantine"], [])
    case .replay: Self.target(["quarantine", "replay"], [])
    case .notices: Self.target(["notices"], [])
    case .status: Self.target(["status"], [])
    case .gateways(let venue): Self.target(["gateways"], [("venue", venue)])
    case .watch(let venue): Self.target(["gateways", venue, "watch"], [])
    case .store(let grouping): Self.target(["store"], [("by", grouping.rawValue)])
    case .snapshot: Self.target(["snapshot"], [])
    }
  }

  private static func target(_ path: [String], _ query: [(String, String?)]) -> String {
    let pairs = query.compactMap { name, value in value.map { "\(name)=\(encoded($0))" } }
    return "/v1/" + path.map(encoded).joined(separator: "/")
      + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
  }

  /// `text` with every byte but the unreserved ones of RFC 3986 as `%XX`: a `+` of an offset would
  /// be read as a space.
  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      switch UInt8(byte) {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result.append("%")
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return result
  }
}
