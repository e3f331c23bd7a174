/// Some of a plan's parameters, of which there are at most 64.
public struct ParameterSet: OptionSet, Hashable, Sendable {
  /// A bit for each parameter, by its number.
  public let rawValue: UInt64

  /// The parameters whose bits are set.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// `parameter` alone.
  public init(_ parameter: ParameterNumber) {
    self.init(rawValue: 1 << UInt64(parameter.index))
  }

  /// Whether `parameter` is one of them.
  public func contains(_ parameter: ParameterNumber) -> Bool {
    rawValue >> UInt64(parameter.index) & 1 != 0
  }
}
