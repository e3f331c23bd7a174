import Foundation
import TestSupport
import Testing

/// The repository, found from this file.
enum Repository {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent(name).path
  }

  /// The entries of the index of examples, by file.
  static func examples() throws -> [String: [String: any Sendable]] {
    let data = try Data(
      contentsOf: URL(fileURLWithPath: path("docs/examples/gateway/index.json")))
    guard
      let index = try JSONSerialization.jsonObject(with: data)
        as? [String: [[String: any Sendable]]]
    else { throw TestFailure("the index of examples is no object of arrays of objects") }
    var entries: [String: [String: any Sendable]] = [:]
    for entry in index.values.joined() {
      guard let file = entry["file"] as? String else { throw TestFailure("no file: \(entry)") }
      entries[file] = entry
    }
    return entries
  }
}

@Suite struct `The JSON Schema of a gateway's payload` {
  // Judged by the Python package jsonschema, an independent implementation of draft 2020-12.
  @Test func `says of each example what the index says that it says`() async throws {
    let output = try await ManagedProcess.run(
      "/usr/bin/python3", package: "python3",
      arguments: ["-B", Fixture.path("schema.py"), Repository.path("docs")])
    let entries = try Repository.examples()
    var verdicts: [String: String] = [:]
    for line in output.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      verdicts[parts[0]] = parts.count == 2 ? parts[1] : ""
    }
    #expect(verdicts.count == 30)
    #expect(verdicts == entries.mapValues { $0["schema"] as? String ?? "accepts" })
  }
}
