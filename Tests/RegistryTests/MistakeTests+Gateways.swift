import Registry
import Testing

@Suite struct `Mistakes in gateways` {
  static let file = "gateways.yaml"
  private static let chlorineUnits = "one of g/L, g/m³, kg/m³, mg/L, µg/L"

  @Test(arguments: [
    Wrong(
      file, "kind: gateways", "kind: gateway",
      "gateways.yaml:1:7: 'kind' is 'gateway', expected gateways"),
    Wrong(
      file, "id: cloud", "id: plant",
      "gateways.yaml:15:9: the gateway id 'plant' is also in line 3, expected one gateway per id"),
    Wrong(
      file, "id: cloud", "id: lotus",
      "gateways.yaml:15:9: the gateway id 'lotus' is the id of a venue, which stands for"),
    Wrong(
      file, "id: cloud", "id: poolwatch",
      "gateways.yaml:15:9: the gateway id 'poolwatch' is the daemon's own name at the broker,"),
    Wrong(
      file, "venue: jade", "venue: jad",
      "gateways.yaml:16:12: unknown venue 'jad', expected a venue of the plan, one of jade, lotus; did you mean 'jade'?"
    ),
    Wrong(
      file, "    pool: main\n", "    pool: mian\n",
      "gateways.yaml:7:11: unknown pool 'mian', expected a pool of the venue 'lotus', one of main, small; did you mean 'main'?"
    ),
    Wrong(
      file, "pool: small", "pool: large",
      "gateways.yaml:14:15: unknown pool 'large', expected a pool of the venue 'lotus', one of main, small"
    ),
    Wrong(
      file, "unit: K, pool: main", "unit: K, pool: small",
      "gateways.yaml:22:67: unknown pool 'small', expected a pool of the venue 'jade', one of main"),
    Wrong(
      file, "unit: K, pool: main", "unit: K",
      "gateways.yaml:22:14: 'pool' is missing, expected the value's pool here or that of all values"
    ),
    Wrong(
      file, "parameter: ph", "parameter: phh",
      "gateways.yaml:10:20: unknown parameter 'phh', expected one of free_chlorine,"),
    Wrong(
      file, "dialect: hj212", "dialect: hj2012",
      "gateways.yaml:6:14: 'dialect' is 'hj2012', expected one of senml, sparkplug, hj212, sensorthings, mapped"
    ),
    Wrong(
      file, "    dialect: hj212\n", "",
      "gateways.yaml:3:5: 'dialect' is missing, expected one of senml,"),
    Wrong(
      file, "    topic: hj212/plant\n", "",
      "gateways.yaml:3:5: 'topic' is missing, expected an MQTT topic filter"),
    Wrong(
      file, "values: [{name: a.0.v, parameter: temperature, unit: K, pool: main}]", "values: []",
      "gateways.yaml:22:13: 'values' is an empty list, expected a list of values, at least one"),
  ])
  func `a wrong piece is reported at its place`(wrong: Wrong) {
    wrong.verify()
  }

