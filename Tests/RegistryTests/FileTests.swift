import PoolModel
import Registry
import Testing

@Suite struct `Files as a whole` {
  @Test func `every mistake of every file is reported at once, by file, line and column`() {
    let mistakes = Fixture()
      .replacing("port: 1883", with: "port: x\n  hots: y", in: "poolwatch.yaml")
      .replacing("retention_days: 30", with: "retention_days: -1", in: "poolwatch.yaml")
      .replacing("zone: Asia/Shanghai", with: "zone: Mars", in: "plan.yaml")
      .replacing("status: primary", with: "status: 1", in: "profile.yaml")
      .replacing("deadband: 0.05", with: "deadband: x", in: "rules.yaml")
      .replacing("[North]", with: "[East, West]", in: "people.yaml")
      .mistakes("broker.keepalive_seconds=1")
    let places = mistakes.map { $0.split(separator: ": ")[0] }
    #expect(
      places == [
        "--set broker.keepalive_seconds=1:1:1", "poolwatch.yaml:8:9", "poolwatch.yaml:9:3",
        "poolwatch.yaml:12:19", "plan.yaml:5:9", "profile.yaml:15:13", "rules.yaml:6:15",
        "people.yaml:8:15", "people.yaml:8:21",
      ])
  }

  @Test(arguments: [
    ("", "x:1:1: the file is empty, expected a first line such as 'kind: plan'"),
    ("# only words\n", "x:1:1: the file is empty"),
    ("- a\n", "x:1:1: the file is a list, expected a mapping: lines 'key: value'"),
    ("plan\n", "x:1:1: the file is 'plan', expected a mapping: lines 'key: value'"),
    (
      "a: 1\n",
      "x:1:1: 'kind' is missing, expected one of poolwatch, plan, profile, rules, people, gateways"
    ),
    ("kind: plans\n", "x:1:7: 'kind' is 'plans', expected one of poolwatch, plan,"),
    (
      "kind: plan\n\tvenues: []\n",
      "x:2:1: not YAML: while scanning a plain scalar, found a tab character that violates indentation"
    ),
    (
      "kind: [plan\n",
      "x:2:1: not YAML: while parsing a flow sequence, did not find expected ',' or ']'"
    ),
    ("kind: plan\n a: 1\n", "x:2:3: not YAML: mapping values are not allowed in this context"),
    (
      "\tkind: plan\n",
      "x:1:1: not YAML: while scanning for the next token, found character that cannot start any token (a tab? indent with spaces)"
    ),
    ("kind: *nobody\n", "x:1:7: not YAML: found undefined alias"),
    ("kind: plan\n---\nkind: plan\n", "x:2:1: not YAML:"),
    ("kind: plan\nab: \u{1}\n", "x:2:5: not YAML: control characters are not allowed (U+1)"),
  ])
  func `what is no configuration is reported with its place`(text: String, mistake: String) {
    let mistakes = Fixture().adding(text, as: "x").check("x")
    #expect(mistakes.count == 1, "\(mistakes)")
    #expect(mistakes.first?.hasPrefix(mistake) == true, "\(mistakes)")
  }

  @Test func `broken UTF-8 is reported at its line and column`() {
    var fixture = Fixture()
    fixture.files["x"] = Array("kind: plan\nä: ".utf8) + [0xC3, 0x28] + Array("\n".utf8)
    #expect(fixture.check("x") == ["x:2:4: byte 0xc3 is not UTF-8, expected UTF-8 text"])
  }

  @Test func `columns count characters, not bytes`() {
    let fixture = Fixture().replacing(
      "{zh: 小池}, kind: children", with: "{zh: 小池}, kind: kids", in: "plan.yaml")
    #expect(fixture.mistakes().first?.hasPrefix("plan.yaml:20:43: 'kind' is 'kids'") == true)
  }

  @Test func `repeated keys are mistakes at their place, and so is the rest of the file`() {
    let fixture = Fixture().replacing(
      "  port: 1883", with: "  port: 1883\n  host: b\n  \"port\": 70000\n  port: 3",
      in: "poolwatch.yaml")
    #expect(
      fixture.mistakes() == [
        "poolwatch.yaml:9:3: 'host' is given again, expected each key once (the first is in line 7)",
        "poolwatch.yaml:10:3: 'port' is given again, expected each key once (the first is in line 8)",
        "poolwatch.yaml:11:3: 'port' is given again, expected each key once (the first is in line 8)",
      ])
    #expect(
      fixture.replacing("entries: 5", with: "entries: x", in: "poolwatch.yaml").mistakes().last?
        .hasPrefix("poolwatch.yaml:22:23: 'entries' is 'x'") == true)
  }

  @Test func `a file that is not there is named where it stands on the command line`() {
    #expect(
      Fixture().check("gone") == [
        "gone:1:1: 'gone' cannot be read (no such file), expected a readable file"
      ])
  }

  @Test func `files of more than 16 MiB together are refused`() {
    let text = Fixture.plan + String(repeating: "#\n", count: 8 << 20)
    let mistakes = Fixture().adding(text, as: "plan.yaml").mistakes()
    #expect(mistakes.count == 1)
    #expect(
      mistakes.first?.hasPrefix("poolwatch.yaml:2:7: with 'plan.yaml' the configuration has")
        == true)
  }

  @Test(arguments: ["[", "- ", "{a: ", "? "])
  func `lists without end overflow nothing`(piece: String) {
    let text = "kind: plan\nvenues: " + (piece == "- " || piece == "? " ? "\n  " : "")
    let fixture = Fixture().adding(text + String(repeating: piece, count: 50_000), as: "x")
    #expect(fixture.check("x").count == 1)
  }

  @Test func `aliases of aliases are cut off`() {
    var text = "kind: plan\na: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for (name, next) in zip("abcdefgh", "bcdefghi") {
      text +=
        "\(next): &\(next) [" + repeatElement("*\(name)", count: 10).joined(separator: ", ") + "]\n"
    }
    let mistakes = Fixture().adding(text, as: "x").check("x")
    #expect(mistakes.count == 1)
    #expect(mistakes.first?.contains("make more than 4000000 values") == true)
  }
}

