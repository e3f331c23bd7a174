import Foundation
import LinuxSystem
import TestSupport
import Testing

/// The protocol as sd_notify(3) describes it, heard by a datagram socket that is not ours.
@Suite struct `Telling the service manager` {
  /// Python's socket prints each datagram as a JSON string.
  private func listen(_ name: String) async throws -> ManagedProcess {
    let process = try ManagedProcess(
      "/usr/bin/python3", package: "python3",
      arguments: [
        "-c",
        """
        import json, socket, sys
        name = sys.argv[1]
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind('\\0' + name[1:] if name[0] == '@' else name)
        print('ready', flush=True)
        while True:
            print(json.dumps(s.recv(4096).decode()), flush=True)
        """, name,
      ])
    try await process.output.first { $0 == "ready" }
    return process
  }

  @Test func `each word is one datagram, to a path`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("notify")
    let listener = try await listen(path)
    let notifier = try #require(
      try ServiceNotifier(environment: ["NOTIFY_SOCKET": path], processID: 1))
    try notifier.notify("READY=1")
    try notifier.notify("STATUS=水\nWATCHDOG=1")
    #expect(try listener.output.next() == #""READY=1""#)
    #expect(try listener.output.next() == #""STATUS=\u6c34\nWATCHDOG=1""#)
    #expect(notifier.watchdogInterval == nil)
  }

  @Test func `each word is one datagram, to an abstract name`() async throws {
    let name = "@poolwatch-test-\(UUID().uuidString)"
    let listener = try await listen(name)
    let notifier = try #require(
      try ServiceNotifier(environment: ["NOTIFY_SOCKET": name], processID: 1))
    try notifier.notify("READY=1")
    #expect(try listener.output.next() == #""READY=1""#)
  }

  @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["WATCHDOG_USEC": "1000"]])
  func `without a manager there is no notifier`(environment: [String: String]) throws {
    #expect(try ServiceNotifier(environment: environment, processID: 1) == nil)
  }

  @Test(
    arguments: [
      ("30000000", nil, .seconds(30)), ("30000000", "42", .seconds(30)), ("30000000", "43", nil),
      ("30000000", "x", nil), ("0", nil, nil), ("-1", nil, nil), ("soon", nil, nil),
      (nil, "42", nil), ("1500", nil, .microseconds(1500)),
    ] as [(String?, String?, Duration?)])
  func `the watchdog's interval is ours only if it names us or nobody`(
    microseconds: String?, processID: String?, expected: Duration?
  ) throws {
    var environment = ["NOTIFY_SOCKET": "/run/x"]
    environment["WATCHDOG_USEC"] = microseconds
    environment["WATCHDOG_PID"] = processID
    let notifier = try ServiceNotifier(environment: environment, processID: 42)
    #expect(notifier?.watchdogInterval == expected)
  }

  @Test func `a relative name is none, and one too long is refused`() {
    #expect(
      throws: SystemError(call: "NOTIFY_SOCKET", subject: "run/x", code: 97)  // EAFNOSUPPORT
    ) { try ServiceNotifier(environment: ["NOTIFY_SOCKET": "run/x"], processID: 1) }
    // A sockaddr_un has 108 bytes for a path with its zero byte: unix(7).
    let long = "/" + String(repeating: "x", count: 107)
    #expect(
      throws: SystemError(call: "NOTIFY_SOCKET", subject: long, code: 36)  // ENAMETOOLONG
    ) { try ServiceNotifier(environment: ["NOTIFY_SOCKET": long], processID: 1) }
  }

  @Test func `a manager that is gone is an error with the socket's name`() throws {
    let notifier = try #require(
      try ServiceNotifier(environment: ["NOTIFY_SOCKET": "/no/such"], processID: 1))
    #expect(throws: SystemError(call: "sendto", subject: "/no/such", code: 2)) {
      try notifier.notify("READY=1")
    }
  }
}
