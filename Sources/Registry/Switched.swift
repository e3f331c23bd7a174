/// What a file switches off, or gives settings for.
enum Switched {
  case off
  case on(Section)

  /// What `element` says: `off`, or a mapping.
  ///
  /// - Parameters:
  ///   - element: what a key has.
  ///   - name: what to call it in a report.
  ///   - report: gets the mistake when it is neither, and nil is what comes of it then.
  init?(_ element: Element, name: String, report: Report) {
    switch element.content {
    case .scalar(let scalar) where scalar.text == "off" && !scalar.isQuoted: self = .off
    case .mapping(let pairs):
      self = .on(Section(pairs: pairs, place: element.place, report: report))
    case .scalar, .list:
      report.add(
        element.place, "\(name) is \(element.found), expected off or a mapping: lines 'key: value'")
      return nil
    }
  }
}
