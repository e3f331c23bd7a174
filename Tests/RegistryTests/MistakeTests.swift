import Registry
import Testing

/// One piece of the fixture replaced, and the only mistake that follows.
///
/// Lines and columns are
/// counted by eye in `Fixture`.
struct Wrong: Sendable, CustomTestStringConvertible {
  let file: String
  let old: String
  let new: String
  let mistake: String

  init(_ file: String, _ old: String, _ new: String, _ mistake: String) {
    self.file = file
    self.old = old
    self.new = new
    self.mistake = mistake
  }

  var testDescription: String { "\(file): \(new)" }

  func verify() {
    let mistakes = Fixture().replacing(old, with: new, in: file).mistakes()
    #expect(mistakes.count == 1, "\(mistakes)")
    #expect(mistakes.first?.hasPrefix(mistake) == true, "\(mistakes)")
  }
}

@Suite struct `Mistakes in poolwatch.yaml` {
  static let file = "poolwatch.yaml"

  @Test(arguments: [
    Wrong(
      file, "kind: poolwatch\n", "", "poolwatch.yaml:1:1: 'kind' is missing, expected poolwatch"),
    Wrong(
      file, "kind: poolwatch", "kind: plan",
      "poolwatch.yaml:1:7: 'kind' is 'plan', expected poolwatch"),
    Wrong(
      file, "plan: plan.yaml\n", "",
      "poolwatch.yaml:1:1: 'plan' is missing, expected the path of a file"),
    Wrong(
      file, "plan: plan.yaml", "plan: pln.yaml",
      "poolwatch.yaml:2:7: 'pln.yaml' cannot be read (no such file), expected a readable file"),
    Wrong(
      file, "plan: plan.yaml", "plan: [plan.yaml]",
      "poolwatch.yaml:2:7: 'plan' is a list, expected the path of a file"),
    Wrong(
      file, "[profile.yaml]", "profile.yaml",
      "poolwatch.yaml:5:11: 'profiles' is 'profile.yaml', expected a list of paths, at least one"),
    Wrong(
      file, "[profile.yaml]", "[]",
      "poolwatch.yaml:5:11: 'profiles' is an empty list, expected a list of paths"),
    Wrong(
      file, "[profile.yaml]", "[profile.yaml, ./profile.yaml]",
      "poolwatch.yaml:5:26: './profile.yaml' is named twice, expected each profile once"),
    Wrong(
      file, "port: 1883", "port: 0",
      "poolwatch.yaml:8:9: 'port' is '0', expected a whole number 1…65535"),
    Wrong(
      file, "port: 1883", "port: 65536",
      "poolwatch.yaml:8:9: 'port' is '65536', expected a whole number 1…65535"),
    Wrong(
      file, "port: 1883", "port: \"1883\"",
      "poolwatch.yaml:8:9: 'port' is the text '1883', expected a whole number"),
    Wrong(
      file, "port: 1883", "port: 01883",
      "poolwatch.yaml:8:9: 'port' is '01883', expected a whole number"),
    Wrong(
      file, "port: 1883", "port: 1883.0",
      "poolwatch.yaml:8:9: 'port' is '1883.0', expected a whole number"),
    Wrong(
      file, "port: 1883", "port:", "poolwatch.yaml:8:8: 'port' is empty, expected a whole number"),
    Wrong(
      file, "port: 1883", "prot: 1883",
      "poolwatch.yaml:8:3: unknown key 'prot', expected one of host, port, client_id, protocol, username, password_file, ca_file, certificate_file, key_file, keepalive_seconds, session_expiry_seconds, receive_maximum, queue_messages; did you mean 'port'?"
    ),
    Wrong(
      file, "port: 1883", "client_id: a/b",
      "poolwatch.yaml:8:14: 'client_id' is 'a/b', expected 1…64 of the characters"),
    Wrong(
      file, "port: 1883", "protocol: 4",
      "poolwatch.yaml:8:13: 'protocol' is '4', expected one of 3.1.1, 5"),
    Wrong(
      file, "port: 1883", "keepalive_seconds: 4",
      "poolwatch.yaml:8:22: 'keepalive_seconds' is '4', expected a whole number 5…65535 seconds"),
    Wrong(
      file, "port: 1883", "session_expiry_seconds: 0",
      "poolwatch.yaml:8:27: 'session_expiry_seconds' is '0', expected a whole number 1…4294967295 seconds"
    ),
    Wrong(
      file, "port: 1883", "receive_maximum: 65536",
      "poolwatch.yaml:8:20: 'receive_maximum' is '65536', expected a whole number 1…65535"),
    Wrong(
      file, "port: 1883", "password_file: plan.yaml",
      "poolwatch.yaml:8:18: 'password_file' is given without a name, expected 'username' too"),
    Wrong(
      file, "port: 1883", "ca_file: ca.crt",
      "poolwatch.yaml:8:12: 'ca.crt' cannot be read (no such file), expected a readable file"),
    Wrong(
      file, "port: 1883", "key_file: plan.yaml",
      "poolwatch.yaml:8:13: 'key_file' is given without its certificate"),
    Wrong(
      file, "port: 1883", "ca_file: plan.yaml\n  certificate_file: plan.yaml",
      "poolwatch.yaml:9:21: 'certificate_file' is given without its key"),
    Wrong(
      file, "port: 1883", "key_file: plan.yaml\n  certificate_file: plan.yaml",
      "poolwatch.yaml:9:21: 'certificate_file' is given without TLS"),
    Wrong(
      file, "  directory: /var/lib/poolwatch\n", "",
      "poolwatch.yaml:10:3: 'directory' is missing, expected the path of a file"),
    Wrong(
      file, "retention_days: 30", "retention_days: 0",
      "poolwatch.yaml:11:19: 'retention_days' is '0', expected a number of days 0.0001…36500"),
    Wrong(
      file, "retention_days: 30", "retention_days: .inf",
      "poolwatch.yaml:11:19: 'retention_days' is '.inf', expected a number"),
    Wrong(
      file, "retention_days: 30", "retention_days: 1e999",
      "poolwatch.yaml:11:19: 'retention_days' is '1e999', expected a number"),
    Wrong(
      file, "retention_days: 30", "page_bytes: 12288",
      "poolwatch.yaml:11:15: 'page_bytes' is '12288', expected a power of two from 4096 to 1048576 bytes"
    ),
    Wrong(
      file, "retention_days: 30", "journal_bytes: 4096",
      "poolwatch.yaml:11:18: 'journal_bytes' is '4096', expected a multiple of 4096 from 4194304"),
    Wrong(
      file, "mode: \"0660\"", "mode: \"0888\"",
      "poolwatch.yaml:13:9: 'mode' is the text '0888', expected permissions in octal, 0000…0777"),
    Wrong(
      file, "mode: \"0660\"", "mode: 1777",
      "poolwatch.yaml:13:9: 'mode' is '1777', expected permissions in octal"),
    Wrong(
      file, "mode: \"0660\"", "socket: /" + String(repeating: "s", count: 107),
      "poolwatch.yaml:13:11: 'socket' is '/sssss"),
    Wrong(
      file, "security: none", "security: ssl",
      "poolwatch.yaml:18:15: 'security' is 'ssl', expected one of none, starttls, tls"),
    Wrong(
      file, "    host: mail.example.org\n", "",
      "poolwatch.yaml:16:5: 'host' is missing, expected a host name or an IP address"),
    Wrong(
      file, "from: poolwatch@example.org", "from: \"a@b\\r\\nBcc: c@d\"",
      "poolwatch.yaml:17:11: 'from' is the text 'a@b\u{FFFD}\u{FFFD}Bcc: c@d', expected a mail address"
    ),
    Wrong(
      file, "security: none", "security: none\n    username: u",
      "poolwatch.yaml:19:15: 'username' is given without a password, expected 'password_file' too"),
    Wrong(
      file, "security: none", "security: none\n    timeout_seconds: 0.5",
      "poolwatch.yaml:19:22: 'timeout_seconds' is '0.5', expected a number of seconds 1…600"),
    Wrong(
      file, "quarantine:", "  log: {level: 3}\nquarantine:",
      "poolwatch.yaml:19:9: unknown key 'level', expected none"),
    Wrong(
      file, "quarantine:", "  log: loud\nquarantine:",
      "poolwatch.yaml:19:8: 'log' is 'loud', expected a mapping: lines 'key: value'"),
    Wrong(
      file, "{entries: 5}", "{entries: 0}",
      "poolwatch.yaml:19:23: 'entries' is '0', expected a whole number 1…1000000"),
    Wrong(
      file, "{entries: 5}", "5",
      "poolwatch.yaml:19:13: 'quarantine' is '5', expected a mapping: lines 'key: value'"),
    Wrong(
      file, "broker:\n  host: broker.example.org", "broker: &b\n  <<: x\n  host: a",
      "poolwatch.yaml:7:3: unknown key '<<'"),
  ])
  func `a wrong piece is one mistake at its place`(wrong: Wrong) {
    wrong.verify()
  }

  @Test func `a socket path of 107 bytes is accepted and one of 108 is not`() {
    for (count, expected) in [(107, 0), (108, 1)] {
      let path = "/" + String(repeating: "s", count: count - 1)
      #expect(Fixture().mistakes("api.socket=\(path)").count == expected)
    }
    // 54 characters of two bytes each.
    #expect(Fixture().mistakes("api.socket=" + String(repeating: "é", count: 54)).count == 1)
  }

  @Test func `somebody told by mail needs a mail channel`() {
    let fixture = Fixture().replacing(
      """
      channels:
        mail:
          host: mail.example.org
          from: poolwatch@example.org
          security: none

      """, with: "", in: "poolwatch.yaml")
    #expect(
      fixture.mistakes() == [
        "people.yaml:6:14: 'channel' is mail, but there is no mail server, expected"
          + " 'channels: {mail: …}' in poolwatch.yaml"
      ])
  }
}
