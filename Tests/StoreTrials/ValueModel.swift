import PoolModel
import RingStore

/// What the store has to hold, as one dictionary: the rules told a second time, from the design alone.
///
/// A value's identity is pool, parameter and time; the first one stays; the gateway's marks are
/// joined, and with new ones the higher flag; flags are amended; how a value came is decided once.
struct ValueModel {
  /// A value's identity.
  struct Key: Hashable, CustomStringConvertible {
    var pool: Int
    var parameter: Int
    var time: Int64

    var description: String { "\(pool)/\(parameter)@\(time)" }
  }

  /// A value as it has to come back.
  struct Value: Hashable, CustomStringConvertible {
    var bits: UInt64
    var flag: UInt8
    var gatewayMarks: UInt8
    var arrivalMarks: UInt8

    var description: String {
      "\(Double(bitPattern: bits)) (\(String(bits, radix: 16))) flag \(flag)"
        + " marks \(gatewayMarks) + \(arrivalMarks)"
    }
  }

  /// A value and when it was written.
  struct Entry {
    var value: Value
    /// The batch that brought it.
    var firstBatch: Int
    /// The last batch that had it in it.
    var lastBatch: Int
    /// Whether nothing newer of its pool had come before it.
    var isInOrder: Bool
    /// Whether it can only be where it came: in order, and never joined or amended since.
    var isUntouched: Bool { isInOrder && firstBatch == lastBatch }
  }

  /// What is held.
  private(set) var entries: [Key: Entry] = [:]
  /// The newest held time of each series.
  private(set) var newest: [Series: Int64] = [:]
  /// The newest time that ever came of each pool.
  private var newestCome: [Int: Int64] = [:]
  /// The newest time that the ring of a pool has given up.
  private(set) var newestGone: [Int: Int64] = [:]
  /// What the rings have given up.
  private(set) var gone: [Key: Entry] = [:]
  /// Values given up in all.
  private(set) var goneCount = 0
  /// Values that came while the store could not see all of its own: of what was sent for them the
  /// first number has to be there, and how flags and marks were joined is open.
  private(set) var blurred: Set<Key> = []
  /// The batch that `append` belongs to.
  var batch = 0
  /// When the last batch was committed, by our clock; nil before the first one.
  var commitTime: Timestamp?
  /// The keys that this batch has stored anew.
  private(set) var storedKeys: [Key] = []

  /// What the store has to answer to `row`, which it does not refuse; takes it on.
  mutating func append(_ row: SampleRow, arrival: Timestamp) -> AppendOutcome {
    var outcome = AppendOutcome()
    let time = row.time.milliseconds
    for sample in row.samples {
      let key = Key(pool: row.pool.index, parameter: sample.parameter.index, time: time)
      let value = Value(sample)
      if let known = entries[key]?.value {
        let missing = QualityFlag.missing.rawValue
        let isSame =
          (known.flag == missing) == (value.flag == missing)
          && (known.flag == missing || known.bits == value.bits)
        if isSame {
          outcome.duplicate += 1
          outcome.repeated.insert(ParameterSet(sample.parameter))
          entries[key]?.value.takeMarks(of: value)
          entries[key]?.lastBatch = batch
        } else {
          outcome.conflict += 1
          outcome.contradicting.insert(ParameterSet(sample.parameter))
        }
        continue
      }
      let series = Series(pool: row.pool, parameter: sample.parameter)
      let isLate = newest[series].map { time < $0 } ?? false
      outcome.stored += 1
      outcome.late += isLate ? 1 : 0
      entries[key] = Entry(
        value: value.arrived(at: arrival, time: row.time, isLate: isLate), firstBatch: batch,
        lastBatch: batch, isInOrder: time >= newestCome[key.pool] ?? .min)
      newestCome[key.pool] = max(newestCome[key.pool] ?? .min, time)
      newest[series] = max(newest[series] ?? .min, time)
      storedKeys.append(key)
    }
    return outcome
  }

