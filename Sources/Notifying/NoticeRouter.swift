public import PoolModel

/// Who is told what: makes a transition into one notice per person it concerns.
///
/// | alarm | told |
/// | --- | --- |
/// | water, trend | inspectors of the venue's street, or who name the venue; staff of the venue |
/// | advisory (a rule `…_advisory`), monitoring | staff of the venue; where it has none, its inspectors |
/// | system, and any without a pool | the duty desk; where there is none, every inspector |
///
/// The duty desk is every inspector without streets and venues; it gets everything else too. What
/// would reach nobody becomes a notice to `nobody` on the log, so that it is seen.
///
/// A value without state: the same transition gives the same notices with the same ids.
public struct NoticeRouter: Sendable {
  private let plan: Plan
  private let people: [Person]

  /// Whom a notice names that would have reached nobody.
  static let nobody = Person(
    id: "nobody", title: Title(english: "nobody", chinese: ""), role: .inspector, channel: .log,
    address: "", streets: [], venues: [])

  /// A router for the venues of `plan` and those who answer for them.
  public init(plan: Plan, people: [Person]) {
    self.plan = plan
    self.people = people
  }

  /// The notices that follow from `transition`, in the order of the people; empty unless it is an
  /// announcement.
  ///
  /// Never empty for one.
  public func notices(for transition: AlarmTransition) -> [Notice] {
    guard transition.isAnnouncement else { return [] }
    let text = NoticeText(transition: transition, plan: plan)
    let subject = text.subject
    let body = text.body
    return addressees(of: transition.occurrence).map { person in
      Notice(
        id: StableIdentifier.derived(
          from: [transition.id, person.id, person.channel.rawValue]),
        occurrence: transition.occurrence.id, person: person.id, channel: person.channel,
        address: person.address, subject: subject, body: body)
    }
  }

  private func addressees(of occurrence: AlarmOccurrence) -> [Person] {
    let chosen: [Person]
    if occurrence.alarmClass == .system || occurrence.pool == nil {
      chosen = people.contains(where: isDutyDesk) ? [] : people.filter { $0.role == .inspector }
    } else {
      chosen = addresseesAtVenue(of: occurrence)
    }
    let ids = Set(chosen.map(\.id))
    var told: Set<String> = []
    let all = people.filter {
      (ids.contains($0.id) || isDutyDesk($0)) && told.insert($0.id).inserted
    }
    return all.isEmpty ? [Self.nobody] : all
  }

  private func addresseesAtVenue(of occurrence: AlarmOccurrence) -> [Person] {
    guard let venue = occurrence.pool?.venue else { return [] }
    // A venue that has left the plan has no street any more, but people may still name it.
    let street = plan.venue(venue)?.street
    let concerned = people.filter { person in
      person.venues.contains(venue) || street.map(person.streets.contains) ?? false
    }
    let staff = concerned.filter { $0.role == .venueStaff }
    switch occurrence.alarmClass {
    case .monitoring: return staff.isEmpty ? concerned : staff
    case .water, .trend, .system:
      let isForStaff = occurrence.isAdvisory && !staff.isEmpty
      return isForStaff ? staff : concerned
    }
  }

  private func isDutyDesk(_ person: Person) -> Bool {
    person.role == .inspector && person.streets.isEmpty && person.venues.isEmpty
  }
}

extension AlarmOccurrence {
  /// Whether its limit is only worth a word, no violation.
  var isAdvisory: Bool { rule.hasSuffix("_advisory") }
}
