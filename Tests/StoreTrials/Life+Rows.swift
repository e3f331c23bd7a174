import PoolModel
import RingStore

/// What the gateways send.
extension Life {
  /// The next row: most are new and in order.
  func nextRow() -> SampleRow {
    let row =
      switch isInOrderOnly ? 15 : below(16) {
      case 0: lateRow(stepLimit: 60)
      case 1: lateRow(stepLimit: 3)
      case 2: oneIn(3) ? lateRow(stepLimit: 9000) : resent()
      case 3: resent()
      default: newRow()
      }
    if sent.count < 256 { sent.append(row) } else { sent[below(256)] = row }
    return row
  }

  /// A row in few words.
  static func text(_ row: SampleRow) -> String {
    let samples = row.samples.map {
      "\($0.parameter.index)=\($0.value) \($0.flag) \($0.gatewayMarks.rawValue)"
    }
    return "\(row.pool.index)@\(row.time.milliseconds) [\(samples.joined(separator: ", "))]"
  }

  private func newRow() -> SampleRow {
    // Once in a while a gateway is off for hours or days.
    let steps = oneIn(150) ? below(oneIn(4) ? 30_000 : 900) : 1
    clock += Int64(steps) * TrialPlan.intervalMilliseconds
    let jitter = shape.poolCount == 2 ? Int64(below(400)) - 200 : 0
    return row(at: clock + jitter)
  }

  /// A row for an instant that has passed: new, doubled, in conflict, or joining what is there.
  private func lateRow(stepLimit: Int) -> SampleRow {
    row(at: clock - Int64(below(stepLimit)) * TrialPlan.intervalMilliseconds)
  }

  /// A row again: as it was, with another number, with more marks, with a value it lacked.
  private func resent() -> SampleRow {
    guard var row = sent.randomElement(using: &random) else { return newRow() }
    switch below(4) {
    case 0: row.samples[0].value = value(of: row.pool, row.samples[0].parameter)
    case 1: row.samples[0].gatewayMarks.formUnion(GatewayMarks(rawValue: 1 << UInt8(below(4))))
    case 2: row = self.row(at: row.time.milliseconds, pool: row.pool)
    default: break
    }
    // NaN and the flag that says so come together.
    for index in row.samples.indices where row.samples[index].value.isNaN {
      row.samples[index].flag = .missing
    }
    for index in row.samples.indices where !row.samples[index].value.isNaN {
      if row.samples[index].flag == .missing { row.samples[index].flag = .good }
    }
    return row
  }

  private func row(at time: Int64, pool: PoolNumber? = nil) -> SampleRow {
    let pool = pool ?? PoolNumber(below(shape.poolCount))
    var samples: [Sample] = []
    for number in 0..<shape.parameterCount where samples.isEmpty || !oneIn(5) {
      let parameter = ParameterNumber(number)
      let value = value(of: pool, parameter)
      samples.append(
        Sample(
          parameter: parameter, value: value, flag: value.isNaN ? .missing : flag(),
          gatewayMarks: oneIn(12) ? GatewayMarks(rawValue: UInt8(below(16))) : [],
          arrivalMarks: oneIn(20) ? .replayed : []))
    }
    return SampleRow(pool: pool, time: Timestamp(milliseconds: time), samples: samples)
  }

  private func flag() -> QualityFlag {
    guard oneIn(8) else { return .good }
    return Self.flags.randomElement(using: &random) ?? .good
  }

  /// Mostly a walk in steps of 0.01; now and then a number that no scale fits, or none at all.
  private func value(of pool: PoolNumber, _ parameter: ParameterNumber) -> Double {
    switch below(40) {
    case 0: return Double(bitPattern: 0x7FF8_0000_0000_0000 | UInt64(below(4)))
    case 1: return -0.0
    case 2: return oneIn(2) ? .leastNonzeroMagnitude : .greatestFiniteMagnitude
    case 3:
      // Any finite number: the exponent's top bit is cleared.
      return Double(bitPattern: random.next() & 0xBFFF_FFFF_FFFF_FFFF)
    case 4: return Double(below(2_000_000)) / 1000
    default:
      let series = Series(pool: pool, parameter: parameter)
      let walk = (walks[series] ?? 700) + below(5) - 2
      walks[series] = walk
      return Double(walk) / 100
    }
  }
}