@Suite struct `Checking files without loading them` {
  @Test func `files of every kind are checked alone as far as they can be`() {
    for file in ["plan.yaml", "profile.yaml", "rules.yaml", "people.yaml", "gateways.yaml"] {
      #expect(Fixture().check(file).isEmpty)
    }
    let fixture = Fixture().replacing("parameter: ph", with: "parameter: urea", in: "profile.yaml")
      .replacing("[North]", with: "[East]", in: "people.yaml")
    #expect(fixture.check("profile.yaml").isEmpty)
    #expect(fixture.check("people.yaml").isEmpty)
  }

  @Test func `files given together are checked against each other, in the order given`() {
    let fixture = Fixture().replacing("parameter: ph", with: "parameter: urea", in: "profile.yaml")
      .replacing("[North]", with: "[East]", in: "people.yaml")
      .replacing("120", with: "100", in: "rules.yaml")
    let mistakes = fixture.check("people.yaml", "rules.yaml", "profile.yaml", "plan.yaml")
    #expect(
      mistakes.map { $0.split(separator: ": ")[0] }
        == ["people.yaml:8:15", "rules.yaml:2:18", "profile.yaml:7:16"])
  }

  @Test func `a poolwatch.yaml brings the files it names, and each mistake once`() {
    let fixture = Fixture().replacing("zone: Asia/Shanghai", with: "zone: Mars", in: "plan.yaml")
    #expect(fixture.check("poolwatch.yaml").count == 1)
    #expect(fixture.check("poolwatch.yaml", "./plan.yaml", "plan.yaml").count == 1)
    #expect(Fixture().check("poolwatch.yaml", "plan.yaml", "people.yaml").isEmpty)
  }

  @Test func `an unnamed file is checked against the plan of a poolwatch.yaml beside it`() {
    let text = Fixture.people.replacing("[North]", with: "[East]")
    let mistakes = Fixture().adding(text, as: "new.yaml").check("poolwatch.yaml", "new.yaml")
    #expect(mistakes.count == 1)
    #expect(mistakes.first?.hasPrefix("new.yaml:8:15: unknown street 'East'") == true)
  }
}

@Suite struct `Damaged files` {
  @Test(arguments: 1...4) func `files damaged at random load or give mistakes with a place`(
    seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    let names = [
      "poolwatch.yaml", "plan.yaml", "profile.yaml", "rules.yaml", "people.yaml", "gateways.yaml",
    ]
    for _ in 0..<75 {
      var fixture = Fixture()
      let name = names.randomElement(using: &generator) ?? names[0]
      var lines = String(decoding: fixture.files[name] ?? [], as: UTF8.self)
        .split(separator: "\n").map(String.init)
      let first = Int.random(in: lines.indices, using: &generator)
      let second = Int.random(in: lines.indices, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: lines.remove(at: first)
      case 1: lines.insert(lines[second], at: first)
      case 2: lines.swapAt(first, second)
      default: break
      }
      var bytes = Array(lines.joined(separator: "\n").utf8)
      for _ in 0..<Int.random(in: 0...2, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      fixture.files[name] = bytes
      let mistakes = Configuration.check(
        paths: ["poolwatch.yaml"] + names, read: fixture.read)
      #expect(mistakes.allSatisfy { $0.line > 0 && $0.column > 0 && !$0.message.isEmpty })
      do {
        _ = try fixture.load()
        #expect(mistakes.isEmpty)
      } catch {
        #expect(!error.mistakes.isEmpty)
        // Without its kind a file says more beside the one that names it.
        guard !mistakes.contains(where: { $0.message.contains("'kind'") }) else { continue }
        #expect(error.mistakes.allSatisfy(mistakes.contains))
      }
    }
  }
}
