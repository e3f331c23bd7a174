import TestSupport
import Testing

@Suite struct `Messages that are followed` {
  @Test func `are told in words, with what was refused and why`() async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.poolwatch(["gateway", "watch", "venue-01", "--count", "2"])
    #expect(outcome.ending == .code(0))
    #expect(outcome.errors == "poolwatch: watching venue-01; Ctrl-C ends it\n")
    #expect(
      outcome.output == """
        2026-01-21 08:00:00.250 +08:00  pools/v1/310107/venue-01/main/telemetry  87 bytes
          ✓ main 2026-01-21T08:00:00.000+08:00 free_chlorine 0.52 mg/L
          ✓ main 2026-01-21T08:00:00.000+08:00 ph 7.31, flag manual, there already
          ● not taken: main 2026-01-21T08:00:00.000+08:00 orp 700.0 mV, there with another number
          ● refused: unknown_parameter
              field     values.salt
              found     'salt'
              expected  a parameter of the plan
            1 of 1 readings stored, newest 0.25 s old, clock 0.25 s behind
        … 3 more messages came too fast to be shown
        2026-01-21 08:00:01.250 +08:00  pools/v1/310107/venue-01/status  15 bytes, retained: no sign of life
          ✓ venue-01 is online
            clock 0.25 s behind

        """)
    #expect(try daemon.nextRequest().trimmed == "GET /v1/gateways/venue-01/watch")
  }

  @Test func `come as one object a line, or as records`() async throws {
    let daemon = try await FixedDaemon()
    let words = ["gateway", "watch", "venue-01", "--count", "1"]
    let lines = try Fixture.text("answers/watch.ndjson").split(separator: "\n")
    let json = try await daemon.poolwatch(words + ["-o", "json"])
    #expect(json.output == lines[0] + "\n")
    let csv = try await daemon.poolwatch(words + ["-o", "csv"])
    #expect(csv.output.split(separator: "\r\n").count == 2)
    #expect(csv.output.hasPrefix("time,venue,gateway,topic,bytes,"))
  }

  @Test func `say so when the daemon stops before the end that was asked for`() async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.poolwatch(["gateway", "watch", "venue-01", "-o", "json"])
    #expect(outcome.output == (try Fixture.text("answers/watch.ndjson")))
    #expect(outcome.ending == .code(69))
    #expect(outcome.errors.hasSuffix("poolwatch: the daemon has stopped\n"))
  }
}
