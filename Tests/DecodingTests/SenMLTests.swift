import PoolModel
import Testing

@testable import Decoding

@Suite struct `SenML` {
  private static func decode(_ payload: String) -> DecodedDelivery {
    SampleGateway.decode(payload, by: SampleGateway.senML)
  }

  // MARK: The examples of RFC 8428 section 5.1

  @Test func `a single value is of now`() {
    let decoded = Self.decode(#"[{"n":"\#(SampleGateway.device)","u":"Cel","v":23.1}]"#)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225600000: temperature=23.1"])
    #expect(decoded.refusals.isEmpty && decoded.ignoredKeyCount == 0)
  }

  @Test func `base name, time, unit and version apply to the records after them`() {
    // Section 5.1.2, with the times of its resolved form; ampere is converted to nothing here, so
    // the current's unit is left to the map.
    let decoded = Self.decode(
      """
      [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bver":5,
        "n":"voltage","u":"V","v":120.1},
       {"n":"current","t":-5,"v":1.2},{"n":"current","t":-4,"v":1.3},
       {"n":"current","t":-3,"v":1.4},{"n":"current","t":-2,"v":1.5},
       {"n":"current","t":-1,"v":1.6},{"n":"current","v":1.7}]
      """)
    #expect(
      SampleGateway.lines(decoded) == [
        "0 @ 1276020076001: orp=120100.0 turbidity=1.7",
        "0 @ 1276020071001: turbidity=1.2", "0 @ 1276020072001: turbidity=1.3",
        "0 @ 1276020073001: turbidity=1.4", "0 @ 1276020074001: turbidity=1.5",
        "0 @ 1276020075001: turbidity=1.6",
      ])
    #expect(decoded.refusals.isEmpty)
  }

