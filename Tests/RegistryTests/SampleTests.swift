import Foundation
import PoolModel
import Registry
import Testing

/// The files in `Config/`, which are the manual.
enum Samples {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Config").path()

  static func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
  }

  static func text(_ name: String) throws -> String {
    String(decoding: try read("\(directory)/\(name)"), as: UTF8.self)
  }

  static let production = [
    "poolwatch.yaml", "plan.yaml", "rules.yaml", "people.yaml", "profiles/cn-gb37488-2019.yaml",
    "gateways.yaml",
  ]
}

@Suite struct `The sample files` {
  @Test func `every sample and demo file is without a mistake, alone and together`() {
    let production = Samples.production.map { "\(Samples.directory)/\($0)" }
    let demo = ["poolwatch", "plan", "rules", "people"].map {
      "\(Samples.directory)/demo/\($0).yaml"
    }
    #expect(Configuration.check(paths: production + demo, read: Samples.read).isEmpty)
    for path in production + demo {
      #expect(Configuration.check(paths: [path], read: Samples.read).isEmpty)
    }
  }

  @Test func `the production sample has the values that are written in it`() throws {
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    #expect(configuration.broker.host == "127.0.0.1")
    #expect(configuration.broker.port == 1883)
    #expect(configuration.broker.clientID == "poolwatch")
    #expect(configuration.broker.protocolVersion == .v5)
    #expect(configuration.broker.username == nil)
    #expect(configuration.broker.caFile == nil)
    #expect(configuration.broker.keepAlive == .seconds(60))
    #expect(configuration.broker.sessionExpiry == .seconds(7 * 86_400))
    #expect(configuration.store.directory == "/var/lib/poolwatch")
    #expect(configuration.store.retention == .seconds(2 * 365 * 86_400))
    #expect(configuration.api.socket == "/run/poolwatch/api.sock")
    #expect(configuration.mail?.security == .startTLS)
    #expect(configuration.mail?.timeout == .seconds(30))
    #expect(configuration.quarantineEntries == 10_000)
    #expect(configuration.rules.silence == .seconds(600))
    #expect(configuration.plan.district.code == "310107")
    #expect(configuration.plan.interval == .seconds(60))
    #expect(configuration.plan.venues.count == 3)
    #expect(configuration.plan.pools.count == 5)
    #expect(configuration.people.count == 4)
    #expect(configuration.gateways.isEmpty)
    #expect(configuration.intake.payloadByteCount == 262_144)
    #expect(configuration.intake.arrayReadingCount == 10_000)
    #expect(configuration.intake.topicByteCount == 256)
    #expect(configuration.intake.burst == .seconds(72 * 3600))
    #expect(configuration.intake.sparkplugHost == nil)
  }

  /// The table of GB 37488-2019 as secondary sources give it: parameter, bounds, mandatory, pool.
  @Test(
    arguments: [
      ("free_chlorine", 0.3, 1.0, true, PoolKind.indoor, Disinfectant.chlorine),
      ("free_chlorine", 5, 10, true, .footBath, .chlorine),
      ("combined_chlorine", nil, 0.4, true, .outdoor, .chlorine),
      ("ph", 7.0, 7.8, true, .children, .bromine),
      ("turbidity", nil, 1, true, .indoor, .ozone),
      ("orp", 650, nil, true, .indoor, .chlorine),
      ("cyanuric_acid", nil, 50, true, .outdoor, .stabilizedChlorine),
      ("temperature", 23, 30, false, .indoor, .chlorine),
      ("free_chlorine", nil, nil, nil, .indoor, .ozone),
      ("cyanuric_acid", nil, nil, nil, .indoor, .chlorine),
      ("ph", nil, nil, nil, .footBath, .chlorine),
    ] as [(String, Double?, Double?, Bool?, PoolKind, Disinfectant)])
  func `the default profile has the limits of GB 37488-2019`(
    name: String, low: Double?, high: Double?, isMandatory: Bool?, kind: PoolKind,
    disinfectant: Disinfectant
  ) throws {
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    let profile = try #require(configuration.profiles.first)
    #expect(profile.id == "cn-gb37488-2019")
    #expect(profile.from == CivilDate(year: 2019, month: 11, day: 1))
    #expect(profile.to == nil)
    let number = try #require(configuration.plan.parameterNumber(name))
    let limits = profile.limits.filter {
      $0.parameter == number && $0.applies(to: kind, disinfectant)
    }
    #expect(limits.count == (isMandatory == nil ? 0 : 1))
    #expect(limits.first?.low == low.map { Bound(value: $0, isInclusive: true) })
    #expect(limits.first?.high == high.map { Bound(value: $0, isInclusive: true) })
    #expect(limits.first?.isMandatory == isMandatory)
  }

