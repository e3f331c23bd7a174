import JudgementBench
import Pipeline
import PoolModel
import RingStore
import SimulatedPool

/// One pool through the real pipeline under the delivered rules, told in minutes from a start.
final class ScenarioBench {
  let bench: JudgementBench
  let start: Timestamp
  private let pool = PoolID(venue: BenchDistrict.venue(1), pool: "main")
  private var sequence = 0

  /// Good water: what every reading shows that a scenario says nothing of.
  private static let sound = ["ph": 7.3, "temperature": 27.0]

  /// 2027-03-01T00:00:00Z: eight in the morning of a Monday in Shanghai.
  static let usualStart = Timestamp(milliseconds: 1_803_859_200_000)

  init(_ district: BenchDistrict = BenchDistrict(), start: Timestamp = usualStart) throws {
    self.start = start
    bench = try JudgementBench(district.configuration(), start: start)
  }

  /// The instant `minute` minutes after the start.
  func time(_ minute: Double) -> Timestamp { start + .milliseconds(Int64(minute * 60_000)) }

  /// A payload with chlorine `chlorine` and what else is said, measured at `minute`.
  func payload(
    _ minute: Int, _ chlorine: Double, _ others: [String: Double] = [:], flag: String? = nil
  ) -> String {
    // A step to and fro: no sensor in water rests exactly.
    let steps = ["ph": 0.01, "temperature": 0.1].mapValues { $0 * Double(minute % 2) }
    var values = Self.sound.merging(others) { $1 }.merging(steps) { $0 + $1 }
    values["free_chlorine"] = chlorine
    let pairs = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
    let flags = flag.map { #","flags":{"free_chlorine":"\#($0)"}"# } ?? ""
    return
      #"{"ts":\#(time(Double(minute)).milliseconds),"values":{\#(pairs.joined(separator: ","))}\#(flags)}"#
  }

  /// A reading at each of `minutes`, every `step` minutes, as it is made.
  func run(
    _ minutes: Range<Int>, step: Int = 1, flag: String? = nil, others: [String: Double] = [:],
    _ chlorine: (Int) -> Double
  ) throws {
    for minute in stride(from: minutes.lowerBound, to: minutes.upperBound, by: step) {
      try bench.pass(until: time(Double(minute)))
      try receive([payload(minute, chlorine(minute), others, flag: flag)])
    }
  }

  /// The same with chlorine that rests but for the noise of a cell.
  func run(
    _ minutes: Range<Int>, step: Int = 1, flag: String? = nil, others: [String: Double] = [:],
    at chlorine: Double
  ) throws {
    try run(minutes, step: step, flag: flag, others: others) { minute in
      chlorine + (minute / step % 2 == 0 ? 0 : 0.01)
    }
  }

  /// What a simulated pool shows at each of `minutes`.
  func run(_ minutes: Range<Int>, _ water: inout SimulatedPool) throws {
    for minute in minutes {
      try bench.pass(until: time(Double(minute)))
      let values = water.reading(at: time(Double(minute)))
      let payload = NativePayload.reading(
        time: time(Double(minute)), sequence: UInt64(minute), values: values)
      bench.receive(payload, of: pool)
      try bench.settle()
    }
  }

  /// Takes messages, as one batch.
  func receive(_ payloads: [String]) throws {
    for payload in payloads { bench.receive(Array(payload.utf8), of: pool) }
    try bench.settle()
  }

  /// Nothing comes until `minute`.
  func silence(until minute: Int) throws { try bench.pass(until: time(Double(minute))) }

  /// What is stored.
  func rows() throws -> [SampleRow] {
    try bench.pipeline.store.rows(
      of: PoolNumber(0), from: .distantPast, through: .distantFuture, limit: .max)
  }

  /// What happened, one line for each step: the minute we decided it, the step, the alarm, and from and
  /// to which minute it was.
  ///
  /// Marked `told` where people are called.
  var story: [String] {
    bench.steps.map { transition, decided in
      let occurrence = transition.occurrence
      let end = occurrence.returnedTime.map { "–\(minute($0))" } ?? "…"
      return "\(minute(decided)) \(transition.kind) \(occurrence.rule) "
        + "\(minute(occurrence.eventTime))\(end)\(transition.isAnnouncement ? " told" : "")"
    }
  }

  private func minute(_ time: Timestamp) -> Int {
    Int(((time - start).inSeconds / 60).rounded(.down))
  }
}
