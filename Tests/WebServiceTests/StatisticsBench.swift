import Foundation
import Hummingbird
import PoolModel
import Querying
import Records
import RingStore
import SimulatedDisk

@testable import WebService

/// One pool with its store and records, and the figures about its alarms.
final class StatisticsBench {
  let plan: Plan
  let store: RingStore
  let records: Records
  private let directory: String

  /// A pool with pH limited to 7.0…7.8, a reading a minute, open at `hours`.
  init(zone: Zone = .utc, hours: [OpeningHours] = []) throws {
    let title = Title(english: "one", chinese: "一")
    let ph = Parameter(name: "ph", unit: "", title: title, plausible: 0...14)
    let turbidity = Parameter(name: "turbidity", unit: "NTU", title: title, plausible: 0...100)
    plan = Plan(
      district: District(code: "310107", title: title, zone: zone), interval: .seconds(60),
      parameters: [turbidity, ph], required: [ParameterNumber(1)],
      venues: [Venue(id: "jade", title: title, street: "s", openingHours: hours)],
      pools: [
        Pool(
          id: Self.id, venue: 0, title: title, kind: .indoor, disinfectant: .chlorine,
          resolution: [:])
      ])
    let limit = Limit(
      parameter: ParameterNumber(1), low: Bound(value: 7, isInclusive: true),
      high: Bound(value: 7.8, isInclusive: true), isMandatory: true, kinds: [.indoor],
      disinfectants: [.chlorine], clause: "", source: "", status: .unverified)
    let profile = LimitsProfile(
      id: "limits", title: title, from: CivilDate(daysSinceEpoch: 0), to: nil, limits: [limit])
    store = try RingStore(
      plan: plan,
      configuration: RingStore.Configuration(
        retention: .seconds(10 * 86_400), pageByteCount: 1024, journalByteCount: 1 << 20),
      rules: RollupRules(plan: plan, profiles: [profile]), storage: SimulatedDisk(seed: 1))
    directory = NSTemporaryDirectory() + "statistics-" + UUID().uuidString
    records = try Records(
      directory: directory, limits: Records.Limits(quarantineEntries: 1, reserveByteCount: 0))
  }

  deinit {
    // A directory left behind in the temporary one harms nobody.
    try? FileManager.default.removeItem(atPath: directory)
  }

  static let id = PoolID(venue: "jade", pool: "main")

  /// Stores a value of pH, at an instant in milliseconds.
  func add(_ value: Double, at time: Int64) {
    let sample = Sample(parameter: ParameterNumber(1), value: value, flag: .good)
    _ = store.append(
      SampleRow(pool: PoolNumber(0), time: Timestamp(milliseconds: time), samples: [sample]),
      arrival: Timestamp(milliseconds: time))
  }

  /// Makes what was added durable.
  func commit() throws {
    let now = Timestamp(milliseconds: 0)
    try store.commit(at: now)
    store.release(judgedUpTo: store.committed)
    try store.checkpoint(at: now)
  }

  /// The answer to a request, at an instant in milliseconds.
  func ask(_ query: String, now: Int64) async throws -> [AlarmFigureRow] {
    let answers = Answers(
      plan: plan, gate: OneStore(plan: plan, store: store, now: Timestamp(milliseconds: now)),
      records: records)
    let answer = try await answers.alarmStatistics(query: Query(after: query))
    return try JSONDecoder().decode([AlarmFigureRow].self, from: try await answer.bytes())
  }
}
