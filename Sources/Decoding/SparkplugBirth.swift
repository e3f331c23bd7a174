import PoolModel

/// What an edge node or a device has declared in its birth: which metrics it has, under which aliases.
///
/// Bounded by `metricLimit` metrics of `nameByteLimit` bytes each.
struct SparkplugBirth {
  /// The most metrics that all births of a binding may have together: a large plant has hundreds.
  static let metricLimit = 4096
  /// The longest name of a metric, so that the names of a binding take 4 MiB at most.
  static let nameByteLimit = 1024

  /// What mqtt-spb-wrapper puts before names in births, and leaves out in data.
  static let folder = "DATA/"

  /// A metric as it was declared.
  struct Metric {
    let name: String
    let alias: UInt64?
    /// The specification's number of the type; 0 where the birth does not say.
    let dataType: UInt32
    /// What it stands for; nil for one of the many that the gateway's map does not have.
    fileprivate(set) var binding: ValueBinding?
    /// What people are told of it, written once and not per value; empty where it stands for nothing.
    let place: String
    /// The path of another edge node or device that sends the value of the same name; such a metric is
    /// refused, for nobody has said which of the two is meant.
    let rival: String?
  }

  /// The names of the map that it has, also those that another sends.
  private(set) var mappedNames: [String] = []
  private var metrics: [Metric] = []
  private var indexByName: [String: Int] = [:]
  private var indexByAlias: [UInt64: Int] = [:]

  /// The metrics declared.
  var count: Int { metrics.count }
  /// Whether the map has something of it.
  var isKnown: Bool { !mappedNames.isEmpty }

  /// Adds the next metric of the birth.
  ///
  /// The same metric again, as with a historical value, is no news.
  ///
  /// - Parameters:
  ///   - metric: What the birth has.
  ///   - index: Its place in the birth.
  ///   - meaning: What a name stands for, and who else sends it.
  /// - Returns: The metric as it is remembered.
  /// - Throws: `bad_payload`, for which the whole birth is refused: no name, one that is too long, one
  ///   declared in two ways, an alias of two metrics, too many metrics.
  mutating func declare(
    _ metric: SparkplugPayload.Metric, index: Int,
    meaning: (String) -> (binding: ValueBinding?, rival: String?)
  ) throws(PlacedMistake) -> Metric {
    let place = "metrics[\(index)]"
    guard metric.hasName, !metric.name.isEmpty else {
      throw .badPayload("\(place).name", found: "none", expected: "a name in a birth")
    }
    guard metric.name.utf8.count <= Self.nameByteLimit else {
      throw .badPayload(
        "\(place).name", found: "\(metric.name.utf8.count) bytes",
        expected: "at most \(Self.nameByteLimit)")
    }
    let alias = metric.hasAlias ? metric.alias : nil
    if let earlier = indexByName[metric.name].map({ metrics[$0] }) {
      guard earlier.alias == alias, earlier.dataType == metric.datatype else {
        throw .badPayload(
          place, found: "\(OneLine.quoted(metric.name)) again with another alias or datatype",
          expected: "each metric declared once")
      }
      return earlier
    }
    if let alias {
      if let other = indexByAlias[alias] {
        throw .badPayload(
          "\(place).alias",
          found: "\(alias) for \(OneLine.quoted(metric.name)), which is "
            + OneLine.quoted(metrics[other].name),
          expected: "an alias of its own")
      }
      indexByAlias[alias] = metrics.count
    }
    indexByName[metric.name] = metrics.count
    let (binding, rival) = meaning(metric.name)
    let declared = Metric(
      name: metric.name, alias: alias, dataType: metric.datatype, binding: binding,
      place: binding.map { "metric \(OneLine.quoted($0.name, limit: 60))" } ?? "", rival: rival)
    metrics.append(declared)
    if let binding { mappedNames.append(binding.name) }
    return declared
  }

  /// The declared metric that `metric` of a data message is about.
  ///
  /// By its alias where it has one. A name beside the alias is superfluous; it must be the declared one
  /// or its last part, as gateways that sort their births into folders write it. Without an alias it is
  /// the declared name, or what follows `DATA/` in it: gateways made with mqtt-spb-wrapper, a library in
  /// Python, give birth to `DATA/NAME` and send `NAME`.
  ///
  /// - Parameters:
  ///   - metric: What the message has.
  ///   - place: Where it stands in the message.
  /// - Returns: The metric as it was born.
  /// - Throws: `unknown_name` for one that was never born, `bad_payload` where name and alias tell two
  ///   metrics or neither is given.
  func metric(
    for metric: SparkplugPayload.Metric, place: @autoclosure () -> String
  ) throws(PlacedMistake) -> Metric {
    // Only so long a name can have been born, and a longer one is costly to compare.
    guard metric.name.utf8.count <= Self.nameByteLimit else {
      throw PlacedMistake(
        reason: .unknownName, place: place(), found: "a name of \(metric.name.utf8.count) bytes",
        expected: "a metric of the last birth")
    }
    let named = metric.hasName ? declared(metric.name) : nil
    if metric.hasAlias, let index = indexByAlias[metric.alias] {
      let aliased = metrics[index]
      guard
        !metric.hasName || metric.name.isEmpty || metric.name == aliased.name
          || ((named ?? aliased).name == aliased.name && aliased.name.hasSuffix("/" + metric.name))
      else {
        throw .badPayload(
          place(),
          found: "\(OneLine.quoted(metric.name)) with alias \(metric.alias), which is "
            + OneLine.quoted(aliased.name),
          expected: "the name and alias of one metric")
      }
      return aliased
    }
    // An alias that no birth gave beside a metric that has none: some libraries always write one.
    if let named, !metric.hasAlias || named.alias == nil { return named }
    guard metric.hasAlias || metric.hasName else {
      throw .badPayload(place(), found: "no name and no alias", expected: "one of them")
    }
    throw PlacedMistake(
      reason: .unknownName, place: place(),
      found: metric.hasAlias ? "alias \(metric.alias)" : OneLine.quoted(metric.name),
      expected: "a metric of the last birth")
  }

  /// Has every metric that stands for one of `names`, which are those of before, stand for what that is
  /// called now.
  mutating func rebind(_ names: GatewayNames) {
    for index in metrics.indices {
      metrics[index].binding = metrics[index].binding.flatMap { names[$0.name] }
    }
  }

  private func declared(_ name: String) -> Metric? {
    let index = indexByName[name] ?? indexByName[Self.folder + name]
    return index.map { metrics[$0] }
  }
}
