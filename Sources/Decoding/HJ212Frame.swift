import PoolModel

/// One frame of HJ 212-2017, whose length, line end and checksum have been found right.
///
/// ```
/// ## 0101 QN=20160801085857223;…;CP=&&RtdInterval=30&& 1C80 CR LF
/// │  │    │                                            │    └ 2 bytes: the line end
/// │  │    │                                            └ 4 hexadecimal digits: the checksum of the data
/// │  │    └ 0 … 1024 bytes: the data
/// │  └ 4 decimal digits: how many bytes of data follow
/// └ 2 bytes: the beginning
/// ```
/// (drawn with blanks that are not in it).
struct HJ212Frame: Hashable {
  /// Where it stands in its payload, from `##` to the byte after the line end.
  let range: Range<Int>

  /// Where its data stand.
  var data: Range<Int> {
    range.lowerBound + Self.headerByteCount..<range.upperBound - Self.trailerByteCount
  }

  /// The most bytes of data that the standard allows.
  static let dataByteLimit = 1024
  /// `##` and the length.
  static let headerByteCount = 6
  /// The checksum and the line end.
  static let trailerByteCount = 6

  /// The checksum of `data` (HJ 212-2017, appendix A).
  ///
  /// It has the polynomial of Modbus, 0xA001, but adds each byte to what was the register's high byte
  /// and forgets the low one, and so gives other numbers.
  static func checksum(_ data: ArraySlice<UInt8>) -> UInt16 {
    var register: UInt16 = 0xFFFF
    for byte in data {
      register = (register >> 8) ^ UInt16(byte)
      for _ in 0..<8 {
        let isOdd = register & 1 == 1
        register >>= 1
        if isOdd { register ^= 0xA001 }
      }
    }
    return register
  }

  /// `checksum` as a frame has it: four capital hexadecimal digits.
  static func text(checksum: UInt16) -> String {
    let digits = String(checksum, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}

/// Finds the frames of a payload, one after the other.
///
/// A frame whose checksum is wrong is passed over. Behind one whose beginning, length or line end is
/// wrong, reading goes on after the next line end that `##` follows. The cost is linear in the
/// payload.
struct HJ212FrameReader {
  private let bytes: [UInt8]
  private var offset = 0

  /// A reader of `payload`.
  init(_ payload: [UInt8]) {
    bytes = payload
  }

  /// The next frame; nil when the payload is at its end.
  ///
  /// - Throws: What is wrong with the next frame, as `bad_frame`; the one after it can be asked for.
  mutating func next() throws(Mistake) -> HJ212Frame? {
    if bytes.isEmpty, offset == 0 {
      offset = 1
      throw Self.mistake("frame", at: 0, found: "nothing", expected: "'##'")
    }
    guard offset < bytes.count else { return nil }
    let start = offset
    let range: Range<Int>
    do {
      range = try frame(at: start)
    } catch {
      offset = resumption(from: start)
      throw error
    }
    offset = range.upperBound
    let frame = HJ212Frame(range: range)
    try check(frame)
    return frame
  }

  /// Where the frame that begins at `start` ends.
  private func frame(at start: Int) throws(Mistake) -> Range<Int> {
    let length = start + 2
    guard bytes[start...].starts(with: [0x23, 0x23]) else {
      throw Self.mistake("frame", at: start, found: shown(start, 12), expected: "'##'")
    }
    let digits = bytes[min(length, bytes.count)..<min(length + 4, bytes.count)]
    guard digits.count == 4, let dataByteCount = HJ212Number.whole(digits) else {
      throw Self.mistake(
        "length", at: length, found: shown(length, 4), expected: "four decimal digits")
    }
    guard dataByteCount <= HJ212Frame.dataByteLimit else {
      throw Self.mistake(
        "length", at: length, found: "\(dataByteCount)",
        expected: "at most \(HJ212Frame.dataByteLimit)")
    }
    let end = start + HJ212Frame.headerByteCount + dataByteCount + HJ212Frame.trailerByteCount
    guard end <= bytes.count, isLineEnd(end - 2) else {
      let lineEnd = (start..<bytes.count).first { isLineEnd($0) }
      throw Self.mistake(
        "frame", at: start, found: lineEnd.map { "CR LF at byte \($0)" } ?? "no CR LF",
        expected: "it at byte \(end - 2) by the length \(shown(length, 4))")
    }
    return start..<end
  }

  private func check(_ frame: HJ212Frame) throws(Mistake) {
    let place = frame.data.upperBound
    let expected = HJ212Frame.checksum(bytes[frame.data])
    let found = String(decoding: bytes[place..<place + 4], as: UTF8.self)
    // A sign is no digit, though the standard library reads it as part of a number.
    guard found.utf8.allSatisfy({ $0 >= 0x30 }), UInt16(found, radix: 16) == expected else {
      throw Self.mistake(
        "CRC", at: place, found: OneLine.quoted(found),
        expected: "'\(HJ212Frame.text(checksum: expected))'")
    }
  }

  /// Where reading goes on behind a frame that does not end where it should.
  private func resumption(from start: Int) -> Int {
    let next = (start..<bytes.count).first { place in
      isLineEnd(place) && bytes[(place + 2)...].starts(with: [0x23, 0x23])
    }
    return next.map { $0 + 2 } ?? bytes.count
  }

  private func isLineEnd(_ place: Int) -> Bool {
    place + 2 <= bytes.count && bytes[place] == 0x0D && bytes[place + 1] == 0x0A
  }

  private func shown(_ place: Int, _ byteCount: Int) -> String {
    guard place < bytes.count else { return "the end" }
    let end = min(place + byteCount, bytes.count)
    return OneLine.quoted(String(decoding: bytes[place..<end], as: UTF8.self))
  }

  private static func mistake(
    _ path: String, at offset: Int, found: String, expected: String
  ) -> Mistake {
    Mistake(reason: .badFrame, offset: offset, path: path, found: found, expected: expected)
  }
}
