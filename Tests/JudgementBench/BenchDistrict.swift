import Foundation
public import PoolModel
public import Registry

/// A district that is judged by the delivered rules and profiles of `Config/`.
public struct BenchDistrict {
  /// Its zone.
  public var zone = "Asia/Shanghai"
  /// Seconds between two readings of a pool.
  public var intervalSeconds = 60
  /// So many venues, `venue-001` and so on, with one pool `main` each.
  public var venueCount = 1
  /// What every pool is used as.
  public var kind = PoolKind.indoor
  /// When every venue is open: lines of the plan, such as `opening_hours: […]`.
  public var hours: [String] = []
  /// The profiles in force, by their files' names in `Config/profiles`.
  public var profiles = ["cn-gb37488-2019"]

  /// A district in Shanghai with a pool that reports every minute.
  public init() {}

  /// The configuration, with the rules of `Config/rules.yaml`.
  ///
  /// - Throws: `ConfigurationError`, or what reading a file of `Config/` throws.
  public func configuration() throws -> Configuration {
    let config = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../Config")
    let texts = ["bench.yaml": main, "bench-plan.yaml": plan, "bench-people.yaml": people]
    return try Configuration.load(path: config.appending(path: "bench.yaml").path) { path in
      if let text = texts[URL(filePath: path).lastPathComponent] { return Array(text.utf8) }
      return Array(try Data(contentsOf: URL(filePath: path)))
    }
  }

  private var main: String {
    let files = profiles.map { "profiles/\($0).yaml" }.joined(separator: ", ")
    return """
      kind: poolwatch
      plan: bench-plan.yaml
      rules: rules.yaml
      people: bench-people.yaml
      profiles: [\(files)]
      store: {directory: /nowhere}
      channels: {log: {}}
      """
  }

  private var plan: String {
    var text = """
      kind: plan
      district: {code: "310107", name: {en: Bench}, zone: \(zone)}
      interval_seconds: \(intervalSeconds)
      required: [free_chlorine, ph, temperature]
      venues:

      """
    for number in 1...venueCount {
      text += """
          - id: \(Self.venue(number))
            name: {en: Venue \(number)}
            street: north
            pools:
              - id: main
                name: {en: main}
                kind: \(kind.rawValue)
                disinfectant: chlorine
                resolution: {free_chlorine: 0.01, ph: 0.01, temperature: 0.1}

        """
      for line in hours { text += "    \(line)\n" }
    }
    return text
  }

  private var people: String {
    """
    kind: people
    people:
      - id: inspector
        name: {en: Inspector}
        role: inspector
        channel: log
    """
  }

  /// The id of the venue at place `number`, from 1 on.
  public static func venue(_ number: Int) -> String {
    let digits = String(number)
    return "venue-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