  @Test(arguments: [
    ("hj212/#/plant", ": level 2 is '#' and others follow, expected '#' as the last level alone"),
    ("hj212/plant#", ": level 2 is 'plant#', expected '+' or '#' alone or neither"),
    ("a+/plant", ": level 1 is 'a+', expected '+' or '#' alone or neither"),
    ("$share/g/plant", ": it is a shared subscription, expected a filter without '$share/'"),
    ("pools/v1/310107/lotus/main/telemetry", ", which takes topics of Poolwatch's own dialect too"),
    ("pools/v1", ", which takes topics of Poolwatch's own dialect too"),
    ("pools/+/310107/#", ", which takes topics of Poolwatch's own dialect too"),
    ("+/v1/x", ", which takes topics of Poolwatch's own dialect too"),
    ("'#'", ", which takes topics of Poolwatch's own dialect too"),
    ("$SYS/broker/uptime", ", which begins with '$' and is the broker's own, expected a topic"),
    ("$SYS/#", ", which begins with '$' and is the broker's own, expected a topic"),
    ("spBv1.0/STATE/poolwatch", ", which takes the presence of Sparkplug hosts, Poolwatch's own"),
    ("spBv1.0/+/x", ", which takes the presence of Sparkplug hosts, Poolwatch's own"),
    ("spBv1.0/#", ", which takes the presence of Sparkplug hosts, Poolwatch's own"),
    ("cloud/x/jade", ", which has topics in common with 'cloud/+/jade/#' in line 5"),
    ("cloud/x/jade/+/b", ", which has topics in common with 'cloud/+/jade/#' in line 5"),
    ("+/x/jade/y", ", which has topics in common with 'cloud/+/jade/#' in line 5"),
  ])
  func `a topic that is no filter or another gateway's is a mistake`(
    topic: String, mistake: String
  ) {
    // The mapped gateway comes first here, so that the one under test is the one reported.
    let mistakes = Fixture()
      .replacing("topic: hj212/plant", with: "topic: cloud/+/jade/#", in: Self.file)
      .replacing(
        "topic: cloud/+/jade/#\n    dialect: mapped", with: "topic: \(topic)\n    dialect: mapped",
        in: Self.file
      )
      .mistakes()
    let shown = topic == "'#'" ? "#" : topic
    #expect(mistakes.count == 1, "\(mistakes)")
    #expect(
      mistakes.first?.hasPrefix("gateways.yaml:17:12: 'topic' is '\(shown)'\(mistake)") == true,
      "\(mistakes)")
  }

  @Test(arguments: [
    ("pools/v2/#", 0), ("cloud/x", 0), ("cloud/x/y/z", 0), ("/cloud/x/jade", 0),
    ("SYS/cloud", 0), ("Pools/v1/x", 0), ("spBv1.0/STATES/x", 0), ("spBv1/STATE/x", 0),
    ("cloud/+/+/#", 1), ("cloud/#", 1),
  ])
  func `topics of their own are accepted`(topic: String, count: Int) {
    let fixture = Fixture().replacing("topic: hj212/plant", with: "topic: \(topic)", in: Self.file)
    #expect(fixture.mistakes().count == count)
  }

  @Test(arguments: [
    ("spBv1.0/g/+/n/#", true), ("spBv1.0/g/+/n", true), ("spBv1.0/g/+/+/#", false),
    ("spBv1.0/+/+/n/#", false), ("spBv1.0/#", false), ("spBv1.0/g/NDATA/n", false),
    ("spAv1.0/g/+/n/#", false), ("spBv1.0/g/+/n/+", false), ("spBv1.0//+/n/#", false),
    ("spBv1.0/g/+/n/d/#", false), ("x/spBv1.0/g/+/n/#", false),
  ])
  func `a Sparkplug gateway is one edge node`(topic: String, isAccepted: Bool) {
    let mistakes = Fixture()
      .replacing("topic: hj212/plant", with: "topic: \(topic)", in: Self.file)
      .replacing("dialect: hj212", with: "dialect: sparkplug", in: Self.file).mistakes()
    let expected =
      "gateways.yaml:5:12: 'topic' is '\(topic)', expected one edge node of Sparkplug as"
      + " spBv1.0/GROUP/+/NODE/# (or without /# where it has no devices)"
    #expect(mistakes == (isAccepted ? [] : [expected]))
  }

  @Test(arguments: [
    Wrong(
      file, "unit: µg/L", "unit: ppm",
      "gateways.yaml:13:15: 'unit' is 'ppm', which cannot be converted to that of free_chlorine, expected \(chlorineUnits)"
    ),
    Wrong(
      file, "        unit: µg/L\n", "",
      "gateways.yaml:11:9: 'unit' is missing, expected the gateway's unit of free_chlorine, \(chlorineUnits), as the payloads of hj212 name none"
    ),
    Wrong(
      file, "parameter: ph", "parameter: ph\n        unit: V",
      "gateways.yaml:11:15: 'unit' is 'V', which cannot be converted to that of ph, expected one of pH"
    ),
    Wrong(
      file, "unit: µg/L", "unit:",
      "gateways.yaml:13:14: 'unit' is empty, expected a unit of at most"),
    Wrong(
      file, "parameter: free_chlorine", "parameter: temperature",
      "gateways.yaml:13:15: 'unit' is 'µg/L', which cannot be converted to that of temperature, expected one of K, °C, °F"
    ),
  ])
  func `a unit is one that can be converted, and there`(wrong: Wrong) {
    wrong.verify()
  }

  @Test(arguments: [
    Wrong(
      file, "pool: main\n    values:", "pool: main\n    readings: a\n    values:",
      "gateways.yaml:8:15: 'readings' is 'a', expected no such key for the dialect hj212, as only mapped has it"
    ),
    Wrong(
      file, "pool: main\n    values:", "pool: main\n    device_path: a\n    values:",
      "gateways.yaml:8:18: 'device_path' is 'a', expected no such key for the dialect hj212, as only mapped has it"
    ),
    Wrong(
      file, "dialect: hj212", "dialect: senml\n    device: a",
      "gateways.yaml:7:13: 'device' is 'a', expected no such key for the dialect senml, as only hj212 and mapped have it"
    ),
    Wrong(
      file, "dialect: mapped", "dialect: mapped\n    device: a",
      "gateways.yaml:19:13: 'device' is given without its place, expected 'device_path' too"),
    Wrong(
      file, "dialect: mapped", "dialect: mapped\n    device_path: a",
      "gateways.yaml:19:18: 'device_path' is given without a device, expected 'device' too, which it has to name"
    ),
    Wrong(
      file, "pool: main\n    values:", "pool: main\n    time: a\n    values:",
      "gateways.yaml:8:11: 'time' is 'a', expected no such key for the dialect hj212"),
    Wrong(
      file, "pool: main\n    values:", "pool: main\n    time_format: rfc3339\n    values:",
      "gateways.yaml:8:18: 'time_format' is 'rfc3339', expected no such key for the dialect hj212"),
    Wrong(
      file, "    time: ts\n", "",
      "gateways.yaml:20:18: 'time_format' is given without a path, expected 'time' too"),
    Wrong(
      file, "    time_format: local-03:30\n", "",
      "gateways.yaml:20:11: 'time' is given without its format, expected 'time_format' too, one of rfc3339,"
    ),
  ])
  func `keys of a mapped gateway are its alone, and a time has a format`(wrong: Wrong) {
    wrong.verify()
  }

  @Test(arguments: [
    "local", "local+8", "local+08:60", "local+14:01", "local-12:01", "local08:00", "Local+08:00",
    "epoch", "rfc822", "\"\"", "local+08:00:00", "local+٠8:00",
  ])
  func `a way to write times that nobody knows is a mistake`(format: String) {
    let mistakes = Fixture().replacing("local-03:30", with: format, in: Self.file).mistakes()
    #expect(mistakes.count == 1, "\(mistakes)")
    #expect(mistakes.first?.hasPrefix("gateways.yaml:21:18: 'time_format' is ") == true)
    #expect(
      mistakes.first?.hasSuffix(
        "expected one of rfc3339, epoch_seconds, epoch_milliseconds, or local and the offset from"
          + " UTC, local-12:00…local+14:00") == true)
  }

  @Test(arguments: [".a", "a.", "a..b", ".", "\"\"", "[a]", String(repeating: "a", count: 201)])
  func `a bad path is a mistake wherever it stands`(path: String) {
    for (old, place) in [
      ("readings: data.rows", "19:15"), ("time: ts", "20:11"), ("name: a.0.v", "22:21"),
    ] {
      let key = old.prefix { $0 != ":" }
      let mistakes = Fixture().replacing(old, with: "\(key): \(path)", in: Self.file).mistakes()
      #expect(mistakes.count == 1, "\(mistakes)")
      #expect(mistakes.first?.hasPrefix("gateways.yaml:\(place): '\(key)' is ") == true)
      #expect(mistakes.first?.contains("expected a path of keys and indices") == true)
    }
  }

  @Test(arguments: [
    ("hj212", "w01001-Rtd"), ("hj212", "w 1"), ("hj212", "\"\""), ("senml", "_ph"),
    ("senml", "a b"),
    ("senml", "pH值"), ("sparkplug", "\"\""), ("sensorthings", "\"a\\nb\""),
  ])
  func `a name that the dialect cannot write is a mistake`(dialect: String, name: String) {
    let mistakes = Fixture()
      .replacing("topic: hj212/plant", with: "topic: spBv1.0/g/+/n/#", in: Self.file)
      .replacing("dialect: hj212", with: "dialect: \(dialect)", in: Self.file)
      .replacing("name: w01001", with: "name: \(name)", in: Self.file).mistakes()
    #expect(mistakes.count == 1, "\(mistakes)")
    #expect(mistakes.first?.hasPrefix("gateways.yaml:9:15: 'name' is ") == true)
  }
}

