import Foundation
import TestSupport
import Testing

/// What ioos_qc says about a series, as far as the command needs it.
private struct Vectors: Decodable {
  struct Case: Decodable {
    let name: String
    let t: [Int64]
    let x: [Double?]
    let flags: [String: [Int]]
  }

  let cases: [Case]
}

@Suite struct `Recordings on the command line` {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func run(_ words: String...) async throws -> Outcome {
    try await Outcome(of: try Outcome.poolwatchPath, words, environment: ["TZ": "UTC"])
  }

  private func qc(_ csv: String, _ more: String...) async throws -> Outcome {
    try directory.write(csv, to: "recording.csv")
    return try await Outcome(
      of: try Outcome.poolwatchPath,
      ["qc", "--csv", directory.path("recording.csv"), "--time-column", "when", "--interval", "60"]
        + more, environment: [:])
  }

  @Test func `qc prints every flag that ioos_qc gives, in the order of its columns`() async throws {
    let file = Repository.path("Tests/QualityControlTests/Fixtures/qc_vectors.json")
    let bytes = try Data(contentsOf: URL(filePath: file))
    let vectors = try JSONDecoder().decode(Vectors.self, from: bytes)
    let all = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    let cases = try #require(all["cases"] as? [[String: Any]])
    for (index, vector) in vectors.cases.enumerated() where vector.name.hasSuffix("gaps") {
      let config = try #require(cases[index]["config"])
      try directory.write(
        String(decoding: JSONSerialization.data(withJSONObject: config), as: UTF8.self),
        to: "settings.json")
      let cells = zip(vector.t, vector.x).map { time, value in
        (time: "\(time)", value: value.map { "\($0)" } ?? "")
      }
      let csv = "other,v,when\r\n" + cells.map { "x,\($0.value),\($0.time)\r\n" }.joined()
      let outcome = try await qc(
        csv, "--column", "v", "--settings", directory.path("settings.json"), "-o", "csv")
      #expect(outcome.ending == .code(0))
      #expect(outcome.errors == "")
      let columns = [
        "gross", "spike", "rate_of_change", "flat_line", "attenuated", "gap", "aggregate",
      ]
      var expected = "time,value," + columns.joined(separator: ",") + "\n"
      for (place, cell) in cells.enumerated() {
        let flags = columns.map { "\(vector.flags[$0]?[place] ?? -1)" }
        expected += ([cell.time, cell.value] + flags).joined(separator: ",") + "\n"
      }
      #expect(outcome.output == expected, "\(vector.name)")
    }
  }

