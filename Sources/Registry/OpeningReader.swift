import PoolModel

/// Reads when a venue or a pool lets the public in.
struct OpeningReader {
  let report: Report

  /// The weekly hours under `opening_hours`; nil when the key is not there.
  func hours(in section: inout Section) -> [OpeningHours]? {
    let key = "opening_hours"
    let items = section.optionalList(key, of: "opening hours")
    return section.has(key) ? items.compactMap { hours($0) } : nil
  }

  /// The exceptions under `opening_exceptions`; nil when the key is not there.
  func exceptions(in section: inout Section) -> [OpeningException]? {
    let key = "opening_exceptions"
    let items = section.optionalList(key, of: "dated exceptions")
    guard section.has(key) else { return nil }
    var exceptions: [(value: OpeningException, line: Int)] = []
    for item in items {
      guard let exception = exception(item) else { continue }
      if let other = exceptions.first(where: { $0.value.overlaps(exception) }) {
        report.add(
          item.place,
          "an item of 'opening_exceptions' has a day that the one in line \(other.line) has too, expected"
            + " each day once")
      }
      exceptions.append((exception, item.place.line))
    }
    return exceptions.map(\.value)
  }

  private func hours(_ element: Element) -> OpeningHours? {
    guard var section = Section(element, name: "an item of 'opening_hours'", report: report) else {
      return nil
    }
    let days = section.scalars(
      section.list("days", of: "week days") ?? [], of: "days", Form<Int>.weekday)
    let span = span(&section)
    section.end()
    guard let span else { return nil }
    return OpeningHours(
      days: Set(days.map(\.value)), opensMinute: span.opensMinute, closesMinute: span.closesMinute)
  }

  private func exception(_ element: Element) -> OpeningException? {
    let name = "an item of 'opening_exceptions'"
    guard var section = Section(element, name: name, report: report) else { return nil }
    let first = section.value("date", .date)
    let last = section.optional("through", .date)
    let spans = section.optionalList("hours", of: "spans 'from' … 'to'").compactMap { item in
      var span: OpeningSpan?
      if var part = Section(item, name: "an item of 'hours'", report: report) {
        span = self.span(&part)
        part.end()
      }
      return span
    }
    section.end()
    guard let first else { return nil }
    if let last, last.value < first {
      report.add(
        last.place,
        "'through' is \(last.value), before 'date' \(first), expected that day or a later one"
      )
      return nil
    }
    return OpeningException(first: first, last: last?.value ?? first, spans: spans)
  }

  private func span(_ section: inout Section) -> OpeningSpan? {
    let opens = section.value("from", .minuteOfDay(0...1439))
    let closes = section.value("to", .minuteOfDay(0...1440))
    guard let opens, let closes else { return nil }
    return OpeningSpan(opensMinute: opens, closesMinute: closes)
  }
}

extension OpeningException {
  fileprivate func overlaps(_ other: OpeningException) -> Bool {
    first <= other.last && other.first <= last
  }
}
