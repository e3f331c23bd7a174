import Querying

/// What one check found.
struct DoctorFinding: PrintedRow {
  /// How it stands, from best to worst.
  enum Verdict: String, CaseIterable, Codable, Sendable {
    /// As it should be.
    case ok = "OK"
    /// It could not be looked at; the finding says why.
    case unknown
    /// It works, and will not when something else goes wrong.
    case warn = "WARN"
    /// Readings or alarms are lost, or are not protected.
    case fail = "FAIL"
  }

  /// What was checked, in one word or two.
  let check: String
  /// How it stands.
  let verdict: Verdict
  /// What is so, in one sentence without a full stop.
  let finding: String
  /// What to change; nil when nothing has to be.
  let change: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case check, verdict, finding, change
  }

  static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }
  static var nothing: String { "nothing was checked" }

  func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.check, check)
    fields.add(CodingKeys.verdict, verdict.rawValue)
    fields.add(CodingKeys.finding, finding)
    fields.add(CodingKeys.change, change)
  }

  // People read `lines(_:on:)`: a finding is too long for a column.
  static func table(for rows: [DoctorFinding]) -> TextTable {
    TextTable(columns: [.init("VERDICT"), .init("CHECK"), .init("FINDING"), .init("CHANGE")])
  }

  func cells(in table: TextTable) -> [TextTable.Cell] {
    [.init(verdict.rawValue), .init(check), .init(finding), .init(change ?? "")]
  }

  /// `check` is as it should be.
  static func ok(_ check: String, _ finding: String) -> DoctorFinding {
    DoctorFinding(check: check, verdict: .ok, finding: finding, change: nil)
  }

  /// `check` could not be looked at.
  static func unknown(_ check: String, _ finding: String, _ change: String? = nil) -> DoctorFinding
  {
    DoctorFinding(check: check, verdict: .unknown, finding: finding, change: change)
  }

  /// `check` will fail when something else goes wrong.
  static func warn(_ check: String, _ finding: String, _ change: String) -> DoctorFinding {
    DoctorFinding(check: check, verdict: .warn, finding: finding, change: change)
  }

  /// `check` has failed.
  static func fail(_ check: String, _ finding: String, _ change: String) -> DoctorFinding {
    DoctorFinding(check: check, verdict: .fail, finding: finding, change: change)
  }
}