  @Test func `without thresholds those proposed for the parameter are used`() async throws {
    let csv =
      "when,ph\n2026-01-01T00:00:00Z,7.2\n2026-01-01T00:01:00Z,15\n2026-01-01T00:02:00Z,7.2\n"
    let outcome = try await qc(csv, "--column", "ph")
    #expect(outcome.ending == .code(0))
    // pH ends at 14, and nothing in a pool changes it by 7.8 in a minute.
    #expect(
      outcome.output.split(separator: "\n").dropFirst() == [
        "2026-01-01T00:00:00Z,7.2,1,2,1,1,2,1,1", "2026-01-01T00:01:00Z,15,4,4,4,1,2,1,4",
        "2026-01-01T00:02:00Z,7.2,1,2,4,1,2,1,4",
      ])
  }

  @Test(arguments: [
    ("when,v\n1,2\n", "v", "nothing is proposed for 'v', expected --settings"),
    ("when,v\n1,2\n", "ph", ":1: there is no column 'ph', expected one of when, v"),
    ("when,ph\n1,2\n0,2\n", "ph", ":3: its time '0' is before the one above"),
    ("when,ph\n1,2,3\n", "ph", ":2: it has 3 columns, expected 2 as in the heading"),
    ("when,ph\n1,high\n", "ph", ":2: 'ph' is 'high', expected a number or nothing"),
    ("when,ph\n01/02/2026,7\n", "ph", ":2: the time is '01/02/2026', expected RFC 3339, seconds"),
    ("when,ph\n13/02/2026 00:00,7\n", "ph", ":2: the time is '13/02/2026 00:00', expected RFC"),
    ("when,ph,ph\n1,7,7\n", "ph", ":1: there are 2 columns 'ph', expected one"),
    ("", "ph", " is empty, expected a heading"),
  ])
  func `what is no recording is named with its line`(
    csv: String, column: String, words: String
  ) async throws {
    let outcome = try await qc(csv, "--column", column)
    #expect(outcome.ending == .code(65))
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test(arguments: [
    ("[1]", "expected an object"), ("{\"groß\": 1}", "groß: found an unknown key"),
    ("{\"gross\": {\"fail\": [2, 1]}}", "gross.fail: found [2, 1], expected two numbers"),
    ("{\"spike\": {\"suspect\": 1}}", "spike.fail: found nothing, expected a number"),
    ("{\"spike\": {\"suspect\": 1, \"fail\": 2, \"method\": \"average\"}}", "'differential'"),
    (
      "{\"flat_line\": {\"suspect\": 30, \"fail\": 90, \"tolerance\": 0}}",
      "flat_line: found 30.0 and 90.0 s, expected at least the interval of 60.0 s"
    ),
    (
      "{\"gross\": {\"fail\": [0, 1], \"suspect\": [0.5, 2]}}",
      "gross.suspect: found 0.5...2.0, expected a span inside of 'fail', 0.0...1.0"
    ),
    (
      "{\"spike\": {\"suspect\": 2, \"fail\": 1}}",
      "spike.fail: found 1.0, expected at least 'suspect', 2.0"
    ),
    (
      "{\"attenuated\": {\"suspect\": 0.1, \"fail\": 0.2, \"period\": 60}}",
      "attenuated.fail: found 0.2, expected at most 'suspect', 0.1"
    ),
    (
      "{\"attenuated\": {\"suspect\": 0.2, \"fail\": 0.1, \"period\": 60, \"min_obs\": 0.5}}",
      "attenuated.min_obs: found 0.5, expected a whole number from 1 on"
    ), ("{", "no JSON"),
  ])
  func `a mistake in the thresholds is named with its key`(text: String, words: String) async throws
  {
    try directory.write(text, to: "settings.json")
    let outcome = try await qc(
      "when,v\n1,2\n", "--column", "v", "--settings", directory.path("settings.json"))
    #expect(outcome.ending == .code(78))
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func `all mistakes in the thresholds are named at once`() async throws {
    try directory.write(
      """
      {"spyke": {}, "gap": 1, "spike": {"suspect": -1, "fail": 2, "z": 1},
       "attenuated": {"suspect": 1, "low": 0, "period": 60}, "flat_line": 5}
      """, to: "settings.json")
    let path = directory.path("settings.json")
    let outcome = try await qc("when,v\n1,2\n", "--column", "v", "--settings", path)
    #expect(outcome.ending == .code(78))
    let top = "attenuated, flat_line, gap_hours, gross, rate_of_change, spike"
    #expect(
      outcome.errors.split(separator: "\n") == [
        "poolwatch: \(path): gap: found an unknown key, expected one of \(top)",
        "poolwatch: \(path): spyke: found an unknown key, expected one of \(top)",
        "poolwatch: \(path): spike.z: found an unknown key, expected one of fail, method, suspect",
        "poolwatch: \(path): spike.suspect: found -1, expected a number from 0 to 1e9",
        "poolwatch: \(path): flat_line: found 5, expected an object",
        "poolwatch: \(path): attenuated.low: found an unknown key, expected one of fail, min_obs, period, suspect, type",
        "poolwatch: \(path): attenuated.fail: found nothing, expected a number from 0 to 1e9",
      ])
    #expect(outcome.output == "")
  }

  @Test func `trend prints a line for each bucket, with its numbers from the twentieth on`()
    async throws
  {
    let rows = (0..<25).map { "\(1_767_225_600 + $0 * 120),\(0.6 - Double($0) / 100)" }
    try directory.write("when,v\n" + rows.joined(separator: "\n"), to: "recording.csv")
    let outcome = try await run(
      "trend", "--csv", directory.path("recording.csv"), "--time-column", "when", "--column", "v",
      "--interval", "120", "--low", "0.3", "--resolution", "0.01", "-o", "csv")
    #expect(outcome.ending == .code(0))
    let lines = outcome.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines.count == 26)
    #expect(lines[0].count == 12)
    #expect(lines[19] == ["1767227760"] + Array(repeating: "", count: 9) + ["0", "0"])
    // 0.01 in 120 s over 20 points: S is -190, var S 950.
    #expect(lines[20][2...3] == ["-190.0", "950.0"])
    #expect(abs((Double(lines[20][1]) ?? 0) + 0.01 / 120) < 1e-12)
    // 0.6 - 0.19 is 0.11 above the bound: 11 buckets.
    #expect(abs((Double(lines[20][9]) ?? 0) - 1320) < 0.01)
  }
}
