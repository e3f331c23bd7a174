import PoolModel

/// Pools whose limits depend on pH, or are on what is computed of several parameters, and whose readings come in
/// one message or in parts.
///
/// pH goes up and down across the conditions of the limits, so that water is out of them and in again every ten
/// minutes although chlorine and ORP rest.
struct ComposedWater {
  /// How readings come.
  struct Way {
    let parts: [Part]
    /// Only every so manieth reading has pH.
    var pHInterval = 1
    /// Whether the parts come in the other order for ten minutes of twenty.
    var isShuffled = false
  }

  /// What one message has of a reading.
  struct Part {
    let parameters: [String]
    /// How much later than the reading it was measured, in milliseconds.
    var offset: Int64 = 0
    /// How many readings later it comes.
    var lag = 0
  }

  /// By pool.
  static let ways: [Way] = [
    Way(parts: [Part(parameters: all)], pHInterval: 3),
    // Of one instant, but in two messages.
    Way(
      parts: [
        Part(parameters: ["free_chlorine", "orp"]),
        Part(parameters: ["ph", "total_chlorine", "flow", "temperature"]),
      ], isShuffled: true),
    // Each sensor at a time of its own.
    Way(parts: [
      Part(parameters: ["free_chlorine"]), Part(parameters: ["ph"], offset: 4000),
      Part(parameters: ["total_chlorine", "orp", "temperature"], offset: 7000),
    ]),
    // One that is always a reading behind, and one that is so far behind that it is not known in time.
    Way(parts: [Part(parameters: allButPH), Part(parameters: ["ph"], lag: 1)]),
    Way(parts: [Part(parameters: allButPH), Part(parameters: ["ph"], lag: 4)]),
  ]

  private static let allButPH = ["free_chlorine", "total_chlorine", "orp", "temperature"]
  private static let all = allButPH + ["ph"]

  let pool: Int
  let way: Way

  /// The pool with the place `pool` among those of `FaultyWater`.
  init(pool: Int) {
    self.pool = pool
    way = Self.ways[pool - FaultyWater.composed]
  }

  /// Which part comes at `place` where part number `number` would.
  func part(_ number: Int, at place: Int) -> Part {
    way.isShuffled && place / 60 % 2 == 1
      ? way.parts[way.parts.count - 1 - number] : way.parts[number]
  }

  /// How much later than the others the temperature is measured, in milliseconds.
  var temperatureOffset: Int64 {
    way.parts.first { $0.parameters.contains("temperature") }?.offset ?? 0
  }

  func payload(_ part: Part, _ step: Int, at time: Int64) -> String {
    let values = part.parameters.compactMap { parameter in
      value(of: parameter, step).map { "\"\(parameter)\":\($0)" }
    }
    return #"{"ts":\#(time),"values":{\#(values.joined(separator: ","))}}"#
  }

  private func value(of parameter: String, _ step: Int) -> String? {
    switch parameter {
    case "free_chlorine": FaultyWater.hundredths(chlorine(step))
    // 0.20 to 0.50 mg/L of it is combined: the limit is 0.40.
    case "total_chlorine": FaultyWater.hundredths(chlorine(step) + 20 + rise(step, 90, 30))
    case "ph": step % way.pHInterval == 0 ? FaultyWater.hundredths(pH(step)) : nil
    // Enough up to pH 7.3. For an hour far too little for as much chlorine as there is then.
    case "orp": String(isStrange(step) ? 550 : 710 + 3 * FaultyWater.noise(pool + 10, step))
    case "flow": (300..<360).contains(step) ? "0" : "42"
    default: "28.\(abs(step) / 30 % 10)"
    }
  }

  /// Enough up to pH 7.4; less than enough for five minutes.
  private func chlorine(_ step: Int) -> Int {
    let noise = FaultyWater.noise(pool, step)
    if isStrange(step) { return 60 + noise }
    return (1400..<1430).contains(step) ? 28 + noise : 45 + noise
  }

  /// 7.22 to 7.46, with a spike now and then that is known for one with the next value.
  private func pH(_ step: Int) -> Int {
    722 + rise(step, 60, 24) + FaultyWater.noise(pool + 20, step) + (step % 97 == 7 ? 140 : 0)
  }

  private func isStrange(_ step: Int) -> Bool { (1000..<1400).contains(step) }

  /// Up to `height` and down again every `period` steps.
  private func rise(_ step: Int, _ period: Int, _ height: Int) -> Int {
    let place = (step + 100 * period + pool * 7) % period
    return min(place, period - place) * height / (period / 2)
  }
}
