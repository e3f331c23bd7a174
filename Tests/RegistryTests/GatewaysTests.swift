import Foundation
import PoolModel
import Registry
import Testing

@Suite struct `Gateways of other dialects` {
  @Test func `gateways have the values of their file, with the plan's numbers`() throws {
    let configuration = try Fixture().load()
    let plan = configuration.plan
    let ph = try #require(plan.parameterNumber("ph"))
    let chlorine = try #require(plan.parameterNumber("free_chlorine"))
    let temperature = try #require(plan.parameterNumber("temperature"))
    // The pools of the fixture are lotus/main, lotus/small, jade/main.
    #expect(
      configuration.gateways == [
        GatewayBinding(
          id: "plant", venue: "lotus", filter: "hj212/plant", dialect: .hj212,
          values: [
            ValueBinding(
              name: "w01001", pool: PoolNumber(0), parameter: ph,
              conversion: UnitConversion.none),
            ValueBinding(
              name: "a1", pool: PoolNumber(1), parameter: chlorine,
              conversion: UnitConversion(factor: 1000, isDivision: true)),
          ]),
        GatewayBinding(
          id: "cloud", venue: "jade", filter: "cloud/+/jade/#",
          dialect: .mapped(
            MappedLayout(
              readings: "data.rows", time: "ts",
              timeFormat: .local(secondsFromUTC: -12_600))),
          values: [
            ValueBinding(
              name: "a.0.v", pool: PoolNumber(2), parameter: temperature,
              conversion: UnitConversion(factor: 1, offset: -273.15))
          ]),
      ])
  }

  @Test func `a gateway may name the device that its payloads are from`() throws {
    let configuration = try Fixture()
      .replacing(
        "dialect: hj212", with: "dialect: hj212\n    device: 0100A8900016F000169DC0",
        in: "gateways.yaml"
      )
      .replacing(
        "dialect: mapped", with: "dialect: mapped\n    device: 42\n    device_path: meta.id",
        in: "gateways.yaml"
      ).load()
    #expect(configuration.gateways.map(\.device) == ["0100A8900016F000169DC0", "42"])
    guard case .mapped(let layout) = configuration.gateways[1].dialect else {
      Issue.record("no mapped gateway")
      return
    }
    #expect(layout.device == "meta.id")
  }

  @Test func `a configuration without a file of gateways has none`() throws {
    let fixture = Fixture().replacing("gateways: gateways.yaml\n", with: "", in: "poolwatch.yaml")
    #expect(try fixture.load().gateways.isEmpty)
  }

  @Test(arguments: [
    ("rfc3339", MappedLayout.TimeFormat.rfc3339), ("epoch_seconds", .epochSeconds),
    ("epoch_milliseconds", .epochMilliseconds), ("local+08:00", .local(secondsFromUTC: 28_800)),
    ("local+00:00", .local(secondsFromUTC: 0)), ("local+05:45", .local(secondsFromUTC: 20_700)),
    ("local-12:00", .local(secondsFromUTC: -43_200)),
    ("local+14:00", .local(secondsFromUTC: 50_400)),
  ])
  func `every way to write a time is known`(
    text: String, format: MappedLayout.TimeFormat
  ) throws {
    let fixture = Fixture().replacing("local-03:30", with: text, in: "gateways.yaml")
    guard case .mapped(let layout) = try fixture.load().gateways[1].dialect else {
      Issue.record("no mapped gateway")
      return
    }
    #expect(layout.timeFormat == format)
  }

  @Test func `a mapped gateway may be without an array and without a time`() throws {
    let fixture = Fixture().replacing(
      "    readings: data.rows\n    time: ts\n    time_format: local-03:30\n", with: "",
      in: "gateways.yaml")
    guard case .mapped(let layout) = try fixture.load().gateways[1].dialect else {
      Issue.record("no mapped gateway")
      return
    }
    #expect(layout.readings == nil)
    #expect(layout.time == nil)
  }

  /// A value of the fixture's first gateway as another dialect's.
  private func converted(dialect: String, name: String, rest: String) throws -> UnitConversion? {
    let fixture = Fixture()
      .replacing("topic: hj212/plant", with: "topic: spBv1.0/g/+/n/#", in: "gateways.yaml")
      .replacing("dialect: hj212", with: "dialect: \(dialect)", in: "gateways.yaml")
      .replacing(
        "name: w01001\n        parameter: ph", with: "name: \(name)\n        \(rest)",
        in: "gateways.yaml")
    return try #require(try fixture.load().gateways[0].values.first).conversion
  }

  @Test(arguments: [
    ("senml", "parameter: ph", nil), ("senml", "parameter: temperature", nil),
    ("senml", "parameter: temperature\n        unit: Cel", UnitConversion.none),
    ("senml", "parameter: ph\n        unit: \"\"", UnitConversion.none),
    ("sparkplug", "parameter: ph", UnitConversion.none),
    ("sensorthings", "parameter: ph\n        unit: pH", UnitConversion.none),
    ("hj212", "parameter: orp\n        unit: V", UnitConversion(factor: 1000)),
    ("mapped", "parameter: flow\n        unit: L/s", UnitConversion(factor: 3.6)),
  ])
  func `only SenML may leave the unit of anything but pH to the payload`(
    dialect: String, rest: String, conversion: UnitConversion?
  ) throws {
    #expect(try converted(dialect: dialect, name: "n", rest: rest) == conversion)
  }

  @Test(arguments: [
    ("senml", "urn:dev:mac:0024befffe804ff1:ph"), ("senml", "0/a_b-c.d"),
    ("sparkplug", "Inlet 1/池 pH"), ("sparkplug", "pH"), ("hj212", "B01"), ("hj212", "w_1"),
    ("sensorthings", "42"), ("sensorthings", "a'b"), ("mapped", "0"), ("mapped", "水.0.pH 值"),
  ])
  func `names are those of the dialect`(dialect: String, name: String) throws {
    let conversion = try converted(dialect: dialect, name: name, rest: "parameter: ph")
    #expect((conversion == nil) == (dialect == "senml"))
  }

  @Test(.timeLimit(.minutes(5))) func `a thousand gateways are checked against each other`()
    throws
  {
    let count = 1000
    var plan = Fixture.plan
    var gateways = Fixture.gateways
    for venue in 1...count {
      plan += """
          - id: v\(venue)
            name: {en: Venue \(venue)}
            street: North
            pools: [{id: a, name: {en: a}, kind: indoor, disinfectant: chlorine}]

        """
      gateways += """
          - {id: g\(venue), venue: v\(venue), topic: spBv1.0/g/+/n\(venue)/#, dialect: sparkplug, pool: a, values: [{name: ph, parameter: ph}]}

        """
    }
    let fixture = Fixture().adding(plan, as: "plan.yaml").adding(gateways, as: "gateways.yaml")
    #expect(try fixture.load().gateways.count == count + 2)
    let doubled = fixture.replacing("+/n\(count)/#", with: "+/n7/#", in: "gateways.yaml")
    let line = 22 + count
    #expect(
      doubled.mistakes().map { $0.prefix { $0 != " " } } == ["gateways.yaml:\(line):38:"])
  }
}

