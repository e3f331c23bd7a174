import Foundation
import PoolModel
import Registry
import Testing

@Suite struct `Loading a configuration` {
  @Test func `a configuration without a mistake has every value of its files`() throws {
    let configuration = try Fixture().load()
    #expect(configuration.broker.host == "broker.example.org")
    #expect(configuration.broker.port == 1883)
    #expect(configuration.broker.protocolVersion == .v5)
    #expect(configuration.broker.keepAlive == .seconds(60))
    #expect(configuration.broker.sessionExpiry == .seconds(604_800))
    #expect(configuration.broker.receiveMaximum == 1000)
    #expect(configuration.store.retention == .seconds(30 * 86_400))
    #expect(configuration.store.pageByteCount == 8192)
    #expect(configuration.store.journalByteCount == nil)
    #expect(configuration.api.socket == "/run/poolwatch/api.sock")
    #expect(configuration.api.mode == 0o660)
    #expect(configuration.mail?.security == Configuration.MailSecurity.none)
    #expect(configuration.mail?.port == 25)
    #expect(configuration.quarantineEntries == 5)
    #expect(configuration.rules.silence == .seconds(120))
    #expect(configuration.people.map(\.id) == ["ann", "bob"])
    #expect(configuration.people[0].streets == ["North"])
    #expect(configuration.people[1].address.isEmpty)
  }

  @Test func `a plan loads by itself and by the file that names it`() throws {
    let fixture = Fixture()
    for path in ["plan.yaml", "poolwatch.yaml"] {
      let plan = try Configuration.loadPlan(path: path, read: fixture.read)
      #expect(plan.pools.map(\.id.description) == ["lotus/main", "lotus/small", "jade/main"])
    }
    #expect {
      try Configuration.loadPlan(path: "people.yaml", read: fixture.read)
    } throws: { error in
      let mistakes = (error as? ConfigurationError)?.mistakes.map(\.description)
      return mistakes == ["people.yaml:1:7: 'kind' is 'people', expected plan or poolwatch"]
    }
  }

  @Test func `a plan's pools stand in the order of the file and know their venue`() throws {
    let plan = try Fixture().load().plan
    #expect(plan.pools.map(\.id.description) == ["lotus/main", "lotus/small", "jade/main"])
    #expect(plan.pools.map(\.venue) == [0, 0, 1])
    let ph = try #require(plan.parameterNumber("ph"))
    #expect(plan.pools[0].resolution == [ph: 0.01])
    #expect(
      plan.venues[0].openingHours == [
        OpeningHours(days: [1, 7], opensMinute: 360, closesMinute: 1320)
      ])
    #expect(plan.required == [plan.parameterNumber("free_chlorine"), ph])
  }

  @Test func `a bound is inclusive unless the profile says otherwise`() throws {
    let limit = try #require(try Fixture().load().profiles.first?.limits.first)
    #expect(limit.low == Bound(value: 7.0, isInclusive: true))
    #expect(limit.high == Bound(value: 7.8, isInclusive: false))
  }

  @Test func `a limit without kinds and disinfectants holds for all`() throws {
    let fixture = Fixture()
      .replacing("    kinds: [indoor]\n", with: "", in: "profile.yaml")
      .replacing("    disinfectants: [chlorine]\n", with: "", in: "profile.yaml")
    let limit = try #require(try fixture.load().profiles.first?.limits.first)
    #expect(limit.kinds == Set(PoolKind.allCases))
    #expect(limit.disinfectants == Set(Disinfectant.allCases))
  }

  @Test func `a plan may add a parameter and narrow a known one`() throws {
    let fixture = Fixture().replacing(
      "required:",
      with: """
        parameters:
          urea: {unit: mg/L, name: {en: urea, zh: 尿素}, plausible: [0, 50]}
          ph: {plausible: [4, 10]}
        required:
        """, in: "plan.yaml")
    let plan = try fixture.load().plan
    let urea = try #require(plan.parameterNumber("urea"))
    #expect(plan[urea].plausible == 0...50)
    #expect(plan[urea].title == Title(english: "urea", chinese: "尿素"))
    let ph = try #require(plan.parameterNumber("ph"))
    #expect(plan[ph].plausible == 4...10)
    #expect(plan[ph].title.english == "pH")
    #expect(plan.parameters.count == Parameter.standard.count + 1)
  }

  @Test func `paths in a file start at its directory`() throws {
    var fixture = Fixture()
    for (name, bytes) in fixture.files { fixture.files["etc/pw/\(name)"] = bytes }
    for name in ["plan.yaml", "rules.yaml", "people.yaml", "profile.yaml"] {
      fixture.files[name] = nil
    }
    fixture = fixture.replacing(
      "  port: 1883", with: "  username: u\n  password_file: secret", in: "etc/pw/poolwatch.yaml")
    fixture.files["etc/pw/secret"] = []
    let configuration = try Configuration.load(path: "etc/pw/poolwatch.yaml", read: fixture.read)
    #expect(configuration.broker.passwordFile == "etc/pw/secret")
  }

  @Test func `seconds and days may have fractions and are kept to the millisecond`() throws {
    let fixture = Fixture()
      .replacing("on_delay_seconds: 6", with: "on_delay_seconds: 0.29", in: "rules.yaml")
      .replacing("retention_days: 30", with: "retention_days: 0.25", in: "poolwatch.yaml")
    let configuration = try fixture.load()
    let ph = try #require(configuration.plan.parameterNumber("ph"))
    #expect(configuration.rules.limits[ph]?.onDelay == .milliseconds(290))
    #expect(configuration.store.retention == .seconds(21_600))
  }

  @Test(arguments: [
    ("00:00", "24:00", 0, 1440), ("18:00", "02:00", 1080, 120),
    ("23:59", "00:00", 1439, 0),
  ])
  func `opening hours may cross midnight`(
    from: String, to: String, opens: Int, closes: Int
  ) throws {
    let fixture = Fixture().replacing(
      #"from: "06:00", to: "22:00""#, with: "from: \"\(from)\", to: \"\(to)\"", in: "plan.yaml")
    let hours = try #require(try fixture.load().plan.venues[0].openingHours.first)
    #expect(hours.opensMinute == opens)
    #expect(hours.closesMinute == closes)
  }

  @Test func `a channel for the log may be named without anything to set`() throws {
    for text in ["  log:\n", "  log: {}\n"] {
      let fixture = Fixture().replacing(
        "quarantine:", with: text + "quarantine:", in: "poolwatch.yaml")
      #expect(fixture.mistakes().isEmpty)
    }
  }

  @Test func `secrets that systemd hands to the daemon alone need not be readable`() throws {
    let fixture = Fixture().replacing(
      "  port: 1883", with: "  username: u\n  password_file: /run/credentials/poolwatchd.service/p",
      in: "poolwatch.yaml")
    #expect(
      try fixture.load().broker.passwordFile == "/run/credentials/poolwatchd.service/p")
  }
}

