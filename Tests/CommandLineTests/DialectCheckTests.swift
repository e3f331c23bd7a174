import Foundation
import TestSupport
import Testing

@Suite struct `Checking payloads of other dialects on the command line` {
  /// A configuration of the demonstration's plan with a gateway of each dialect tried here.
  private final class Setting {
    let directory: TemporaryDirectory

    init() throws {
      directory = try TemporaryDirectory()
      try directory.write(
        """
        kind: poolwatch
        plan: \(Repository.path("Config/demo/plan.yaml"))
        rules: \(Repository.path("Config/demo/rules.yaml"))
        people: people.yaml
        profiles: [\(Repository.path("Config/profiles/cn-gb37488-2019.yaml"))]
        gateways: gateways.yaml
        store: {directory: \(directory.path)/data}
        channels: {log: {}}

        """, to: "poolwatch.yaml")
      try directory.write(
        """
        kind: people
        people:
          - id: duty
            name: {en: Duty officer, zh: 值班员}
            role: inspector
            channel: log
            streets: [长寿路街道, 曹杨新村街道, 长风新村街道]

        """, to: "people.yaml")
      try directory.write(
        """
        kind: gateways
        gateways:
          - id: plant
            venue: venue-02
            topic: plant/+
            dialect: senml
            pool: main
            values:
              - {name: "urn:dev:1:ph", parameter: ph}
          - id: frames
            venue: venue-02
            topic: frames
            dialect: hj212
            pool: main
            values:
              - {name: w01001, parameter: ph}
              - {name: w01010, parameter: temperature, unit: Cel}
          - id: node
            venue: venue-02
            topic: spBv1.0/baths/+/node/#
            dialect: sparkplug
            pool: main
            values:
              - {name: Water/pH, parameter: ph}

        """, to: "gateways.yaml")
    }

    func check(_ words: String...) async throws -> Outcome {
      try await Outcome(
        of: try Outcome.poolwatchPath,
        ["gateway", "check", "--config", directory.path("poolwatch.yaml")] + words,
        environment: [:])
    }

