import Foundation
import PoolModel
import Testing

@testable import Notifying

@Suite struct `Words of a notice` {
  /// One notice per golden file: what people read is changed on purpose or not at all.
  struct Sample: CustomTestStringConvertible, Sendable {
    let name: String
    let transition: AlarmTransition
    var testDescription: String { name }
  }

  static let samples: [Sample] = {
    var over = occurrence(state: .returnedUnacknowledged)
    over.returnedTime = newYear + .seconds(3600)
    var done = over
    done.state = .returned
    done.acknowledgedBy = "Li Wei 李伟"
    var taken = occurrence(state: .acknowledged)
    taken.acknowledgedBy = "Li Wei 李伟"
    var seen = occurrence(
      .monitoring, rule: "silence", state: .returned, parameter: nil, value: nil, limit: nil,
      hasClause: false)
    seen.returnedTime = newYear + .seconds(600)
    seen.acknowledgedBy = "staff-caoyang"
    var offline = occurrence(
      .monitoring, rule: "gateway_offline", parameter: "caoyang-plc", value: nil, limit: nil,
      hasClause: false)
    offline.basis = "nothing came of it"
    var recorded = occurrence(state: .historical)
    recorded.returnedTime = newYear + .seconds(120)
    return [
      Sample(name: "water-raised", transition: transition(.raised, occurrence())),
      Sample(name: "water-announced", transition: transition(.announced, occurrence())),
      Sample(name: "water-returned", transition: transition(.returned, over)),
      Sample(name: "water-returned-acknowledged", transition: transition(.returned, done)),
      Sample(
        name: "water-acknowledged",
        transition: transition(
          .acknowledged, taken, actor: .init(name: "Li Wei 李伟", comment: "加氯 dosing\nnow"))),
      Sample(name: "water-recorded", transition: transition(.recorded, recorded)),
      Sample(
        name: "water-ph-at-limit",
        transition: transition(
          .raised, occurrence(rule: "ph_high", parameter: "ph", value: 7.8, limit: 7.8))),
      Sample(
        name: "advisory-raised",
        transition: transition(
          .raised,
          occurrence(
            rule: "combined_chlorine_high_advisory", parameter: "combined_chlorine", value: 0.51,
            limit: 0.4))),
      Sample(
        name: "trend-raised",
        transition: transition(
          .raised,
          occurrence(
            .trend, rule: "temperature_trend", parameter: "temperature", value: 29.8,
            limit: 30))),
      Sample(
        name: "monitoring-raised",
        transition: transition(
          .raised,
          occurrence(
            .monitoring, rule: "silence", parameter: nil, value: nil, limit: nil, hasClause: false))
      ),
      Sample(
        name: "monitoring-throttled-raised",
        transition: transition(
          .raised,
          occurrence(
            .monitoring, rule: "throttled", parameter: nil, value: nil, limit: nil,
            hasClause: false))
      ),
      Sample(
        name: "monitoring-parameter-raised",
        transition: transition(
          .raised,
          occurrence(
            .monitoring, rule: "missing_parameter", parameter: "orp", value: nil, limit: nil,
            hasClause: false))),
      Sample(name: "monitoring-gateway-raised", transition: transition(.raised, offline)),
      Sample(name: "monitoring-returned", transition: transition(.returned, seen)),
      Sample(
        name: "system-raised",
        transition: transition(
          .raised,
          occurrence(
            .system, rule: "broker_link", venue: nil, parameter: nil, value: nil, limit: nil,
            hasClause: false))),
    ]
  }()

  @Test(arguments: samples)
  func `subject and body are the golden ones`(_ sample: Sample) throws {
    let notice = try #require(
      NoticeRouter(plan: try samplePlan(), people: samplePeople)
        .notices(for: sample.transition).first)
    let golden = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/\(sample.name).txt")
    #expect(
      "\(notice.subject)\n\n\(notice.body)" == (try String(contentsOf: golden, encoding: .utf8)))
  }

  @Test func `a computed value has its unit, and what it rests on a line of its own`() throws {
    var alarm = occurrence(
      rule: "derived_hypochlorous_acid_low", parameter: "hypochlorous_acid", value: 0.18, limit: 0.4
    )
    alarm.basis = "made of free chlorine 0.5 mg/L, pH 7.8, temperature 28 °C"
    let notice = try #require(
      NoticeRouter(plan: try samplePlan(), people: samplePeople)
        .notices(for: transition(.raised, alarm)).first)
    #expect(notice.subject.contains("hypochlorous acid 0.18 mg/L, below 0.4"))
    #expect(
      notice.body.contains(
        "\nBasis:        made of free chlorine 0.5 mg/L, pH 7.8, temperature 28 °C\n"))
    #expect(notice.body.contains("次氯酸 hypochlorous acid"))
  }

  @Test func `no name makes a second line of the subject, or a line of its own in the body`() throws
  {
    var alarm = occurrence(parameter: "free\r\nBcc: all@example.org")
    alarm.clause = "table 2\nTo acknowledge: nothing\u{2028}\u{85}"
    let notice = try #require(
      NoticeRouter(plan: try samplePlan(), people: samplePeople)
        .notices(for: transition(.raised, alarm)).first)
    #expect(!notice.subject.contains { $0.isNewline })
    #expect(!notice.body.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("Bcc") })
    #expect(
      !notice.body.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("To acknowledge:") })
  }
}
