import Alerting
import Measuring
import PoolModel
import QualityControl

/// What a part of judgement has in memory for a whole district after all rounds, in a process of its own.
struct MemoryRun {
  /// Which part.
  enum Part: String {
    /// The engine without rules about drifts: the state of alarms.
    case alarms
    /// The engine with them.
    case drifts
    /// What flags rest on.
    case quality
  }

  let part: Part
  let seriesCount: Int

  private struct Answer: Encodable {
    var byteCount: Int
    var leastRuleCount: Int?
  }

  func measure() throws {
    let district = try JudgedDistrict(seriesCount: seriesCount, watchesDrifts: part == .drifts)
    var rounds = Rounds(district.plan)
    // Once before: what a round is made of is there when it counts.
    _ = rounds.advance()
    let before = try ProcessMemory.anonymousByteCount()
    switch part {
    case .alarms, .drifts:
      var engine = district.engine(now: rounds.now)
      repeat {
        for stretch in rounds.stretches { _ = engine.judge(whole: stretch, now: rounds.now) }
        _ = engine.tick(now: rounds.now)
      } while rounds.advance()
      let byteCount = try ProcessMemory.anonymousByteCount() - before
      let least = try district.leastRuleCount(in: engine, at: rounds.time)
      try Progress.tell(Answer(byteCount: byteCount, leastRuleCount: least))
    case .quality:
      var control = QualityControl(plan: district.plan, rules: district.quality)
      repeat { check(rounds, by: &control) } while rounds.advance()
      try Progress.tell(Answer(byteCount: try ProcessMemory.anonymousByteCount() - before))
      withExtendedLifetime(control) {}
    }
  }

  private func check(_ rounds: Rounds, by control: inout QualityControl) {
    var samples: [Sample] = []
    for stretch in rounds.stretches {
      for row in stretch.rows {
        let values = stretch.samples[row.samples].map {
          ReportedValue(parameter: $0.parameter, value: $0.value)
        }
        let reading = Reading(pool: row.pool, time: row.time, sequence: nil, values: values)
        _ = control.check(reading, marks: [], into: &samples)
      }
      control.commit()
    }
  }
}