  @Test func `the demo has ten venues with one pool each and short times`() throws {
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/demo/poolwatch.yaml",
      overrides: [
        "broker.port=1", "channels.mail.port=2", "store.directory=/tmp/d", "api.socket=/tmp/s",
      ], read: Samples.read)
    let plan = configuration.plan
    let venues = (1...10).map { "venue-\($0 < 10 ? "0" : "")\($0)" }
    #expect(plan.pools.map(\.id.description) == venues.map { "\($0)/main" })
    #expect(plan.district.code == "310107")
    #expect(plan.interval == .seconds(2))
    #expect(configuration.rules.silence == .seconds(20))
    #expect(configuration.rules.brokerDown == .seconds(15))
    #expect(
      configuration.rules.limits.values.allSatisfy {
        $0.onDelay == .seconds(6) && $0.offDelay == .seconds(6)
      })
    #expect(configuration.mail?.host == "127.0.0.1")
    #expect(configuration.broker.port == 1)
    #expect(configuration.mail?.port == 2)
  }

  @Test func `somebody is told of every demo venue, on both sides`() throws {
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/demo/poolwatch.yaml", read: Samples.read)
    #expect(Set(configuration.plan.venues.map(\.street)).count >= 3)
    for venue in configuration.plan.venues {
      #expect(
        configuration.people.contains {
          $0.role == .inspector && $0.channel == .mail && $0.streets.contains(venue.street)
        })
      #expect(
        configuration.people.contains {
          $0.role == .venueStaff && $0.venues.contains(venue.id)
        })
    }
    #expect(configuration.people.contains { $0.channel == .log })
  }

  @Test(arguments: ["", "demo/"])
  func `nothing in the delivered rules looks wrong beside the delivered plan`(directory: String) {
    let path = "\(Samples.directory)/\(directory)"
    let found = Configuration.checkRules(
      at: "\(path)rules.yaml", of: "\(path)poolwatch.yaml", read: Samples.read)
    #expect(found.mistakes.isEmpty)
    #expect(found.warnings.isEmpty)
  }

  @Test func `every limit of the samples that a pool has, has a rule that judges it`() throws {
    for name in ["poolwatch.yaml", "demo/poolwatch.yaml"] {
      let configuration = try Configuration.load(
        path: "\(Samples.directory)/\(name)", read: Samples.read)
      let pools = configuration.plan.pools
      for limit in configuration.profiles.flatMap(\.limits)
      where pools.contains(where: { limit.applies(to: $0.kind, $0.disinfectant) }) {
        let parameter = try #require(limit.parameter)
        #expect(configuration.rules.limits[parameter] != nil)
      }
    }
  }

  @Test func `keys that are commented out work when the sign is taken away`() throws {
    let (configuration, changed) = try withUncommentedSamples { read in
      try Configuration.load(path: "\(Samples.directory)/poolwatch.yaml", read: read)
    }
    #expect(changed >= 11)
    #expect(configuration.broker.caFile == "\(Samples.directory)/broker-ca.crt")
    #expect(configuration.mail?.username == "poolwatch")
    #expect(configuration.intake.sparkplugHost == "poolwatch")
    #expect(configuration.store.journalByteCount == 67_108_864)
    #expect(configuration.profiles.first?.to == CivilDate(year: 2099, month: 12, day: 31))
  }

  @Test func `the sample of gateways has one of each dialect, with the values written in it`()
    throws
  {
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml",
      overrides: ["gateways=\(Samples.directory)/gateways.yaml"], read: Samples.read)
    let layout = MappedLayout(
      readings: "data", time: "ts", timeFormat: .local(secondsFromUTC: 8 * 3600))
    #expect(
      configuration.gateways.map(\.dialect) == [
        .senML, .sparkplug, .hj212, .sensorThings, .mapped(layout),
      ])
    let plan = configuration.plan
    let foot = try #require(configuration.gateways.last?.values.last)
    #expect(plan[foot.pool].id == PoolID(venue: "riverside-aquatic-centre", pool: "foot-bath"))
    #expect(plan[foot.parameter].name == "free_chlorine")
    #expect(foot.conversion?(7200) == 7.2)
    let plc = configuration.gateways[1]
    #expect(plc.values.map(\.name).last == "Water/Temperature")
    // 80.6 °F is 27 °C.
    let fahrenheit = try #require(plc.values.last?.conversion)
    #expect(abs(fahrenheit(80.6) - 27) < 1e-9)
    #expect(configuration.gateways[0].values.map { $0.conversion == nil } == [true, true, false])
  }

  private func withUncommentedSamples<Result>(
    _ body: ((String) throws -> [UInt8]) throws -> Result
  ) throws -> (Result, Int) {
    var changed = 0
    let result = try body { path in
      guard path.hasSuffix(".yaml") else { return [] }
      let text = String(decoding: try Samples.read(path), as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        guard let match = line.firstMatch(of: /^( *)#([a-z_]+:.*)$/) else { return String(line) }
        changed += 1
        return String(match.1 + match.2)
      }
      return Array(lines.joined(separator: "\n").utf8)
    }
    return (result, changed)
  }

  @Test func `the broker's configuration fits the daemon's`() throws {
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    let broker = try Samples.text("mosquitto/poolwatch.conf")
    let inflight = try #require(broker.firstMatch(of: /(?m)^max_inflight_messages (\d+)$/))
    #expect(try #require(Int(inflight.1)) >= configuration.broker.receiveMaximum)
    let expiration = try #require(
      broker.firstMatch(of: /(?m)^persistent_client_expiration (\d+)d$/))
    let days = try #require(Int(expiration.1))
    #expect(configuration.broker.sessionExpiry < .seconds(86_400 * days))
  }
}

