import PoolModel

/// The rules about flags as their file has them.
struct MonitoringDraft {
  var isStuckTold = true
  var badShare: MonitoringRules.BadShare? = .init(percent: 20, window: .seconds(3600))
  /// Where the share is written; nil where it is not.
  var percent: Placed<Double>?
  /// Where the window is written; nil where it is not.
  var window: Placed<Double>?
}

/// Reads `monitoring` in a file of the kind `rules`.
struct MonitoringReader {
  let report: Report

  func monitoring(_ root: inout Section) -> MonitoringDraft {
    var draft = MonitoringDraft()
    guard var section = root.optionalSection("monitoring") else { return draft }
    draft.isStuckTold = section.value("stuck", .boolean, default: true)
    if let element = section.element("bad_share") {
      switch element.content {
      case .scalar(let scalar) where scalar.text == "off" && !scalar.isQuoted:
        draft.badShare = nil
      case .mapping(let pairs):
        var share = Section(pairs: pairs, place: element.place, report: report)
        let percent = share.placed("percent", .number(0.1...100))
        draft.percent = percent
        draft.window = share.placed("window_minutes", .number(1...1440))
        share.end()
        if let percent, let window = draft.window {
          draft.badShare = .init(percent: percent.value, window: .seconds(window.value * 60))
        }
      case .scalar, .list:
        report.add(
          element.place,
          "'bad_share' is \(element.found), expected off or a mapping: lines 'key: value'")
      }
    }
    section.end()
    return draft
  }
}
