/// How certain a drift to one side is.
enum TrendLevel: UInt8, Comparable, Sendable {
  /// Not enough to say anything.
  case none
  /// Certain and visible, shown to whoever looks.
  case advisory
  /// It also at its slowest meets the bound soon, told to people.
  case warning

  static func < (left: TrendLevel, right: TrendLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Whether a drift to one side is shown and told.
struct TrendSide: Sendable {
  var advisory = SteadyState()
  var warning = SteadyState()

  var level: TrendLevel {
    warning.isOn ? .warning : advisory.isOn ? .advisory : .none
  }

  /// Whether a drift, or none, that is no warning changes nothing now.
  func isSteady(_ isAdvisory: Bool) -> Bool {
    !advisory.changes(by: isAdvisory) && !warning.changes(by: false)
  }
}

/// A state that begins when its condition held five times running and ends when it did not ten times.
struct SteadyState: Sendable {
  private(set) var isOn: Bool
  /// How many times running the condition was other than the state.
  private var otherCount: UInt8 = 0

  /// So many times running.
  static let onCount: Int64 = 5
  static let offCount: Int64 = 10

  init(isOn: Bool = false) { self.isOn = isOn }

  mutating func take(_ holds: Bool, isReadBack: Bool) {
    let isChange = !isReadBack && changes(by: holds)
    otherCount = holds == isOn || isChange ? 0 : min(otherCount, .max - 1) + 1
    if isChange { isOn.toggle() }
  }

  /// Whether it is another one once its condition is taken.
  func changes(by holds: Bool) -> Bool {
    holds != isOn && otherCount + 1 >= (isOn ? Self.offCount : Self.onCount)
  }

  /// Whether the condition holds is not known.
  mutating func rest() { otherCount = 0 }
}
