import Foundation
import Measuring

/// What was measured, as it is handed on.
struct Report {
  private struct Entry: Encodable {
    var ours: Double?
    var unit: String
    var notes: [String]
    var error: String?
    var isDiskSlow: Bool
  }

  private struct Document: Encodable {
    var rows: [String: Entry]
    var fdatasyncMilliseconds: [String: Double]
  }

  private var document = Document(rows: [:], fdatasyncMilliseconds: [:])

  /// Whether every row that was tried has a number.
  var isComplete: Bool { document.rows.values.allSatisfy { $0.error == nil } }

  /// Adds a row, and shows it.
  private mutating func add(_ row: Row) {
    document.rows[row.name.rawValue] = Entry(
      ours: row.value, unit: row.name.unit, notes: row.notes, error: nil,
      isDiskSlow: row.isDiskSlow)
    Progress.say("  \(row.name.rawValue) \(row.value.short) \(row.name.unit)")
    for note in row.notes { Progress.say("    \(note)") }
  }

  /// Adds the rows that `measure` gives, or notes of all `names` why they could not be measured.
  mutating func attempt(_ names: [RowName], _ measure: () throws -> [Row]) {
    do {
      for row in try measure() { add(row) }
    } catch {
      fail(names, because: error)
    }
  }

  /// Notes of all `names` that have no number why they could not be measured.
  mutating func fail(_ names: [RowName], because error: any Error) {
    for name in names where document.rows[name.rawValue] == nil {
      Progress.say("  failed: \(name.rawValue): \(error)")
      document.rows[name.rawValue] = Entry(
        ours: nil, unit: name.unit, notes: [], error: "\(error)", isDiskSlow: false)
    }
  }

  /// Notes what a write with a sync cost at some time.
  mutating func note(pace: Double, at moment: String) {
    document.fdatasyncMilliseconds[moment] = pace
    Progress.say("fdatasync p50 at \(moment): \(pace.short) ms")
  }

  /// Writes the report as JSON.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try encoder.encode(document).write(to: URL(fileURLWithPath: path))
  }
}

extension Double {
  /// Three or more significant digits, no exponent.
  var short: String {
    if self >= 1000 { return String(Int(rounded())) }
    return String(format: self >= 10 ? "%.1f" : self >= 1 ? "%.2f" : "%.4f", self)
  }
}
