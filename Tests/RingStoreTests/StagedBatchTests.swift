import PoolModel
import Testing

@testable import RingStore

/// What a batch knows of its rows before it is committed.
struct StagedBatchTests {
  /// A value as it was added: the model of a batch is the list of them.
  private struct Addition {
    var ring: Int
    var time: Int64
    var value: StoredValue
  }

  /// The cell of a column: the first value's bits and arrival marks, the last one's flag, all marks
  /// of the gateway.
  private func expectedCell(
    _ column: UInt8, ring: Int, time: Int64, of additions: [Addition]
  ) -> Cell? {
    let cells = additions.filter { $0.ring == ring && $0.time == time }.map(\.value)
      .filter { $0.column == column }.map(\.cell)
    guard let first = cells.first, let last = cells.last else { return nil }
    let gatewayMarks = cells.reduce(0) { $0 | $1.marks & 0x0F }
    return Cell(bits: first.bits, flag: last.flag, marks: first.marks & 0xF0 | gatewayMarks)
  }

  @Test(arguments: 0..<40)
  func `a batch answers as a list of its values does`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    var batch = StagedBatch()
    var additions: [Addition] = []
    var row = (ring: 0, time: Int64(0))
    var mayAdd = false
    for _ in 0..<400 {
      switch below(12) {
      case 0 where below(8) == 0:
        batch.removeAll()
        additions = []
        mayAdd = false
      case 0...3:
        row = (below(4), Int64(below(12) - 6))
        batch.beginRow(ring: row.ring, time: row.time)
        mayAdd = true
      case 4...8 where mayAdd:
        let value = stored(
          UInt8(below(3)), Double(below(5)), flag: UInt8(below(5)), marks: UInt8(below(256)))
        batch.add(value)
        additions.append(Addition(ring: row.ring, time: row.time, value: value))
      default:
        let ring = below(6)
        let time = Int64(below(14) - 7)
        let column = UInt8(below(4))
        let times = additions.filter { $0.ring == ring }
        #expect(batch.newestTime(ring: ring) == times.map(\.time).max())
        #expect(
          batch.newestTime(ring: ring, column: column)
            == times.filter { $0.value.column == column }.map(\.time).max())
        #expect(
          batch.cell(column, ring: ring, time: time)
            == expectedCell(column, ring: ring, time: time, of: additions))
      }
      #expect(batch.isEmpty == additions.isEmpty)
      #expect(batch.batch.values == additions.map(\.value))
    }
    let owners = batch.batch.rows.flatMap { row in
      (0..<row.valueCount).map { _ in [Int64(row.ring), row.time] }
    }
    #expect(owners == additions.map { [Int64($0.ring), $0.time] })
  }

  @Test
  func `of a row's parts the first gives the value, the last the flag, all the gateway's marks`() {
    var batch = StagedBatch()
    batch.beginRow(ring: 2, time: 10)
    batch.add(stored(1, 7.2, flag: 3, marks: 0x21))
    batch.beginRow(ring: 2, time: 20)
    batch.add(stored(1, 9))
    batch.beginRow(ring: 2, time: 10)
    batch.add(stored(1, 7.3, flag: 1, marks: 0x94))
    let expected = Cell(bits: 7.2.bitPattern, flag: 1, marks: 0x25)
    #expect(batch.cell(1, ring: 2, time: 10) == expected)
    #expect(batch.cell(1, ring: 2, time: 15) == nil)
    #expect(batch.cell(0, ring: 2, time: 10) == nil)
    #expect(batch.cell(1, ring: 3, time: 10) == nil)
    #expect(batch.batch.rows.count == 3)
  }

  @Test func `a row without a value is not staged`() {
    var batch = StagedBatch()
    batch.beginRow(ring: 0, time: 1)
    #expect(batch.isEmpty)
    #expect(batch.newestTime(ring: 0) == nil)
    #expect(batch.bodyByteLimit == 0)
    batch.beginRow(ring: 1, time: 2)
    batch.add(stored(0, 1))
    #expect(batch.batch.rows.map(\.ring) == [1])
    #expect(batch.newestTime(ring: 0) == nil)
  }

  @Test func `a row of more values than a row can have is staged in parts`() {
    var batch = StagedBatch()
    batch.beginRow(ring: 0, time: 1)
    for number in 0..<200 { batch.add(stored(UInt8(number % 64), Double(number))) }
    #expect(batch.batch.rows.map(\.valueCount) == [64, 64, 64, 8])
    #expect(batch.cell(7, ring: 0, time: 1)?.bits == 7.0.bitPattern)
    #expect(batch.newestTime(ring: 0, column: 63) == 1)
  }

  @Test(arguments: 0..<20)
  func `the record's body is never longer than said`(seed: UInt64) {
    var batch = StagedBatch()
    let rows = randomBatch(seed: seed, rowCount: 20)
    for (index, row) in rows.rows.enumerated() {
      batch.beginRow(ring: Int(row.ring % 50), time: row.time)
      for value in rows.values(ofRow: index) { batch.add(value) }
      #expect(batch.bodyByteLimit % 8 == 0)
      #expect(batch.bodyByteLimit >= encoded(batch.batch).count)
    }
  }

  @Test func `what was forgotten is not there after other rows came`() {
    var batch = StagedBatch()
    for round in 0..<3 {
      let time = Int64(10 - round)
      batch.beginRow(ring: round, time: time)
      batch.add(stored(0, 1))
      #expect(batch.newestTime(ring: round, column: 0) == time)
      for ring in 0..<3 where ring != round {
        #expect(batch.newestTime(ring: ring) == nil)
        #expect(batch.newestTime(ring: ring, column: 0) == nil)
        #expect(batch.cell(0, ring: ring, time: Int64(10 - ring)) == nil)
      }
      batch.removeAll()
      #expect(batch.isEmpty)
      #expect(batch.newestTime(ring: round) == nil)
    }
  }
}