    /// Writes the bytes of `hex`.
    func write(hex: String, to name: String) throws -> String {
      let digits = Array(hex.utf8)
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
      }
      let file = directory.path(name)
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      return file
    }
  }

  @Test func `a gateway of another dialect is read as the configuration says`() async throws {
    let setting = try Setting()
    // Base name, base time, name, unit and value as in RFC 8428, section 4.
    let file = try setting.directory.write(
      """
      [{"bn":"urn:dev:1:","bt":1767225600,"n":"ph","u":"pH","v":7.31},{"n":"lead","u":"pH","v":1}]
      """, to: "pack.json")
    let outcome = try await setting.check("--topic", "plant/1", file)
    #expect(outcome.errors == "")
    #expect(outcome.ending == .code(1))
    #expect(outcome.output.hasPrefix("venue-02/main at 2026-01-01T08:00:00.000+08:00 ("))
    #expect(outcome.output.contains("\n  ph  7.31\nrefused: unknown_name\n"))
    #expect(outcome.output.hasSuffix("1 reading with 1 value accepted, 1 refused\n"))
  }

  // The checksums were made by a Python script that gives 1C80 for the example of the standard.
  private static let parts = [
    "##0134QN=20260101080000000;ST=21;CN=2011;PW=123456;MN=POOL1;Flag=6;PNUM=2;PNO=1;CP=&&"
      + "DataTime=20260101080000;w01001-Rtd=7.31,w01001-Flag=N&&F6C1\r\n",
    "##0110QN=20260101080000000;ST=21;CN=2011;PW=123456;MN=POOL1;Flag=6;PNUM=2;PNO=2;CP=&&"
      + "w01010-Rtd=27.4,w01010-Flag=N&&4A40\r\n",
  ]

  @Test func `a part of a message says which are missing, and the parts make it whole`()
    async throws
  {
    let setting = try Setting()
    let part = try setting.directory.write(Self.parts[0], to: "part")
    let alone = try await setting.check("--topic", "frames", part)
    #expect(alone.ending == .code(1))
    #expect(
      alone.output == """
        not whole: QN 20260101080000000 MN 'POOL1' CN 2011
          found     1 of 2 parts
          expected  part 2 too: stored when all are there, refused as lost_parts after 10 minutes
        0 readings with 0 values accepted, nothing refused, 1 message not whole

        """)
    // As `mosquitto_sub` prints them, with a line feed behind each payload.
    let both = try setting.directory.write(
      Self.parts.map { $0 + "\n" }.joined(), to: "both")
    let whole = try await setting.check("--topic", "frames", both)
    #expect(whole.ending == .code(0), "\(whole.output)")
    #expect(
      whole.output.hasPrefix(
        "message 1 of 2, \(both) on frames\nmessage 2 of 2, \(both) on frames\nvenue-02/main at "))
    #expect(
      whole.output.hasSuffix(
        """
          ph           7.31
          temperature  27.4 °C
        1 reading with 2 values accepted, nothing refused

        """))
  }

  // Made with mqtt-spb-wrapper 2.1.2: Water/pH under alias 1 is 7.1, then 7.2, with other metrics; and
  // the death of a device.
  private static let birth =
    "08f081eab6b73312120a05626453657118f081eab6b7332004580312210a144e6f646520436f6e74726f6c2f52656269"
    + "72746818f081eab6b733200b7000121a0a0857617465722f704810011888fae9b6b7332009653333e340121e0a085761"
    + "7465722f436c10021888fae9b6b733200a69a4703d0ad7a3e03f12180a0757617465722f54100318a0f2e9b6b7332002"
    + "50fbff03121a0a084669726d77617265100418f081eab6b733200c7a03322e341800"
  private static let data =
    "08f081eab6b7331210100118d889eab6b7332009656666e6401214100218d889eab6b733200a6985eb51b81e85e33f12"
    + "10100418d889eab6b733200c7a03322e351802"

  @Test func `data of Sparkplug need their birth, which is named and may be given`() async throws {
    let setting = try Setting()
    let birth = try setting.write(hex: Self.birth, to: "birth")
    let data = try setting.write(hex: Self.data, to: "data")
    let topic = "spBv1.0/baths/NDATA/node"
    let alone = try await setting.check("--topic", topic, data)
    #expect(alone.ending == .code(1))
    #expect(
      alone.output.contains(
        """
          expected  its birth before them
        the gateway would be asked on spBv1.0/baths/NCMD/node
        what data of Sparkplug mean says the birth before them, on spBv1.0/baths/NBIRTH/node:
          give its payload with --birth FILE; the daemon has it from the gateway
        0 readings with 0 values accepted, 1 refused

        """), "\(alone.output)")
    let born = try await setting.check("--topic", topic, "--birth", birth, data)
    #expect(born.ending == .code(0), "\(born.output)")
    #expect(born.output.hasPrefix("message 1 of 2, \(birth) on spBv1.0/baths/NBIRTH/node\n"))
    #expect(born.output.contains("\nmessage 2 of 2, \(data) on \(topic)\nvenue-02/main at "))
    #expect(born.output.contains("\n2 readings with 2 values accepted, status accepted, "))
    let named = try await setting.check(
      "--topic", "spBv1.0/baths/NBIRTH/node", birth, "--topic", topic, data)
    #expect(named.output == born.output)
  }

  @Test func `the death of a device holds nothing to store`() async throws {
    let setting = try Setting()
    let death = try setting.write(hex: "08f081eab6b7331804", to: "death")
    let outcome = try await setting.check("--topic", "spBv1.0/baths/DDEATH/node/analyser", death)
    #expect(outcome.ending == .code(0))
    #expect(outcome.output == "nothing in it to store, nothing refused\n")
  }
}
