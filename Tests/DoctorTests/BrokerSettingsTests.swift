import Testing

@testable import poolwatch

// Forms, defaults and order of files: mosquitto.conf(5), version 2.0.11.
@Suite struct `A broker's configuration files` {
  @Test func `the last line of an option holds, comments and indented lines do not`() {
    let settings = BrokerSettings(
      text:
        "# autosave_interval 7\n  autosave_interval 8\nautosave_interval 9\nautosave_interval 1 \n")
    #expect(settings.values == ["autosave_interval": "1"])
  }

  @Test func `a # behind a value is part of it`() {
    #expect(BrokerSettings(text: "acl_file /a # b").values["acl_file"] == "/a # b")
  }

  @Test func `options of a listener are its own`() {
    let settings = BrokerSettings(
      text: """
        max_connections 5
        listener 1883 127.0.0.1
        max_connections 20
        allow_anonymous false
        listener 8883
        certfile c
        listener 0 /run/mosquitto.sock
        """)
    #expect(settings.values == ["max_connections": "5", "allow_anonymous": "false"])
    #expect(settings.listeners.map(\.port) == [1883, 8883, 0])
    #expect(settings.listeners.map(\.isLoopback) == [true, false, true])
    #expect(settings.listeners.map(\.usesTLS) == [false, true, false])
    #expect(settings.listeners[0].values == ["max_connections": "20"])
  }

  @Test func `included files come in mosquitto's order, and include nothing themselves`() {
    // The order of the manual's own example: 01.conf, A.conf, a.conf, B.conf, b.conf.
    let files = [
      "main": "include_dir /d\n", "/d/b.conf": "z b\n", "/d/A.conf": "z A\nx A\ninclude_dir /e\n",
      "/d/01.conf": "z 01\nx 01\nw 01\n", "/d/a.conf": "z a\nx a\n", "/d/B.conf": "z B\n",
      "/d/c.txt": "z txt\n", "/e/e.conf": "z e\n",
    ]
    var read: [String] = []
    let settings = BrokerSettings(
      path: "main",
      names: { directory in
        files.keys.filter { $0.hasPrefix(directory) }.map { String($0.dropFirst(3)) }.sorted()
      },
      read: { path in
        read.append(path)
        return Array((files[path] ?? "").utf8)
      })
    #expect(read == ["main", "/d/01.conf", "/d/A.conf", "/d/a.conf", "/d/B.conf", "/d/b.conf"])
    #expect(settings.values["z"] == "b")
    #expect(settings.values["x"] == "a")
    #expect(settings.values["w"] == "01")
  }

  @Test func `what cannot be read is named, and nothing is concluded from the rest`() {
    struct Denied: Error, CustomStringConvertible { let description = "Permission denied" }
    let settings = BrokerSettings(
      path: "main", names: { _ throws in throw Denied() },
      read: { _ in Array("include_dir /d\nallow_anonymous true\n".utf8) })
    #expect(settings.unreadable == ["/d (Permission denied)"])
    let facts = DoctorFacts.healthy { $0.brokerSettings = settings }
    #expect(PersistenceCheck.finding(facts).finding == "not readable: /d (Permission denied)")
    for check: any DoctorCheck.Type in [
      PersistenceCheck.self, ExpiryCheck.self, CapacityCheck.self, MemoryCheck.self,
      InFlightCheck.self, BrokerAccessCheck.self,
    ] {
      #expect(check.finding(facts).verdict == .unknown)
    }
  }

  @Test(arguments: [
    ("6h", 21_600), ("14d", 1_209_600), ("2w", 1_209_600), ("2m", 5_184_000), ("1y", 31_536_000),
  ])
  func `a span has a unit`(text: String, seconds: Int) {
    #expect(BrokerSettings(text: "a \(text)").span("a") == .seconds(seconds))
  }

  @Test(arguments: ["", "d", "14", "14s", "x d"])
  func `a span without number or unit is none`(text: String) {
    #expect(BrokerSettings(text: "a \(text)").span("a") == nil)
  }
}
