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

@Suite struct `The words of trends` {
  private func text(
    _ kind: AlarmTransition.Kind, _ severity: AlarmSeverity
  ) throws -> NoticeText {
    var drift = occurrence(
      .trend, rule: "free_chlorine_trend_low", parameter: "free_chlorine", value: 0.42, limit: 0.3)
    drift.severity = severity
    drift.basis = "falling 0.24 mg/L an hour, at 0.3 mg/L in 30 min"
    return NoticeText(transition: transition(kind, drift), plan: try samplePlan())
  }

  @Test func `say value, limit, speed and the minutes ahead`() throws {
    for kind in [AlarmTransition.Kind.raised, .worsened] {
      let text = try text(kind, .warning)
      #expect(
        text.subject.hasPrefix("[Poolwatch] 趋势预警 Trend: free chlorine 0.42 mg/L, limit 0.3"))
      #expect(text.body.contains("falling 0.24 mg/L an hour, at 0.3 mg/L in 30 min\n"))
      #expect(text.body.contains("It is in limits still"))
      #expect(!text.body.contains("It was told before"))
    }
  }

  @Test(arguments: [("rising", "rising fast", "上升过快"), ("falling", "falling fast", "下降过快")])
  func `say how fast a value changes, and nothing of a limit`(
    way: String, english: String, chinese: String
  ) throws {
    var change = occurrence(
      .trend, rule: "free_chlorine_rate_\(way)", parameter: "free_chlorine", value: 0.8,
      limit: nil, hasClause: false)
    change.basis = "\(way) 0.08 mg/L a minute, from 0.4 to 0.8 mg/L in 5 min; more than 0.05"
    let text = NoticeText(transition: transition(.raised, change), plan: try samplePlan())
    #expect(
      text.subject.hasPrefix("[Poolwatch] 趋势预警 Trend: free chlorine 0.8 mg/L, \(english)"))
    #expect(text.body.contains("\(chinese) \(english)\n"))
    #expect(text.body.contains("\(way) 0.08 mg/L a minute, from 0.4"))
    #expect(text.body.contains("It changes faster than rate_of_change allows."))
    #expect(!text.body.contains("in limits still"))
  }

  @Test func `say that the limit is no longer near`() throws {
    let text = try text(.eased, .advisory)
    #expect(text.subject.hasPrefix("[Poolwatch] 趋势缓解 Limit no longer near: "))
    #expect(text.body.contains("It was told before."))
  }
}
