import PoolModel
import Testing

@testable import Notifying

@Suite struct `Routing` {
  private func told(
    _ occurrence: AlarmOccurrence, people: [Person] = samplePeople
  ) throws -> [String] {
    NoticeRouter(plan: try samplePlan(), people: people)
      .notices(for: transition(.raised, occurrence)).map(\.person)
  }

  @Test(arguments: [AlarmClass.water, .trend])
  func `water goes to street, venue and desk`(_ alarmClass: AlarmClass) throws {
    #expect(
      try told(occurrence(alarmClass))
        == ["desk", "li", "zhao", "staff-caoyang", "staff-both"])
    #expect(try told(occurrence(alarmClass, venue: "zhenru")) == ["desk", "wang", "staff-both"])
    #expect(try told(occurrence(alarmClass, venue: "far")) == ["desk", "wang"])
  }

  @Test func `advice goes to staff and desk, without staff to the street's inspectors`() throws {
    let rule = "combined_chlorine_high_advisory"
    #expect(
      try told(occurrence(rule: rule)) == ["desk", "staff-caoyang", "staff-both"])
    #expect(try told(occurrence(rule: rule, venue: "far")) == ["desk", "wang"])
  }

  @Test func `monitoring goes to staff and desk, without staff to the inspectors`() throws {
    #expect(
      try told(occurrence(.monitoring, rule: "silence"))
        == ["desk", "staff-caoyang", "staff-both"])
    #expect(try told(occurrence(.monitoring, rule: "silence", venue: "far")) == ["desk", "wang"])
  }

  @Test func `system goes to the desk, without one to every inspector`() throws {
    let alarm = occurrence(.system, rule: "broker_link", venue: nil)
    #expect(try told(alarm) == ["desk"])
    #expect(try told(alarm, people: Array(samplePeople.dropFirst())) == ["li", "wang", "zhao"])
  }

  @Test(arguments: AlarmClass.allCases)
  func `what would reach nobody goes to the log`(_ alarmClass: AlarmClass) throws {
    let elsewhere = [person("x", .venueStaff, venues: ["elsewhere"])]
    for people in [[], elsewhere] {
      let notices = NoticeRouter(plan: try samplePlan(), people: people)
        .notices(for: transition(.raised, occurrence(alarmClass)))
      #expect(notices.map(\.person) == ["nobody"])
      #expect(notices.map(\.channel) == [.log])
    }
  }

  @Test func `a venue that left the plan still reaches those who name it`() throws {
    let people = samplePeople + [person("old", .venueStaff, venues: ["closed"])]
    #expect(try told(occurrence(venue: "closed"), people: people) == ["desk", "old"])
  }

  @Test func `a person whom several rules match is told once`() throws {
    let twice = person("li", .inspector, streets: ["Caoyang Xincun"], venues: ["caoyang"])
    #expect(try told(occurrence(), people: [twice, twice]) == ["li"])
  }

  @Test(arguments: AlarmTransition.Kind.allCases)
  func `nobody is told of what is no announcement`(_ kind: AlarmTransition.Kind) throws {
    let router = NoticeRouter(plan: try samplePlan(), people: samplePeople)
    #expect(
      router.notices(for: transition(kind, occurrence(), isAnnouncement: false)).isEmpty)
    #expect(!router.notices(for: transition(kind, occurrence())).isEmpty)
  }

  @Test func `ids follow from transition, person and channel alone`() throws {
    let raised = transition(.raised, occurrence())
    let notices = NoticeRouter(plan: try samplePlan(), people: samplePeople).notices(for: raised)
    for notice in notices {
      #expect(
        notice.id == StableIdentifier.derived(from: [raised.id, notice.person, "mail"]))
      #expect(notice.occurrence == "0123456789abc")
      #expect(notice.address == "\(notice.person)@example.org")
    }
    #expect(Set(notices.map(\.id)).count == notices.count)
    let again = NoticeRouter(plan: try samplePlan(), people: samplePeople.reversed())
      .notices(for: raised)
    #expect(Set(again) == Set(notices))
  }
}