@Suite struct `Names of gateways that are given twice` {
  static let file = "gateways.yaml"

  @Test(arguments: [
    Wrong(
      file, "name: a1", "name: w01001",
      "gateways.yaml:11:15: the name 'w01001' is also in line 9, for the pool 'main' instead of 'small', expected each name of a gateway once"
    ),
    Wrong(
      file, "name: a1\n        parameter: free_chlorine\n        unit: µg/L\n        pool: small",
      "name: w01001\n        parameter: ph",
      "gateways.yaml:11:15: the name 'w01001' is also in line 9, expected each name of a gateway once"
    ),
    Wrong(
      file, "        parameter: free_chlorine\n        unit: µg/L\n        pool: small",
      "        parameter: ph",
      "gateways.yaml:11:15: 'a1' stands for ph of the pool 'main', as 'w01001' does in line 9, expected one name for each parameter of a pool"
    ),
  ])
  func `a name has one meaning, and a meaning one name`(wrong: Wrong) {
    wrong.verify()
  }

  @Test func `two gateways may use the same names, and the same parameter of two pools is two`() {
    let fixture = Fixture()
      .replacing("name: a.0.v", with: "name: w01001", in: Self.file)
      .replacing(
        "parameter: free_chlorine\n        unit: µg/L", with: "parameter: ph", in: Self.file)
    #expect(fixture.mistakes().isEmpty)
  }
}

@Suite struct `Gateways and other files` {
  @Test func `gateways are checked alone as far as they can be, and against a plan given too`() {
    let fixture = Fixture().replacing("venue: jade", with: "venue: jad", in: "gateways.yaml")
    #expect(fixture.check("gateways.yaml").isEmpty)
    #expect(fixture.check("gateways.yaml", "plan.yaml").count == 1)
    #expect(fixture.check("poolwatch.yaml").count == 1)
    #expect(fixture.check("poolwatch.yaml", "gateways.yaml").count == 1)
  }

  @Test func `a pool of the plan with a mistake is still one that gateways may name`() {
    let fixture = Fixture().replacing("kind: indoor", with: "kind: indoors", in: "plan.yaml")
    #expect(
      fixture.mistakes().map { $0.prefix { $0 != " " } } == ["plan.yaml:17:15:"])
  }

  @Test func `a file of gateways that is not there is a mistake where it is named`() {
    let mistakes = Fixture().mistakes("gateways=gone.yaml")
    #expect(
      mistakes == [
        "--set gateways=gone.yaml:1:1: 'gone.yaml' cannot be read (no such file), expected a readable file"
      ])
  }
}
