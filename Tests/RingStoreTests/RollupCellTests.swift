import PoolModel
import Testing

@testable import RingStore

@Suite struct `Rollup cell` {
  private static let interval: Int64 = 10_000

  private func cell(_ readings: some Sequence<RawReading>) -> RollupCell {
    var cell = RollupCell()
    for reading in readings {
      cell.add(
        time: reading.time, bits: reading.value.bitPattern, flag: reading.flag,
        marks: reading.marks, isOut: reading.isOut, interval: Self.interval)
    }
    return cell
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `says what counting its readings says`(seed: UInt64) {
    var maker = ReadingMaker(seed: seed, interval: Self.interval)
    let readings = maker.readings(Int(seed) * 3, from: -1_000_000)
    let model = RollupModel(readings: readings, interval: Self.interval)
    let cell = cell(readings)
    let usable = readings.filter(\.isUsable)
    let received = readings.filter(\.isReceived)
    let valid = received.filter(\.isUsable)
    #expect(cell.count == Int64(usable.count))
    #expect(cell.minimum == usable.map(\.value).min() ?? 0)
    #expect(cell.maximum == usable.map(\.value).max() ?? 0)
    #expect(cell.first == usable.first?.value ?? 0)
    #expect(cell.last == usable.last?.value ?? 0)
    // Hundredths, summed as integers.
    let hundredths = usable.reduce(0) { $0 + Int(($1.value * 100).rounded()) }
    #expect(cell.sum == Double(hundredths) / 100)
    #expect(cell.received.first == received.first?.time ?? .max)
    #expect(cell.received.last == received.last?.time ?? .min)
    #expect(cell.received.missing == Int64(model.missing(\.isReceived).count))
    #expect(cell.valid.first == valid.first?.time ?? .max)
    #expect(cell.valid.last == valid.last?.time ?? .min)
    #expect(
      cell.valid.missing == Int64(model.missing { $0.isReceived && $0.isUsable }.count))
    #expect(cell.backfilledCount == Int64(received.count { $0.marks & 0x20 != 0 }))
    #expect(cell.usableFirst == usable.first?.time ?? .max)
    #expect(cell.usableLast == usable.last?.time ?? .min)
    #expect(cell.isLastOut == usable.last?.isOut ?? false)
    let end = usable.last?.time ?? 0
    let out = model.outOfLimits.filter { $0.lowerBound < end }
    #expect(cell.outMilliseconds == out.reduce(0) { $0 + $1.upperBound - $1.lowerBound })
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `of a whole is its parts' cells merged, however they are grouped`(seed: UInt64) {
    var maker = ReadingMaker(seed: seed, interval: Self.interval)
    let readings = maker.readings(40, from: 0)
    var cuts = (0..<4).map { _ in Int.random(in: 0...40, using: &maker.random) }.sorted()
    cuts = [0] + cuts + [40]
    let parts = zip(cuts, cuts.dropFirst()).map { cell(readings[$0..<$1]) }
    var fromLeft = RollupCell()
    for part in parts { fromLeft.merge(part, interval: Self.interval) }
    var fromRight = RollupCell()
    for var part in parts.reversed() {
      part.merge(fromRight, interval: Self.interval)
      fromRight = part
    }
    let whole = cell(readings)
    #expect(fromLeft == whole)
    #expect(fromRight == whole)
    #expect(fromLeft.sum.bitPattern == whole.sum.bitPattern)
    #expect(fromRight.sum.bitPattern == whole.sum.bitPattern)
  }

  @Test func `folded from rows is the same, bit for bit, for doubles of every kind`() {
    var random = SplitMix64(seed: 5)
    for _ in 0..<2000 {
      let readings = (0..<Int64(8)).map { index in
        RawReading(
          time: index * 1000, value: Self.weird(&random), flag: 1, marks: 0)
      }
      let table = RollupModel(readings: readings, interval: Self.interval).table()
      let folded = RollupCell.fold(
        0..<8, times: table.times, column: table.columns[0], bounds: .none,
        interval: Self.interval)
      let added = cell(readings)
      #expect(folded == added)
      #expect(folded?.sum.bitPattern == added.sum.bitPattern)
    }
  }

  @Test(
    arguments: [
      ([0.1, 0.2], 0.3), ([0.1, 0.2, 0.3, 0.4], 1.0), ([1e9, 0.000001], 1_000_000_000.000001),
      ([0.7, -0.7], 0), ([7.31], 7.31), ([-0.0], -0.0),
      // Not decimals of six digits, or too large: as doubles add.
      ([1e15, 0.1], 1e15 + 0.1), ([1.0 / 3, 0.1], 1.0 / 3 + 0.1),
      ([.infinity, 1], .infinity),
    ] as [([Double], Double)])
  func `sums decimals exactly`(values: [Double], sum: Double) {
    var decimal = DecimalSum()
    for value in values { decimal.add(value) }
    #expect(decimal.result.bitPattern == sum.bitPattern)
  }

  @Test func `without a received or usable reading there is none`() {
    let readings = [
      RawReading(time: 0, value: .nan, flag: 9, marks: 0),
      RawReading(time: 1, value: 0, flag: 0, marks: 0),
      RawReading(time: 2, value: 5, flag: 4, marks: 0x40),
    ]
    let table = RollupModel(readings: readings, interval: Self.interval).table()
    func fold(_ rows: Range<Int>) -> RollupCell? {
      RollupCell.fold(
        rows, times: table.times, column: table.columns[0], bounds: .none, interval: 10)
    }
    #expect(fold(0..<3) == nil)
    #expect(fold(0..<0) == nil)
    #expect(cell(readings).isEmpty)
  }

  /// Decimals, halves, huge and tiny ones, and zeros of both signs.
  private static func weird(_ random: inout SplitMix64) -> Double {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: -0.0
    case 1: 0
    case 2: 1 / 3
    case 3: Double(Int.random(in: -99...99, using: &random)) / 64
    case 4: 1e15 + Double(Int.random(in: 0...9, using: &random))
    case 5: .leastNonzeroMagnitude
    case 6: 1_000_000_000.123456
    default: Double(Int.random(in: -900...900, using: &random)) / 100
    }
  }
}