@Suite struct `Overrides of the command line` {
  @Test func `an override takes the place of a value and the last one wins`() throws {
    let configuration = try Fixture().load(
      "broker.port=1884", "broker.port=1885", "store.directory=/tmp/a=b")
    #expect(configuration.broker.port == 1885)
    #expect(configuration.store.directory == "/tmp/a=b")
    #expect(configuration.broker.host == "broker.example.org")
  }

  @Test func `an override creates what the file lacks`() throws {
    let configuration = try Fixture().load(
      "api.socket=/tmp/s", "channels.mail.port=2525", "broker.client_id=other")
    #expect(configuration.api.socket == "/tmp/s")
    #expect(configuration.mail?.port == 2525)
    #expect(configuration.broker.clientID == "other")
    let fixture = Fixture().replacing("api:\n  mode: \"0660\"\n", with: "", in: "poolwatch.yaml")
    #expect(try fixture.load("api.mode=0600").api.mode == 0o600)
  }

  @Test func `a path in an override starts at the working directory`() throws {
    var fixture = Fixture()
    for (name, bytes) in fixture.files { fixture.files["etc/\(name)"] = bytes }
    fixture.files["other.yaml"] = fixture.files["plan.yaml"]
    fixture.files["plan.yaml"] = nil
    fixture.files["etc/plan.yaml"] = nil
    let configuration = try Configuration.load(
      path: "etc/poolwatch.yaml", overrides: ["plan=other.yaml"], read: fixture.read)
    #expect(configuration.plan.pools.count == 3)
  }

  @Test(arguments: [
    ("broker.port", "the argument is 'broker.port', expected key.path=value"),
    ("=5", "expected key.path=value"),
    ("broker..port=5", "expected key.path=value"),
    ("broker.port=0", "'port' is '0', expected a whole number 1…65535"),
    ("broker.port=", "'port' is empty, expected a whole number 1…65535"),
    ("broker.prot=1", "unknown key 'prot', expected one of host, port,"),
    ("broker=1", "'broker' is a mapping, expected the path of a single value"),
    ("profiles=a.yaml", "'profiles' is a list, expected the path of a single value"),
    ("broker.host.name=x", "'broker.host' is 'broker.example.org', expected the path of a single"),
    ("plan=gone.yaml", "'gone.yaml' cannot be read (no such file), expected a readable file"),
    ("kind=plan", "'kind' is 'plan', expected poolwatch"),
  ])
  func `a wrong override is a mistake of the argument`(argument: String, message: String) throws {
    let mistakes = Fixture().mistakes(argument)
    let first = try #require(mistakes.first)
    #expect(mistakes.count == 1)
    #expect(first.hasPrefix("--set \(argument):1:1: "))
    #expect(first.contains(message))
  }
}
