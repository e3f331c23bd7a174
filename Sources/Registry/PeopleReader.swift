import PoolModel

/// A person as the file has them; their streets and venues are known only beside a plan.
struct PersonDraft {
  let person: Person?
  let channel: Placed<ChannelKind>?
  let streets: [Placed<String>]
  let venues: [Placed<String>]
}

/// Reads a file of the kind `people`.
struct PeopleReader {
  let report: Report

  func people(_ root: Section) -> [PersonDraft] {
    var root = root
    var lines: [String: Int] = [:]
    let people = (root.list("people", of: "people") ?? []).compactMap { person($0, &lines) }
    root.end()
    return people
  }

  private func person(_ element: Element, _ lines: inout [String: Int]) -> PersonDraft? {
    guard var section = Section(element, name: "an item of 'people'", report: report) else {
      return nil
    }
    let id = section.placed("id", .id)
    let title = section.title("name")
    let role = section.value("role", Form<Role>.word)
    let channel = section.placed("channel", Form<ChannelKind>.word)
    let address = address(of: &section, channel: channel)
    let streets = section.scalars(
      section.optionalList("streets", of: "streets"), of: "streets", .text(100))
    let venues = section.scalars(
      section.optionalList("venues", of: "ids of venues"), of: "venues", .id)
    section.end()
    if let id, let line = lines.updateValue(id.place.line, forKey: id.value) {
      report.add(
        id.place, "the person id '\(id.value)' is also in line \(line), expected one person per id")
    }
    // An inspector without a beat is the district's duty desk.
    if role != .inspector, !section.hasItems("streets"), !section.hasItems("venues") {
      report.add(
        section.place,
        "the person has no beat, expected 'streets', 'venues' or both with at least one item")
    }
    var person: Person?
    if let id, let title, let role, let channel {
      person = Person(
        id: id.value, title: title, role: role, channel: channel.value, address: address,
        streets: Set(streets.map(\.value)), venues: Set(venues.map(\.value)))
    }
    return PersonDraft(person: person, channel: channel, streets: streets, venues: venues)
  }

  private func address(of section: inout Section, channel: Placed<ChannelKind>?) -> String {
    switch channel?.value {
    case .mail: return section.value("address", .mailAddress) ?? ""
    case .log:
      if let element = section.element("address") {
        report.add(
          element.place, "'address' is \(element.found), expected no address for the channel log")
      }
      return ""
    case nil:
      _ = section.element("address")
      return ""
    }
  }
}

extension Section {
  /// Whether `key` is anything but missing or an empty list.
  fileprivate func hasItems(_ key: String) -> Bool {
    guard let element = namedPairs().first(where: { $0.key == key })?.value else { return false }
    if case .list(let items) = element.content { return !items.isEmpty }
    return true
  }
}
