import PoolModel
import Testing

@testable import Notifying

/// The words after the headlines are as in the golden notices.
@Suite struct `The words of levels and holds` {
  private func subject(_ kind: AlarmTransition.Kind, _ occurrence: AlarmOccurrence) throws -> String
  {
    try NoticeText(transition: transition(kind, occurrence), plan: samplePlan()).subject
  }

  @Test func `say that an alarm is critical, from its beginning or later`() throws {
    var critical = occurrence(value: 0.05)
    critical.severity = .critical
    for kind in [AlarmTransition.Kind.raised, .worsened] {
      #expect(
        try subject(kind, critical).hasPrefix("[Poolwatch] 严重超标 Critically out of limits: "))
    }
    #expect(try subject(.raised, occurrence()).hasPrefix("[Poolwatch] 超标 Out of limits: "))
    let body = try NoticeText(
      transition: transition(.worsened, critical), plan: samplePlan()
    ).body
    #expect(body.contains("It was told before, and is worse now."))
  }

  @Test func `say since when something holds that was put aside`() throws {
    for kind in [AlarmTransition.Kind.unshelved, .putBackInService] {
      #expect(
        try subject(kind, occurrence())
          .hasPrefix("[Poolwatch] 超标 Out of limits since 2026-01-01 08:00: "))
    }
  }

  @Test func `say what lost circulation means`() throws {
    let lost = occurrence(
      .monitoring, rule: "circulation", parameter: "flow", value: 0, limit: 1, hasClause: false)
    let text = try NoticeText(
      transition: transition(.raised, lost), plan: samplePlan())
    #expect(text.subject.hasPrefix("[Poolwatch] 监测异常 Monitoring: "))
    #expect(text.body.contains("its limits are not judged until the water flows again"))
  }
}