@Suite struct `The manual` {
  /// A mapping of every kind that the loader reads, with a key that it does not know.
  @Test(arguments: [
    ("poolwatch.yaml", "kind:", "zzz: 0\nkind:", 0),
    ("poolwatch.yaml", "  host: broker", "  zzz: 0\n  host: broker", 0),
    ("poolwatch.yaml", "  directory:", "  zzz: 0\n  directory:", 0),
    ("poolwatch.yaml", "  mode:", "  zzz: 0\n  mode:", 0),
    ("poolwatch.yaml", "  mail:", "  zzz: 0\n  mail:", 0),
    ("poolwatch.yaml", "    from:", "    zzz: 0\n    from:", 0),
    ("poolwatch.yaml", "{entries:", "{zzz: 0, entries:", 0),
    ("plan.yaml", "kind:", "zzz: 0\nkind:", 1),
    ("plan.yaml", "  code:", "  zzz: 0\n  code:", 1),
    ("plan.yaml", "{en: District,", "{zzz: 0, en: District,", 1),
    ("plan.yaml", "required:", "parameters: {ph: {zzz: 0}}\nrequired:", 1),
    ("plan.yaml", "    street: North", "    zzz: 0\n    street: North", 1),
    (
      "plan.yaml", "venues:",
      "district_limits:\n  - {zzz: 0, profile: p1, parameter: ph, low: {value: 6.5}, kinds: [indoor], reason: r}\nvenues:",
      1
    ),
    ("plan.yaml", "{days:", "{zzz: 0, days:", 1),
    ("plan.yaml", "{id: small,", "{zzz: 0, id: small,", 1),
    ("rules.yaml", "kind:", "zzz: 0\nkind:", 2),
    ("rules.yaml", "    deadband:", "    zzz: 0\n    deadband:", 2),
    ("people.yaml", "kind:", "zzz: 0\nkind:", 3),
    ("people.yaml", "    role: inspector", "    zzz: 0\n    role: inspector", 3),
    ("profile.yaml", "kind:", "zzz: 0\nkind:", 4),
    ("profile.yaml", "    mandatory:", "    zzz: 0\n    mandatory:", 4),
    (
      "profile.yaml", "    mandatory:",
      "    when: {parameter: orp, from: 1, zzz: 0}\n    mandatory:", 4
    ),
    ("profile.yaml", "{value: 7.0}", "{zzz: 0, value: 7.0}", 4),
    ("poolwatch.yaml", "{burst_hours:", "{zzz: 0, burst_hours:", 0),
    ("gateways.yaml", "kind:", "zzz: 0\nkind:", 5),
    ("gateways.yaml", "    venue: jade", "    zzz: 0\n    venue: jade", 5),
    ("gateways.yaml", "{name: a.0.v,", "{zzz: 0, name: a.0.v,", 5),
  ])
  func `every key that the loader knows stands in the sample`(
    file: String, old: String, new: String, sample: Int
  ) throws {
    let mistakes = Fixture().replacing(old, with: new, in: file).mistakes()
    let mistake = try #require(mistakes.first)
    #expect(mistakes.count == 1)
    let marker = "unknown key 'zzz', expected one of "
    let range = try #require(mistake.firstRange(of: marker))
    let keys = mistake[range.upperBound...].split(separator: ";")[0].split(separator: ", ")
    #expect(!keys.isEmpty)
    let text = try Samples.text(Samples.production[sample])
    for key in keys {
      let pattern = try Regex("(?m)(^ *#?|^ *- |^#   +(- )?|[{] ?|, )\(key):")
      #expect(text.contains(pattern), "\(key) in \(Samples.production[sample])")
    }
  }
}

@Suite struct `A country in one plan` {
  @Test(.timeLimit(.minutes(5))) func `a plan of 40,000 pools loads`() throws {
    var plan = Fixture.plan
    for venue in 1...20_000 {
      plan += """
          - id: v\(venue)
            name: {en: Venue \(venue)}
            street: s\(venue % 500)
            pools:
              - {id: a, name: {en: a}, kind: indoor, disinfectant: chlorine, resolution: {ph: 0.01}}
              - {id: b, name: {zh: 池}, kind: outdoor, disinfectant: ozone}

        """
    }
    let loaded = try Fixture().adding(plan, as: "plan.yaml").load().plan
    #expect(loaded.pools.count == 40_003)
    #expect(loaded.poolNumber(PoolID(venue: "v20000", pool: "b")) == PoolNumber(40_002))
  }
}
