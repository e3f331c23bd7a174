import TestSupport
import Testing

@Suite struct `Answers on the command line` {
  private static let questions: [(name: String, words: [String])] = [
    ("latest", ["latest"]),
    ("history", ["history", "venue-01/main", "--parameter", "free_chlorine"]),
    (
      "history-step",
      ["history", "venue-01/main", "--parameter", "free_chlorine", "--step", "1h"]
    ),
    ("gaps", ["gaps", "venue-01/main", "--parameter", "free_chlorine"]),
    ("alarms", ["alarms", "--state", "all"]),
    ("alarms-stats", ["alarms", "stats"]),
    ("closures", ["closure", "list", "--state", "all"]),
    ("coverage", ["coverage"]),
    ("gateways", ["gateways"]),
    ("quarantine", ["quarantine"]),
    ("notices", ["notices"]),
    ("status", ["status"]),
  ]

  @Test(arguments: questions)
  func `a table in a pipe is whole, and its wide characters are aligned`(
    name: String, words: [String]
  ) async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.poolwatch(words)
    #expect(outcome.output == (try Fixture.text("golden/\(name).txt")))
    #expect(outcome.errors == "")
    #expect(outcome.ending == .code(0))
  }

  @Test(arguments: questions)
  func `JSON is the daemon's answer, byte for byte`(name: String, words: [String]) async throws {
    let daemon = try await FixedDaemon()
    for output in [["-o", "json"], ["--output", "json"], ["-ojson"]] {
      let outcome = try await daemon.poolwatch(words + output)
      #expect(outcome.output == (try Fixture.text("answers/\(name).json")))
      #expect(outcome.ending == .code(0))
    }
  }

  // The expected records were written by Python's csv module from the daemon's JSON.
  @Test(arguments: questions)
  func `comma-separated values are the same answer`(name: String, words: [String]) async throws {
    let daemon = try await FixedDaemon()
    let expected = try Fixture.text("golden/\(name).csv")
    let outcome = try await daemon.poolwatch(words + ["-o", "csv"])
    #expect(outcome.output == expected)
    #expect(outcome.ending == .code(0))
    let marked = try await daemon.poolwatch(words + ["-o", "csv", "--bom"])
    #expect(marked.output == "\u{FEFF}" + expected)
  }

  @Test(arguments: questions)
  func `on a terminal of 80 columns no line is longer`(
    name: String, words: [String]
  ) async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.onTerminal(
      columnCount: 80, words, environment: ["NO_COLOR": "1"])
    #expect(outcome.output == (try Fixture.text("golden/\(name)-80.txt")))
    #expect(outcome.ending == .code(0))
  }

  @Test func `colours come on a terminal alone, and not against NO_COLOR or a dumb one`()
    async throws
  {
    let daemon = try await FixedDaemon()
    let coloured = try await daemon.onTerminal(columnCount: 120, ["alarms"])
    #expect(coloured.output.contains("\u{1B}[31m● active\u{1B}[0m"))
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      let plain = try await daemon.onTerminal(
        columnCount: 120, ["alarms"], environment: environment)
      #expect(plain.output.contains("● active"))
      #expect(!plain.output.contains("\u{1B}"))
    }
  }

  @Test func `options stand before or after the command`() async throws {
    let daemon = try await FixedDaemon()
    let json = try Fixture.text("answers/status.json")
    let orders = [
      ["--socket", daemon.socketPath, "-o", "json", "status"],
      ["status", "--socket", daemon.socketPath, "-o", "json"],
      ["-o", "json", "status", "--socket", daemon.socketPath],
      ["--socket=\(daemon.socketPath)", "status", "--output=json"],
    ]
    for words in orders {
      let outcome = try await daemon.poolwatch(
        words, environment: ["POOLWATCH_SOCKET": "/nowhere"])
      #expect(outcome.output == json)
      #expect(outcome.ending == .code(0))
    }
  }

  // The targets are written by hand after RFC 3986.
  @Test(arguments: [
    (["latest", "--venue", "长 宁"], "GET /v1/latest?venue=%E9%95%BF%20%E5%AE%81"),
    (
      ["history", "venue-01/main", "--parameter", "ph", "--from", "-24h", "--to", "-1s"],
      "GET /v1/history/venue-01/main?parameter=ph&from=-24h&to=-1s"
    ),
    (
      [
        "history", "--from", "2026-01-21T08:00:00.5+08:00", "--parameter", "ph", "venue-01/main",
      ],
      "GET /v1/history/venue-01/main?parameter=ph&from=2026-01-21T08%3A00%3A00.5%2B08%3A00"
    ),
    (
      ["history", "venue-01/main", "--parameter", "ph", "--from", "-7d", "--step", "15m"],
      "GET /v1/history/venue-01/main?parameter=ph&from=-7d&step=15m"
    ),
    (
      ["gaps", "venue-01/main", "--parameter", "ph", "--from", "2026-01-21", "--to", "-1h"],
      "GET /v1/gaps/venue-01/main?parameter=ph&from=2026-01-21&to=-1h"
    ),
    (["alarms"], "GET /v1/alarms?state=active"),
    (["alarms", "--state", "all", "--class", "water"], "GET /v1/alarms?state=all&class=water"),
    (["alarms", "stats"], "GET /v1/alarms/stats?operators=1"),
    (
      ["alarms", "stats", "--to", "2026-02-01", "--from", "-90d", "--operators", "3"],
      "GET /v1/alarms/stats?from=-90d&to=2026-02-01&operators=3"
    ),
    (["coverage"], "GET /v1/coverage?by=venue"),
    (
      ["coverage", "--by", "plan", "--from", "2026-01-01", "--to", "-7d"],
      "GET /v1/coverage?from=2026-01-01&to=-7d&by=plan"
    ),
    (["gateways"], "GET /v1/gateways"),
    (["gateways", "--venue", "长 宁"], "GET /v1/gateways?venue=%E9%95%BF%20%E5%AE%81"),
    (["coverage", "--by", "parameter"], "GET /v1/coverage?by=parameter"),
    (
      ["quarantine", "replay"],
      #"POST /v1/quarantine/replay {"venue":null,"reason":null,"from":null,"to":null,"dry_run":false}"#
    ),
    (
      [
        "quarantine", "replay", "--venue", "长 宁", "--reason", "unknown_name", "--from", "-24h",
        "--to", "2026-01-21", "--dry-run",
      ],
      "POST /v1/quarantine/replay "
        + #"{"venue":"长 宁","reason":"unknown_name","from":"-24h","to":"2026-01-21","dry_run":true}"#
    ),
    (
      ["alarms", "ack", "0123456789abc", "--by", "王芳", "--comment", "--\"on my way\""],
      #"POST /v1/alarms/0123456789abc/ack {"by":"王芳","comment":"--\"on my way\""}"#
    ),
    (
      ["alarms", "comment", "0123456789abc", "--by", "li", "--comment", "pump exchanged"],
      #"POST /v1/alarms/0123456789abc/comment {"by":"li","comment":"pump exchanged"}"#
    ),
    (
      ["alarms", "assign", "0123456789abc", "--to", "王芳", "--by", "li", "--comment", "yours"],
      #"POST /v1/alarms/0123456789abc/assign {"by":"li","comment":"yours","to":"王芳"}"#
    ),
    (
      ["alarms", "shelve", "0123456789abc", "--until", "+8h", "--by", "li", "--comment", "probe"],
      #"POST /v1/alarms/0123456789abc/shelve {"by":"li","comment":"probe","until":"+8h"}"#
    ),
    (
      ["alarms", "unshelve", "0123456789abc", "--by", "li", "--comment", "in"],
      #"POST /v1/alarms/0123456789abc/unshelve {"by":"li","comment":"in"}"#
    ),
    (
      ["alarms", "out-of-service", "0123456789abc", "--by", "li", "--comment", "scrapped"],
      #"POST /v1/alarms/0123456789abc/out-of-service {"by":"li","comment":"scrapped"}"#
    ),
    (
      ["alarms", "in-service", "0123456789abc", "--by", "li", "--comment", "new"],
      #"POST /v1/alarms/0123456789abc/in-service {"by":"li","comment":"new"}"#
    ),
    (["closure", "list", "--venue", "v1"], "GET /v1/closures?state=active&venue=v1"),
    (
      [
        "closure", "add", "v1/main", "--maintenance", "--to", "+4h", "--reason", "sand", "--by",
        "li",
      ],
      #"POST /v1/closures {"venue":"v1","pool":"main","kind":"maintenance","from":null,"to":"+4h","by":"li","reason":"sand"}"#
    ),
    (
      ["closure", "add", "v1", "--from", "2026-02-16", "--reason", "holiday", "--by", "li"],
      #"POST /v1/closures {"venue":"v1","pool":null,"kind":"closure","from":"2026-02-16","to":null,"by":"li","reason":"holiday"}"#
    ),
    (
      ["closure", "end", "0123456789abc", "--by", "li"],
      #"POST /v1/closures/0123456789abc/end {"by":"li","comment":""}"#
    ),
  ])
  func `the daemon is asked what was typed`(words: [String], request: String) async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await daemon.poolwatch(words)
    #expect(try daemon.nextRequest().trimmed == request)
    #expect(outcome.ending == .code(0))
  }

  @Test func `an acknowledgement is confirmed, or passed through as JSON`() async throws {
    let daemon = try await FixedDaemon()
    let words = ["alarms", "ack", "0123456789abc", "--by", "王芳", "--comment", "马上到"]
    let table = try await daemon.poolwatch(words)
    #expect(table.output == "✓ 0123456789abc acknowledged by 王芳\n")
    let json = try await daemon.poolwatch(words + ["-o", "json"])
    #expect(json.output == (try Fixture.text("answers/acknowledged.json")))
    let csv = try await daemon.poolwatch(words + ["-o", "csv"])
    #expect(csv.output.hasPrefix("id,class,state,rule,"))
    #expect(csv.output.hasSuffix(",王芳,,,,,\r\n"))
  }

  @Test func `what a replay came to is counted in lines, or passed through as JSON`() async throws {
    let daemon = try await FixedDaemon()
    let words = ["quarantine", "replay"]
    let table = try await daemon.poolwatch(words)
    #expect(
      table.output == """
        46 refused messages looked at again
          40 taken in, and out of the quarantine
          1 taken in in part; the rest is still refused, and they stay
          3 still refused
            staying: bad_json 2, unknown_name 2
          2 cannot be taken in: only the beginning of a message is kept
            2026-01-21T08:00:00.000+08:00 pools/v1/310107/venue-03/main/telemetry: 4096 of 90000 bytes are kept
            and 1 more
        values: 117 stored, 3 there already, 1 there with another number, 0 too old

        """)
    let json = try await daemon.poolwatch(words + ["-o", "json"])
    #expect(json.output == (try Fixture.text("answers/replayed.json")))
    let csv = try await daemon.poolwatch(words + ["-o", "csv"])
    #expect(csv.output.hasPrefix("dry_run,examined,taken,"))
  }

  @Test func `nothing to show is said in words, and is an empty array`() async throws {
    let daemon = try await FixedDaemon()
    let table = try await daemon.poolwatch(["latest", "--venue", "none"])
    #expect(table.output == "no pools are planned\n")
    let json = try await daemon.poolwatch(["latest", "--venue", "none", "-o", "json"])
    #expect(json.output == "[\n]\n")
    let csv = try await daemon.poolwatch(["latest", "--venue", "none", "-o", "csv"])
    #expect(csv.output == "venue,pool,parameter,time,value,unit,flag,age_seconds,lost_time\r\n")
  }

  @Test func `a long history is printed whole`() async throws {
    let daemon = try await FixedDaemon()
    let words = ["history", "long/main", "--parameter", "ph"]
    let lines = try await daemon.poolwatch(words).output.split(separator: "\n")
    #expect(lines.count == 30_001)
    #expect(lines.last == "2026-01-21 08:19:59.000 +08:00   7.25        good")
  }

  @Test(arguments: ["table", "json", "csv"])
  func `whoever reads only the beginning is not told off`(output: String) async throws {
    let daemon = try await FixedDaemon()
    let outcome = try await Outcome(
      of: "/bin/bash",
      [
        "-c",
        #""$0" history long/main --parameter ph -o "$1" | head -n 1; echo "${PIPESTATUS[0]}""#,
        try Outcome.poolwatchPath, output,
      ], environment: ["POOLWATCH_SOCKET": daemon.socketPath])
    // 141 is 128 + SIGPIPE, as for any other program before `head`.
    #expect(outcome.output.split(whereSeparator: \.isNewline).last == "141")
    #expect(outcome.errors == "")
  }
}

extension String {
  var trimmed: String {
    hasSuffix(" ") ? String(dropLast()) : self
  }
}