  @Test func `a base unit that cannot be the parameter's is named`() {
    // The same example with its own base unit, ampere.
    let decoded = Self.decode(
      """
      [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,
        "n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"v":1.2}]
      """)
    #expect(SampleGateway.lines(decoded) == ["0 @ 1276020076001: orp=120100.0"])
    #expect(
      SamplePlan.refusal(decoded)
        == "bad_unit: [1].u: found the unit 'A', expected one of NTU")
  }

  @Test func `a record's own unit overrides the base unit for itself alone`() {
    // Section 5.1.3: humidity with positions and a battery among it, which the map does not have.
    let decoded = Self.decode(
      """
      [{"bn":"\(SampleGateway.device)","bt":1.320067464e+09,"bu":"Cel","v":20},
       {"u":"K","t":60,"v":293.15},{"t":150,"v":21.2}]
      """)
    #expect(
      SampleGateway.lines(decoded) == [
        "0 @ 1320067464000: temperature=20.0", "0 @ 1320067524000: temperature=20.0",
        "0 @ 1320067614000: temperature=21.2",
      ])
  }

  @Test func `texts, booleans, data and sums are passed over and counted`() {
    // Section 5.1.5.
    let decoded = Self.decode(
      """
      [{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
       {"n":"label","vs":"Machine Room"},{"n":"open","vb":false},
       {"n":"nfc-reader","vd":"aGkgCg"},{"n":"energy","s":12.5}]
      """)
    #expect(decoded.readings.isEmpty && decoded.ignoredKeyCount == 4)
    #expect(
      SamplePlan.refusal(decoded)
        == "unknown_name: [0].n: found 'urn:dev:ow:10e2073a01080063:temp', "
        + "expected a name in the map of gateway 'plant'")
  }

  // MARK: Times

  static let times: [(String, Int64?)] = [
    (#""t":0"#, 1_767_225_600_000), (#""t":-5"#, 1_767_225_595_000),
    (#""t":-0.25"#, 1_767_225_599_750), (#""t":300"#, 1_767_225_900_000),
    (#""t":300.001"#, nil), (#""t":-820540800"#, 946_684_800_000), (#""t":-820540801"#, nil),
    (#""bt":-60,"t":10"#, 1_767_225_550_000),
    // 2^28 - 1 is far ahead of now, 2^28 is in 1978: neither can be a measurement.
    (#""t":268435455"#, nil), (#""t":268435456"#, nil),
    (#""bt":268435456,"t":1498790144"#, 1_767_225_600_000),
    (#""t":1767225600.4996"#, 1_767_225_600_500),
    (#""bt":1.7672256e9,"t":0.001"#, 1_767_225_600_001),
    (#""t":946684800"#, 946_684_800_000), (#""t":946684799.999"#, nil),
    (#""t":1767225900"#, 1_767_225_900_000), (#""t":1767225900.001"#, nil), (#""t":1e300"#, nil),
    (#""bt":1e308,"t":1e308"#, nil), (#""t":1767225600000"#, nil), (#""t":-1e300"#, nil),
  ]

  @Test(arguments: times)
  func `times below 2^28 are relative to now and all lie between 2000 and now`(
    _ row: (String, Int64?)
  ) {
    let decoded = Self.decode(#"[{"n":"ph","u":"pH","v":7,\#(row.0)}]"#)
    #expect(decoded.readings.first?.time.milliseconds == row.1)
    #expect(decoded.readings.count + decoded.refusals.count == 1)
    let reasons: Set<RefusalReason> = [.absurdTime, .futureTime]
    #expect(decoded.refusals.allSatisfy { reasons.contains($0.reason) })
  }

  @Test(arguments: [
    (#""t":268435455.999"#, RefusalReason.futureTime), (#""t":268435456"#, .absurdTime),
    (#""bt":268435450,"t":5.999"#, .futureTime), (#""bt":268435450,"t":6"#, .absurdTime),
  ])
  func `2^28 seconds is in July 1978 and anything less is from now`(
    _ row: (String, RefusalReason)
  ) {
    let decoded = Self.decode(#"[{"n":"ph","u":"pH","v":7,\#(row.0)}]"#)
    #expect(decoded.refusals.map(\.reason) == [row.1])
  }

  @Test func `a time that cannot be refuses its own record`() {
    let decoded = Self.decode(
      #"[{"n":"ph","u":"pH","v":7,"t":3600},{"n":"t","v":27,"t":-1},{"n":"ph","u":"pH","v":1,"t":5e8}]"#
    )
    #expect(SampleGateway.lines(decoded) == ["0 @ 1767225599000: temperature=27.0"])
    #expect(
      SamplePlan.refusal(decoded) == """
        future_time: [0].t: found 2026-01-01T01:00:00.000+00:00, expected at most 5 minutes from \
        now, 2026-01-01T00:05:00.000+00:00
        absurd_time: [2].t: found 1985-11-05T00:53:20.000+00:00, expected seconds since 1970, or \
        from now if below 2^28, in bt and t together, from 2000 on
        """)
  }

  // MARK: Values and units

  /// By hand: what each unit is in the parameter's.
  static let units: [(String, String, Double)] = [
    (#""n":"ph","u":"pH","v":7.31"#, "ph", 7.31),
    (#""n":"cl","u":"mg/L","v":0.52"#, "free_chlorine", 0.52),
    (#""n":"cl","u":"mg/l","v":0.52"#, "free_chlorine", 0.52),
    (#""n":"cl","u":"g/m3","v":0.52"#, "free_chlorine", 0.52),
    (#""n":"cl","u":"kg/m3","v":0.0005"#, "free_chlorine", 0.5),
    (#""n":"cl","u":"ug/L","v":520"#, "free_chlorine", 0.52),
    (#""n":"t","u":"Cel","v":27.4"#, "temperature", 27.4),
    (#""n":"t","u":"K","v":273.15"#, "temperature", 0),
    (#""n":"t","v":27.4"#, "temperature", 27.4),
    (#""n":"orp","u":"mV","v":720"#, "orp", 720),
    (#""n":"orp","u":"V","v":0.75"#, "orp", 750),
    (#""n":"flow","u":"m3/s","v":0.5"#, "flow", 1800),
    (#""n":"flow","u":"l/s","v":10"#, "flow", 36),
    (#""n":"level","u":"cm","v":150"#, "water_level", 1.5),
    (#""n":"ec","u":"S/m","v":0.25"#, "conductivity", 2500),
    (#""n":"ec","bu":"mS/cm","v":2"#, "conductivity", 2000),
    (#""n":"ec","bu":"K","u":"uS/cm","v":2"#, "conductivity", 2),
    (#""n":"ph","u":"pH","bv":7,"v":0.25"#, "ph", 7.25),
    (#""bn":"p","n":"h","u":"pH","v":-0.0"#, "ph", -0.0),
    (#""n":"cl","u":"mg/L","v":1,"s":9,"ut":60"#, "free_chlorine", 1),
  ]

  @Test(arguments: units)
  func `a value is converted from the unit of its record, its base or the map`(
    _ row: (record: String, parameter: String, expected: Double)
  ) throws {
    let decoded = Self.decode("[{\(row.record)}]")
    let value = try #require(decoded.readings.first?.values.first)
    #expect(Parameter.standard[value.parameter.index].name == row.parameter)
    #expect(try #require(value.value).bitPattern == row.expected.bitPattern)
    #expect(decoded.refusals.isEmpty)
  }

  @Test func `records of one pool and time are one reading`() {
    let decoded = Self.decode(
      """
      [{"bt":1767225600,"n":"ph","u":"pH","v":7.1},{"n":"kids/cl","v":0.4},{"n":"t","v":27},
       {"n":"ph","u":"pH","t":-60,"v":7.2},{"n":"cl","u":"mg/L","v":0.5},
       {"n":"t","t":-60,"u":"K","v":300.15}]
      """)
    #expect(
      SampleGateway.lines(decoded) == [
        "0 @ 1767225600000: ph=7.1 temperature=27.0 free_chlorine=0.5",
        "1 @ 1767225600000: free_chlorine=0.4", "0 @ 1767225540000: ph=7.2 temperature=27.0",
      ])
  }

  // MARK: Against another way of resolving

  /// One record as numbers and texts, before it is written as JSON.
  private struct Record {
    var fields: [String: Double] = [:]
    var texts: [String: String] = [:]

    var json: String {
      let parts =
        fields.map { "\"\($0.key)\":\($0.value)" } + texts.map { "\"\($0.key)\":\"\($0.value)\"" }
      return "{\(parts.joined(separator: ","))}"
    }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `random packs resolve as by looking back for each base field`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      var records: [Record] = []
      for index in 0..<(1 + random.below(8)) {
        var record = Record(fields: ["v": Double(random.below(64)) / 4])
        if index == 0 || random.below(3) == 0 {
          record.texts["bn"] = random.element(["", "kids/"])
          record.fields["bt"] = 1_767_000_000 + 1000 * Double(index)
        }
        if random.below(4) == 0 { record.texts["bu"] = random.element(["mg/L", "kg/m3"]) }
        if random.below(4) == 0 { record.fields["bv"] = Double(random.below(8)) }
        if random.below(4) == 0 { record.texts["u"] = random.element(["mg/L", "g/m3", "kg/m3"]) }
        record.fields["t"] = Double(index) + Double(random.below(4)) / 4
        record.texts["n"] = "cl"
        records.append(record)
      }
      var expected: [String] = []
      for (index, record) in records.enumerated() {
        let before = records[...index].reversed()
        let name = (before.compactMap { $0.texts["bn"] }.first ?? "") + "cl"
        let unit = record.texts["u"] ?? before.compactMap { $0.texts["bu"] }.first
        guard name == "kids/cl" || unit != nil else { continue }
        let sum =
          (before.compactMap { $0.fields["bv"] }.first ?? 0) + (record.fields["v"] ?? .nan)
        let seconds =
          (before.compactMap { $0.fields["bt"] }.first ?? 0) + (record.fields["t"] ?? .nan)
        let value = unit == "kg/m3" ? sum * 1000 : sum
        expected.append(
          "\(name == "cl" ? 0 : 1) @ \(Int64(seconds * 1000)): free_chlorine=\(value)")
      }
      let pack = "[\(records.map(\.json).joined(separator: ","))]"
      let decoded = Self.decode(pack)
      #expect(SampleGateway.lines(decoded) == expected, "\(pack)")
      #expect(decoded.refusals.count == records.count - expected.count, "\(pack)")
    }
  }
}
