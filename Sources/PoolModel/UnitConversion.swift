/// From a declared unit to another: `value × factor + offset`.
///
/// Nothing is ever guessed: who sends a value, or who configures its gateway, names the unit.
public struct UnitConversion: Hashable, Sendable {
  /// What a value is multiplied by first.
  public let factor: Double
  /// What is added then.
  public let offset: Double
  /// Whether the value is divided by `factor` instead: exact where the factor is a power of ten.
  public let isDivision: Bool

  /// Leaves values as they are.
  public static let none = UnitConversion(factor: 1)

  /// A conversion by factor and offset.
  public init(factor: Double, offset: Double = 0, isDivision: Bool = false) {
    self.factor = factor
    self.offset = offset
    self.isDivision = isDivision
  }

  /// `value` in the other unit; bit for bit the same where nothing is converted.
  public func callAsFunction(_ value: Double) -> Double {
    if self == .none { return value }
    let scaled = isDivision ? value / factor : value * factor
    return offset == 0 ? scaled : scaled + offset
  }

  /// From `unit` to `target`, a parameter's unit; nil when the one cannot be the other.
  ///
  /// Units are written as people, SenML and vendors do: `mg/L` and `mg/l`, `°C` and `Cel`, an empty
  /// unit and `pH`. Sources: RFC 8428 section 12.1, RFC 8798, SI brochure.
  public init?(from unit: String, to target: String) {
    guard unit.utf8.count <= Self.unitByteLimit else { return nil }
    let unit = Self.canonical(unit)
    let target = Self.canonical(target)
    if unit == target {
      self = .none
      return
    }
    guard let conversion = Self.table[target]?[unit] else { return nil }
    self = conversion
  }

  /// The units that can be converted to `target`, as they are written in messages; sorted.
  public static func units(to target: String) -> [String] {
    let target = canonical(target)
    return ([target] + (table[target].map { Array($0.keys) } ?? [])).sorted()
  }

  /// One spelling of each unit.
  private static func canonical(_ unit: String) -> String {
    spellings[unit] ?? unit
  }

  /// A longer text is no unit, and with combining characters would take long to look up.
  private static let unitByteLimit = 64

  private static let spellings: [String: String] = [
    "": "pH", "mg/l": "mg/L", "ug/L": "µg/L", "ug/l": "µg/L", "µg/l": "µg/L", "μg/L": "µg/L",
    "Cel": "°C", "degC": "°C", "C": "°C", "℃": "°C", "degF": "°F", "F": "°F", "℉": "°F",
    "uS/cm": "µS/cm", "μS/cm": "µS/cm", "m3/h": "m³/h", "m3/s": "m³/s", "l/s": "L/s",
    "l/min": "L/min", "FNU": "NTU", "FTU": "NTU", "g/m3": "g/m³", "kg/m3": "kg/m³",
  ]

  /// By the target's unit, then by the given one.
  private static let table: [String: [String: UnitConversion]] = [
    "mg/L": [
      "µg/L": UnitConversion(factor: 1000, isDivision: true), "g/m³": .none,
      "g/L": UnitConversion(factor: 1000), "kg/m³": UnitConversion(factor: 1000),
    ],
    "°C": [
      "K": UnitConversion(factor: 1, offset: -273.15),
      "°F": UnitConversion(factor: 5.0 / 9.0, offset: -160.0 / 9.0),
    ],
    "mV": ["V": UnitConversion(factor: 1000)],
    "µS/cm": [
      "mS/cm": UnitConversion(factor: 1000), "S/m": UnitConversion(factor: 10_000),
      "mS/m": UnitConversion(factor: 10),
    ],
    "m³/h": [
      "L/s": UnitConversion(factor: 3.6), "L/min": UnitConversion(factor: 50 / 3, isDivision: true),
      "m³/s": UnitConversion(factor: 3600),
    ],
    "m": [
      "cm": UnitConversion(factor: 100, isDivision: true),
      "mm": UnitConversion(factor: 1000, isDivision: true),
    ],
  ]
}
