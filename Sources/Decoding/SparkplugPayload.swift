import PoolModel
import SwiftProtobuf

extension SparkplugPayload {
  /// `uuid` of a payload whose metrics are packed in `body`, which is not read.
  private static let compressedMark = "SPBV1.0_COMPRESSED"
  private static let birthDeathMetric = "bdSeq"
  /// The most metrics in a payload: one with an alias, a time and a value takes 16 bytes, so that no
  /// payload of 256 KiB has more that say anything.
  static let metricLimit = 16_384

  /// The payload that `delivery` holds.
  ///
  /// - Throws: `bad_payload` for bytes that are none, that are compressed, or that have too many metrics.
  init(_ delivery: Delivery) throws(PlacedMistake) {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    do {
      try self.init(serializedBytes: delivery.payload, options: options)
    } catch {
      throw .badPayload(
        "", found: "\(delivery.payload.count) bytes that are no protocol buffer of that shape",
        expected: "a Sparkplug B payload")
    }
    // By bytes, here and below: text of any length compares quickly so, whatever characters it has.
    guard !uuid.utf8.elementsEqual(Self.compressedMark.utf8) else {
      throw .badPayload("uuid", found: "a compressed payload", expected: "a plain one")
    }
    guard metrics.count <= Self.metricLimit else {
      throw .badPayload(
        "metrics", found: "\(metrics.count)", expected: "at most \(Self.metricLimit) in a message")
    }
  }

  /// The payload's time in milliseconds, in whatever magnitude; nil where it gives none.
  var time: UInt64? { hasTimestamp ? timestamp : nil }

  /// The counter of the edge node's messages.
  ///
  /// - Throws: `bad_payload` where there is none from 0 to 255.
  func sequence() throws(PlacedMistake) -> UInt8 {
    guard hasSeq, let sequence = UInt8(exactly: seq) else {
      throw .badPayload(
        "seq", found: hasSeq ? "\(seq)" : "none", expected: "a number from 0 to 255")
    }
    return sequence
  }

  /// The number of the session that an NBIRTH begins and an NDEATH ends.
  ///
  /// - Throws: `bad_payload` where there is none.
  func birthDeathSequence() throws(PlacedMistake) -> UInt64 {
    let metric = metrics.first { $0.name.utf8.elementsEqual(Self.birthDeathMetric.utf8) }
    guard let metric else {
      throw .badPayload(
        "metrics", found: "none called 'bdSeq'", expected: "the number of the session")
    }
    switch metric.value {
    case .longValue(let number): return number
    case .intValue(let number): return UInt64(number)
    default:
      throw .badPayload("metric 'bdSeq'", found: "no whole number", expected: "one of type Int64")
    }
  }
}
