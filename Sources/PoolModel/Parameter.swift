/// A quantity of the water that a gateway reports, such as free chlorine.
public struct Parameter: Hashable, Sendable {
  /// The name in payloads, configuration and commands, such as `free_chlorine`.
  public let name: String
  /// The unit of every value of it, such as `mg/L`; empty for pH.
  public let unit: String
  /// What people call it.
  public let title: Title
  /// Values outside cannot be water and are flagged `fail`; both ends are plausible.
  public let plausible: ClosedRange<Double>

  /// A parameter with its unit, title and plausible range.
  public init(name: String, unit: String, title: Title, plausible: ClosedRange<Double>) {
    self.name = name
    self.unit = unit
    self.title = title
    self.plausible = plausible
  }
}

/// A name in the two languages of the district's people.
public struct Title: Hashable, Sendable {
  /// In English.
  public let english: String
  /// In Chinese.
  public let chinese: String

  /// The same thing named in both languages.
  public init(english: String, chinese: String) {
    self.english = english
    self.chinese = chinese
  }

  /// Both, as shown to people: `游离性余氯 free chlorine`, or one where they are equal or one is empty.
  public var both: String {
    if chinese.isEmpty || chinese == english { return english }
    return english.isEmpty ? chinese : "\(chinese) \(english)"
  }
}

/// A parameter's place in `Plan.parameters`.
///
/// Valid with that plan alone, never stored.
public struct ParameterNumber: Hashable, Comparable, Sendable {
  /// The index, 0…63.
  public let index: Int

  /// The parameter at `index` of the plan's list.
  public init(_ index: Int) {
    self.index = index
  }

  /// By their order in the plan.
  public static func < (left: ParameterNumber, right: ParameterNumber) -> Bool {
    left.index < right.index
  }
}

extension Parameter {
  /// The parameters every plan knows; a plan may add more or narrow their plausible range.
  ///
  /// Plausible ranges are what the usual cells can show, wider than any water in use.
  public static let standard: [Parameter] = [
    Parameter(
      name: "free_chlorine", unit: "mg/L",
      title: Title(english: "free chlorine", chinese: "游离性余氯"), plausible: 0...20),
    Parameter(
      name: "combined_chlorine", unit: "mg/L",
      title: Title(english: "combined chlorine", chinese: "化合性余氯"), plausible: 0...20),
    Parameter(
      name: "total_chlorine", unit: "mg/L",
      title: Title(english: "total chlorine", chinese: "总余氯"), plausible: 0...20),
    Parameter(
      name: "ph", unit: "", title: Title(english: "pH", chinese: "pH"), plausible: 0...14),
    Parameter(
      name: "temperature", unit: "°C",
      title: Title(english: "temperature", chinese: "池水温度"), plausible: -5...60),
    Parameter(
      name: "orp", unit: "mV", title: Title(english: "ORP", chinese: "氧化还原电位"),
      plausible: -1500...1500),
    Parameter(
      name: "turbidity", unit: "NTU", title: Title(english: "turbidity", chinese: "浑浊度"),
      plausible: 0...1000),
    Parameter(
      name: "conductivity", unit: "µS/cm",
      title: Title(english: "conductivity", chinese: "电导率"), plausible: 0...100_000),
    Parameter(
      name: "cyanuric_acid", unit: "mg/L",
      title: Title(english: "cyanuric acid", chinese: "氰尿酸"), plausible: 0...500),
    Parameter(
      name: "flow", unit: "m³/h", title: Title(english: "flow", chinese: "流量"),
      plausible: -10_000...10_000),
    Parameter(
      name: "water_level", unit: "m", title: Title(english: "water level", chinese: "水位"),
      plausible: -10...50),
  ]
}
