import PoolModel

/// The readings of one message: of a frame, or of the parts that make one.
///
/// Each `DataTime` makes one reading per pool. A later part without one, or with the same, goes on with
/// the readings of the part before.
struct HJ212Readings {
  private let names: GatewayNames
  private let suffix: String
  private let now: Timestamp

  /// The readings so far.
  private(set) var readings: [Reading] = []
  /// The values and times that were refused alone.
  private(set) var mistakes: [Mistake] = []
  /// The items that were passed over.
  private(set) var ignoredItemCount = 0

  /// The `DataTime` of the readings that are being filled.
  private var dataTime: ArraySlice<UInt8>?
  /// What it says; nil where it was refused.
  private var time: Timestamp?
  /// Where its readings begin among `readings`.
  private var firstIndex = 0
  /// The codes that it has had.
  private var codes: Set<ArraySlice<UInt8>> = []

  /// No readings yet of the gateway of `names`; the values' items end in `-` and `suffix`.
  init(_ names: GatewayNames, suffix: String, now: Timestamp) {
    self.names = names
    self.suffix = suffix
    self.now = now
  }

  /// Adds what the `CP` of a frame holds, whose text begins at `content.startIndex`.
  ///
  /// - Throws: The mistake, `bad_payload`, for which the whole message is refused.
  mutating func add(_ content: ArraySlice<UInt8>) throws(Mistake) {
    let items = try HJ212Content(content, suffix: suffix)
    ignoredItemCount += items.ignoredItemCount
    try begin(items.dataTime, in: content)
    for entry in items.entries {
      guard codes.insert(entry.code).inserted else {
        throw mistake(entry, "", .badPayload, found: "it again", expected: "each code once a time")
      }
      guard let time else { continue }
      do {
        try add(entry, at: time)
      } catch {
        mistakes.append(error)
      }
    }
  }

  /// Makes sure that something came of the message.
  ///
  /// - Throws: `bad_payload` when there was no value at all.
  func finish() throws(Mistake) {
    guard readings.isEmpty, mistakes.isEmpty else { return }
    throw Mistake(
      reason: .badPayload, offset: dataTime?.startIndex ?? 0, path: "CP", found: "no value",
      expected: "at least one CODE-\(suffix)")
  }

  /// Goes on with the readings of `text`, the `DataTime` in `content`, or of the one before where it is nil.
  private mutating func begin(
    _ text: ArraySlice<UInt8>?, in content: ArraySlice<UInt8>
  ) throws(Mistake) {
    guard let text = text ?? dataTime else {
      guard !content.isEmpty else {
        throw Mistake(
          reason: .badPayload, offset: content.startIndex, path: "CP", found: "nothing in it",
          expected: "DataTime=YYYYMMDDhhmmss and at least one CODE-\(suffix)")
      }
      throw Mistake(
        reason: .badPayload, offset: content.startIndex, path: "DataTime", found: "none",
        expected: "YYYYMMDDhhmmss in UTC+8")
    }
    guard dataTime != text else { return }
    dataTime = text
    codes = []
    firstIndex = readings.count
    do {
      time = try HJ212Time.measurement(text, now: now)
    } catch {
      time = nil
      mistakes.append(error)
    }
  }

  private mutating func add(_ entry: HJ212Content.Entry, at time: Timestamp) throws(Mistake) {
    guard let meaning = names[String(decoding: entry.code, as: UTF8.self)] else {
      throw mistake(
        entry, "", .unknownName, found: "an unmapped code",
        expected: "a code of the gateway's map")
    }
    guard let marks = entry.flag.map(HJ212Flag.marks) ?? [] else {
      throw mistake(
        entry, "-Flag", .badPayload, found: Self.quoted(entry.flag),
        expected: HJ212Flag.expectation)
    }
    let value = ReportedValue(
      parameter: meaning.parameter, value: try number(entry, meaning), marks: marks)
    let index = readings[firstIndex...].firstIndex { $0.pool == meaning.pool }
    guard let index else {
      readings.append(Reading(pool: meaning.pool, time: time, sequence: nil, values: [value]))
      return
    }
    guard !readings[index].values.contains(where: { $0.parameter == meaning.parameter }) else {
      throw mistake(
        entry, "", .badPayload, found: "a second value of its parameter",
        expected: "one of each pool")
    }
    readings[index].values.append(value)
  }

  /// The value in the parameter's unit; nil where there is a flag and no value.
  private func number(
    _ entry: HJ212Content.Entry, _ meaning: ValueBinding
  ) throws(Mistake) -> Double? {
    guard let text = entry.value, !(text.isEmpty && entry.flag != nil) else { return nil }
    let item = "-\(suffix)"
    guard let number = HJ212Number.decimal(text) else {
      throw mistake(
        entry, item, .badPayload, found: Self.quoted(text), expected: "a decimal number")
    }
    guard let conversion = meaning.conversion else {
      throw mistake(
        entry, item, .badUnit, found: "a number without a unit",
        expected: "the gateway's unit in its configuration")
    }
    let value = conversion(number)
    guard value.isFinite else {
      throw mistake(
        entry, item, .nonFinite, found: Self.quoted(text),
        expected: number.isNaN
          ? "0 or a number beyond ±4.9e-324" : "a number within ±1.8e308")
    }
    return value
  }

  private func mistake(
    _ entry: HJ212Content.Entry, _ item: String, _ reason: RefusalReason, found: String,
    expected: String
  ) -> Mistake {
    let code = OneLine.escaped(
      String(decoding: entry.code, as: UTF8.self), limit: OneLine.nameLimit)
    return Mistake(
      reason: reason, offset: entry.code.startIndex, path: code + item, found: found,
      expected: expected)
  }

  private static func quoted(_ text: ArraySlice<UInt8>?) -> String {
    OneLine.quoted(String(decoding: text ?? [], as: UTF8.self))
  }
}
