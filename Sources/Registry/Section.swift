/// A mapping of a file, read key by key.
///
/// It remembers what was asked for, so that `end` can report every other key. A value that is wrong
/// is reported where it stands and reads as nil or as the default; reading goes on.
struct Section {
  let place: Place
  let report: Report
  private let pairs: [Element.Pair]
  private var known: [String] = []

  /// A section of the pairs of `element`; reports and returns nil when it is no mapping.
  init?(_ element: Element, name: String, report: Report) {
    guard case .mapping(let pairs) = element.content else {
      report.add(
        element.place, "\(name) is \(element.found), expected a mapping: lines 'key: value'")
      return nil
    }
    self.init(pairs: pairs, place: element.place, report: report)
  }

  /// A section of `pairs`; of none, it gives every default.
  init(pairs: [Element.Pair], place: Place, report: Report) {
    self.pairs = pairs
    self.place = place
    self.report = report
  }

  /// Reports the keys that nobody asked for; the last call.
  func end() {
    for pair in pairs where !known.contains(pair.key) {
      var message = "unknown key \(quoted(pair.key))"
      message += known.isEmpty ? ", expected none" : ", expected one of "
      message += known.joined(separator: ", ")
      if let word = suggestion(for: pair.key, among: known) {
        message += "; did you mean '\(word)'?"
      }
      report.add(pair.place, message)
    }
  }
}

// MARK: - Scalars

extension Section {
  /// The value of `key`, which has to be there.
  mutating func value<Value>(_ key: String, _ form: Form<Value>) -> Value? {
    placed(key, form)?.value
  }

  /// The value of `key`, or `fallback` when it is not there.
  mutating func value<Value>(_ key: String, _ form: Form<Value>, default fallback: Value) -> Value {
    optional(key, form)?.value ?? fallback
  }

  /// The value of `key` with its place; `key` has to be there.
  mutating func placed<Value>(_ key: String, _ form: Form<Value>) -> Placed<Value>? {
    element(key, expected: form.expected).flatMap { read($0, "'\(key)'", form) }
  }

  /// The value of `key` with its place; nil also when it is not there.
  mutating func optional<Value>(_ key: String, _ form: Form<Value>) -> Placed<Value>? {
    element(key).flatMap { read($0, "'\(key)'", form) }
  }

  private func read<Value>(
    _ element: Element, _ name: String, _ form: Form<Value>
  ) -> Placed<Value>? {
    if case .scalar(let scalar) = element.content, let value = form.read(scalar) {
      return Placed(value: value, place: element.place)
    }
    report.add(element.place, "\(name) is \(element.found), expected \(form.expected)")
    return nil
  }
}

// MARK: - Lists and mappings

extension Section {
  /// The elements of the list at `key`, which has to be there and hold at least one; `what` says of
  /// what it is a list.
  mutating func list(_ key: String, of what: String) -> [Element]? {
    let expected = "a list of \(what), at least one"
    guard let element = element(key, expected: expected) else { return nil }
    guard case .list(let items) = element.content, !items.isEmpty else {
      let found = if case .list = element.content { "an empty list" } else { element.found }
      report.add(element.place, "'\(key)' is \(found), expected \(expected)")
      return nil
    }
    return items
  }

  /// The elements of the list at `key`; none when it is not there or empty.
  mutating func optionalList(_ key: String, of what: String) -> [Element] {
    guard let element = element(key) else { return [] }
    guard case .list(let items) = element.content else {
      report.add(
        element.place, "'\(key)' is \(element.found), expected a list of \(what)")
      return []
    }
    return items
  }

  /// `items` of the list at `key` as scalars; wrong and repeated ones are reported and left out.
  func scalars<Value: Hashable>(
    _ items: [Element], of key: String, _ form: Form<Value>
  ) -> [Placed<Value>] {
    var seen: Set<Value> = []
    return items.compactMap { item in
      guard let placed = read(item, "an item of '\(key)'", form) else { return nil }
      guard seen.insert(placed.value).inserted else {
        report.add(
          item.place, "\(item.found) is in '\(key)' twice, expected each item once")
        return nil
      }
      return placed
    }
  }

  /// The mapping at `key`, which has to be there.
  mutating func section(_ key: String) -> Section? {
    element(key, expected: "a mapping: lines 'key: value'").flatMap {
      Section($0, name: "'\(key)'", report: report)
    }
  }

  /// The mapping at `key`; an empty one at the place of this section when it is not there.
  mutating func sectionOrEmpty(_ key: String) -> Section {
    optionalSection(key) ?? Section(pairs: [], place: place, report: report)
  }

  /// The mapping at `key`; nil when it is not there.
  mutating func optionalSection(_ key: String) -> Section? {
    element(key).flatMap { Section($0, name: "'\(key)'", report: report) }
  }

  /// Every pair, for a mapping whose keys are names; nothing is left for `end` to report.
  func namedPairs() -> [Element.Pair] { pairs }

  /// Whether the file has `key`, right or wrong.
  func has(_ key: String) -> Bool { pairs.contains { $0.key == key } }

  /// The element at `key`, whatever it is; nil when it is not there.
  mutating func element(_ key: String) -> Element? {
    known.append(key)
    return pairs.first { $0.key == key }?.value
  }

  private mutating func element(_ key: String, expected: String) -> Element? {
    let element = element(key)
    if element == nil { report.add(place, "'\(key)' is missing, expected \(expected)") }
    return element
  }
}