  /// Amends a flag.
  mutating func amend(_ key: Key, to flag: QualityFlag) {
    entries[key]?.value.flag = flag.rawValue
    entries[key]?.lastBatch = batch
  }

  /// Takes note that the store could not see all of its own when `row` came.
  mutating func blur(_ row: SampleRow) {
    for sample in row.samples {
      blurred.insert(
        Key(
          pool: row.pool.index, parameter: sample.parameter.index, time: row.time.milliseconds))
    }
  }

  /// Takes what was found of blurred values for what has to be there from now on.
  mutating func sharpen(_ found: [Key: Value]) {
    for (key, value) in found where blurred.contains(key) { entries[key]?.value = value }
    blurred = []
  }

  /// Begins another batch.
  mutating func beginBatch(_ number: Int) {
    batch = number
    storedKeys = []
  }

  /// Takes note that the ring has given up `keys`.
  mutating func giveUp(_ keys: [Key]) {
    for key in keys {
      gone[key] = entries.removeValue(forKey: key)
      newestGone[key.pool] = max(newestGone[key.pool] ?? .min, key.time)
    }
    goneCount += keys.count
    findNewest()
  }

  /// Takes note that values given up are there again: a ring that was opened anew may have room for
  /// the page that it had given up shortly before.
  mutating func takeBack(_ keys: [Key]) {
    for key in keys { entries[key] = gone.removeValue(forKey: key) ?? entries[key] }
    goneCount -= keys.count
    findNewest()
  }

  private mutating func findNewest() {
    newest = [:]
    for key in entries.keys {
      let series = Series(pool: PoolNumber(key.pool), parameter: ParameterNumber(key.parameter))
      newest[series] = max(newest[series] ?? .min, key.time)
    }
  }

  /// All that ever came and stayed.
  var everything: [Key: Value] { gone.merging(entries) { $1 }.mapValues(\.value) }

  /// Whether a row of `pool` at `time` may be refused as too old: something was given up, and the
  /// row lies below it, or below all that is left of what came in order.
  func mayRefuse(pool: Int, time: Int64) -> Bool {
    guard let gone = newestGone[pool] else { return false }
    if time <= gone { return true }
    return entries.allSatisfy {
      $0.key.pool != pool || !$0.value.isUntouched || $0.key.time > time
    }
  }
}

extension ValueModel.Value {
  /// QARTOD: 9 < 2 < 1 < 3 < 4, the highest stands for all.
  private static let flagOrder: [UInt8] = [9, 2, 1, 3, 4]

  /// Takes on the gateway's marks of a copy, and with new ones its flag where that is higher.
  fileprivate mutating func takeMarks(of copy: Self) {
    guard copy.gatewayMarks & ~gatewayMarks != 0 else { return }
    gatewayMarks |= copy.gatewayMarks
    flag = Self.flagOrder.last { $0 == flag || $0 == copy.flag } ?? flag
  }

  /// A value as the gateway sent it.
  init(_ sample: Sample) {
    self.init(
      bits: sample.value.bitPattern, flag: sample.flag.rawValue,
      gatewayMarks: sample.gatewayMarks.rawValue, arrivalMarks: sample.arrivalMarks.rawValue)
  }

  /// The value with the marks of its arrival: back-filled is older than two intervals, too late to
  /// count older than 72 h, replayed what the broker says.
  fileprivate func arrived(at arrival: Timestamp, time: Timestamp, isLate: Bool) -> Self {
    let age = arrival.milliseconds - time.milliseconds
    var marks = ArrivalMarks(rawValue: arrivalMarks).intersection(.replayed)
    if isLate { marks.insert(.late) }
    if age > 2 * TrialPlan.intervalMilliseconds { marks.insert(.backfilled) }
    if age > 72 * 3_600_000 { marks.insert(.tooLateToCount) }
    var value = self
    value.arrivalMarks = marks.rawValue
    return value
  }
}
