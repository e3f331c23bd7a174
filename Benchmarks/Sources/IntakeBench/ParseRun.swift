import Decoding
import Foundation
import Measuring
import PoolModel

/// How many native payloads one thread decodes: topic looked up, checked, values and time read.
struct ParseRun {
  let data: String

  private struct Answer: Encodable {
    var messagesPerSecond: Double
    var processorMicroseconds: Double
    var payloadBytes: Double
    var messageCount: Int
  }

  /// Five passes over 100,000 messages after one that warms up; the median counts.
  func measure() throws {
    let set = try DataSet(.fleet, directory: data)
    let plan = try Plan.benchmark(poolCount: set.poolCount, interval: set.interval)
    var messages = Messages(set, plan: plan)
    guard let (deliveries, newest) = try messages.next(100_000) else {
      throw Failure("no messages")
    }
    var decoder = PayloadDecoder(plan: plan)
    var decoded = DecodedDelivery()
    var times: [Double] = []
    let processorStart = ProcessorTime.milliseconds()
    for _ in 0...5 {
      var valueCount = 0
      let start = ContinuousClock.now
      for delivery in deliveries {
        decoder.decode(delivery, now: newest, into: &decoded)
        for reading in decoded.readings { valueCount += reading.values.count }
      }
      times.append((ContinuousClock.now - start).milliseconds)
      try require(
        valueCount == deliveries.count * DataSet.parameterCount,
        "\(valueCount) values were decoded")
    }
    let spent = ProcessorTime.milliseconds() - processorStart
    times.removeFirst()
    let count = Double(deliveries.count)
    let byteCount = deliveries.reduce(0) { $0 + $1.payload.count }
    try Progress.tell(
      Answer(
        messagesPerSecond: count / times.sorted()[2] * 1000,
        processorMicroseconds: spent / 6 / count * 1000, payloadBytes: Double(byteCount) / count,
        messageCount: deliveries.count))
  }
}