@Suite struct `Gateways when the configuration is loaded again` {
  @Test func `gateways and limits of intake are the new ones, the Sparkplug host is not`() throws {
    let old = try Fixture().load("intake.sparkplug_host=here")
    let new = try Fixture()
      .replacing("gateways: gateways.yaml\n", with: "", in: "poolwatch.yaml")
      .load("intake.burst_hours=5", "intake.sparkplug_host=there")
    let (settings, fixed) = old.reloaded(with: new)
    #expect(settings.gateways.isEmpty)
    #expect(settings.intake.burst == .seconds(5 * 3600))
    #expect(settings.intake.sparkplugHost == "here")
    #expect(fixed == ["intake.sparkplug_host"])
    #expect(old.reloaded(with: old).fixed.isEmpty)
    #expect(old.reloaded(with: old).settings.gateways == old.gateways)
  }
}

@Suite struct `Limits of intake` {
  @Test func `limits have the values of the file, and defaults`() throws {
    let defaults = try Fixture()
      .replacing("intake: {burst_hours: 24}\n", with: "", in: "poolwatch.yaml").load().intake
    #expect(defaults.payloadByteCount == 262_144)
    #expect(defaults.arrayReadingCount == 10_000)
    #expect(defaults.topicByteCount == 256)
    #expect(defaults.burst == .seconds(72 * 3600))
    #expect(defaults.sparkplugHost == nil)
    let given = try Fixture().replacing(
      "{burst_hours: 24}",
      with: "{payload_bytes: 2000, array_readings: 3, topic_bytes: 65, sparkplug_host: pw-1}",
      in: "poolwatch.yaml"
    ).load("intake.burst_hours=1").intake
    #expect(given.payloadByteCount == 2000)
    #expect(given.arrayReadingCount == 3)
    #expect(given.topicByteCount == 65)
    #expect(given.burst == .seconds(3600))
    #expect(given.sparkplugHost == "pw-1")
  }

  @Test(arguments: [
    ("payload_bytes", 1024, 1_048_576), ("array_readings", 1, 100_000),
    ("topic_bytes", 64, 1024), ("burst_hours", 1, 720),
  ])
  func `both ends of a range are inside and what lies beyond is a mistake`(
    key: String, first: Int, last: Int
  ) {
    for value in [first, last] { #expect(Fixture().mistakes("intake.\(key)=\(value)").isEmpty) }
    for value in ["\(first - 1)", "\(last + 1)", "\(first).5", "x"] {
      let mistakes = Fixture().mistakes("intake.\(key)=\(value)")
      #expect(mistakes.count == 1)
      #expect(
        mistakes.first?.contains("'\(key)' is '\(value)', expected a whole number \(first)…\(last)")
          == true)
    }
  }

  @Test func `a Sparkplug host is a level of a topic, and unknown keys are mistakes`() {
    let wrong = [
      ("sparkplug_host: a/b", "'sparkplug_host' is 'a/b', expected 1…64 of the characters"),
      (
        "burst_hour: 24",
        "unknown key 'burst_hour', expected one of payload_bytes, array_readings, topic_bytes, burst_hours, sparkplug_host; did you mean 'burst_hours'?"
      ),
    ]
    for (text, mistake) in wrong {
      let mistakes = Fixture().replacing("burst_hours: 24", with: text, in: "poolwatch.yaml")
        .mistakes()
      #expect(mistakes.count == 1)
      #expect(mistakes.first?.contains(mistake) == true, "\(mistakes)")
    }
  }
}
