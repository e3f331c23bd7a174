import Foundation

/// A mail as Python's `email` package reads it, with its strict policy for what it writes and all
/// defects it found.
struct ReadMail: Decodable {
  let headers: [[String]]
  let subject: String
  let from: [[String]]
  let to: [[String]]
  let dateSeconds: Double
  let dateOffsetSeconds: Double
  let body: String
  let charset: String?
  let encoding: String
  let isMultipart: Bool
  let defects: [String]

  func header(_ name: String) -> [String] {
    headers.filter { $0[0] == name }.map { $0[1] }
  }

  private static let script = """
    import email, email.policy, json, sys
    m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTP)
    defects = [repr(d) for d in m.defects]
    for _, value in m.items():
        defects += [repr(d) for d in value.defects]
    people = lambda h: [[a.display_name, a.addr_spec] for a in h.addresses]
    date = m['Date'].datetime
    json.dump({
        'headers': [[k, str(v)] for k, v in m.items()], 'subject': str(m['Subject']),
        'from': people(m['From']), 'to': people(m['To']),
        'dateSeconds': date.timestamp(), 'dateOffsetSeconds': date.utcoffset().total_seconds(),
        'body': m.get_payload(decode=True).decode('utf-8'), 'charset': m.get_content_charset(),
        'encoding': str(m['Content-Transfer-Encoding']), 'isMultipart': m.is_multipart(),
        'defects': defects}, sys.stdout)
    """

  /// - Throws: when `/usr/bin/python3` is missing (apt: python3) or cannot read the mail.
  init(_ bytes: [UInt8]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", Self.script]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    try input.fileHandleForWriting.close()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    try output.fileHandleForReading.close()
    process.waitUntilExit()
    self = try JSONDecoder().decode(ReadMail.self, from: answer)
  }
}
