import Foundation
import PoolModel
import Testing

@testable import RingStore
@testable import WebService

/// What is said of lost readings is the same in every answer, and no venue's fault.
@Suite struct LossesAgreeTests {
  /// What is damaged: pages of raw rows, and of minutes, the newest ones by negative numbers.
  struct Damage: CustomTestStringConvertible {
    var raw: [Int] = []
    var rawByte = 150
    var minutes: [Int] = []
    var testDescription: String { "raw \(raw) at \(rawByte), minutes \(minutes)" }
  }

  private static let damages: [Damage] = [
    Damage(), Damage(raw: [3]), Damage(raw: [3], rawByte: 20), Damage(raw: [0]),
    Damage(raw: [2, 4, 5]), Damage(raw: [2, 4, 5], rawByte: 20), Damage(raw: [-1]),
    Damage(raw: [-1, -2], rawByte: 20), Damage(minutes: [2]), Damage(raw: [4], minutes: [4]),
    Damage(raw: Array(2..<8), minutes: [2, 3]), Damage(raw: Array(0..<40), minutes: [1, 4]),
  ]

  @Test(arguments: damages)
  func `coverage, gaps and steps agree, before damage, with it and after a repair`(
    damage: Damage
  ) async throws {
    var agreement = try await Agreement(pool: DamagedPool(), windowCount: 24, seed: 3)
    defer { agreement.removeRecords() }
    try agreement.damage(raw: damage.raw, rawByte: damage.rawByte, minutes: damage.minutes)
    try await agreement.check("damaged")
    try agreement.repair()
    try await agreement.check("repaired")
  }
}
