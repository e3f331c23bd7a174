import Foundation
import MQTTTransport
import Measuring
import Pipeline
import PoolModel

/// The delegate of a measured intake loop: receive, commit, judge, and the time of each message's decision.
final class ServiceDesk: IntakeDelegate {
  private let intake: BenchmarkIntake
  private let expectedCount: Int
  private let stop: IntakeStop
  /// When the messages of the batch in hand were published, in nanoseconds.
  private var published: [Int64] = []
  private var decideTimes: [Int64] = []
  private var commitTimes: [Int64] = []
  private var receivedCount = 0
  private var firstArrival: Int64 = 0
  private var lastArrival: Int64 = 0
  private var processorStart = 0.0
  private(set) var failure: (any Error)?

  init(intake: BenchmarkIntake, expectedCount: Int, stop: IntakeStop) {
    self.intake = intake
    self.expectedCount = expectedCount
    self.stop = stop
    decideTimes.reserveCapacity(expectedCount)
    commitTimes.reserveCapacity(expectedCount)
  }

  var acceptsDeliveries: Bool { true }
  var subscriptions: [String] { intake.pipeline.subscriptions }
  var batchIsFull: Bool { intake.pipeline.batchIsFull }
  func takeOutgoing() -> [OutgoingMessage] { intake.pipeline.takeOutgoing() }
  func farewell() -> [OutgoingMessage] { [] }

  func linkChanged(isUp: Bool, sessionPresent: Bool, reason: String, now: Moment) {
    guard isUp else {
      if receivedCount < expectedCount { failure = Failure(reason) }
      return stop.request()
    }
    intake.pipeline.brokerLinkChanged(isUp: true, now: now)
    processorStart = ProcessorTime.milliseconds()
    Progress.say("READY")
  }

  func received(_ delivery: Delivery, now: Moment) {
    published.append(Self.publication(of: delivery.payload))
    intake.pipeline.receive(delivery, now: now)
  }

  func commit(now: Moment) -> Bool {
    do {
      try intake.pipeline.commit(now: now)
      return true
    } catch {
      failure = error
      stop.request()
      return false
    }
  }

  func idle(now: Moment) -> Duration {
    if !published.isEmpty {
      let committed = Self.nanoseconds()
      do { try intake.judge(now: now) } catch { failure = error }
      let decided = Self.nanoseconds()
      if receivedCount == 0 { firstArrival = committed }
      for time in published {
        decideTimes.append(decided - time)
        commitTimes.append(committed - time)
      }
      receivedCount += published.count
      published.removeAll(keepingCapacity: true)
      lastArrival = decided
    }
    let isIdle = receivedCount > 0 && Self.nanoseconds() - lastArrival > Self.patience
    if receivedCount >= expectedCount || isIdle || failure != nil { stop.request() }
    return .milliseconds(200)
  }

  struct Answer: Encodable {
    struct Times: Encodable {
      var p50: Double
      var p99: Double
      var max: Double

      /// Milliseconds.
      init(_ nanoseconds: [Int64]) {
        let sorted = nanoseconds.sorted()
        func at(_ share: Double) -> Double {
          sorted.isEmpty ? 0 : Double(sorted[Int(Double(sorted.count - 1) * share)]) / 1e6
        }
        (p50, p99, max) = (at(0.5), at(0.99), at(1))
      }
    }

    var role = "poolwatch"
    var qos: Int
    var got: Int
    var expect: Int
    var lost: Int
    var rate: Double
    var cpuUsPerMsg: Double
    var alerts: Int
    var decideMs: Times
    var commitMs: Times
    var rssMb: Int
  }

  /// What came of it.
  func answer(qualityOfService: Int) throws -> Answer {
    let stored = intake.pipeline.counters.stored
    try require(
      stored == receivedCount * DataSet.parameterCount,
      "\(stored) values were stored of \(receivedCount) messages")
    let seconds = Double(max(1, lastArrival - firstArrival)) / 1e9
    let processor = ProcessorTime.milliseconds() - processorStart
    return Answer(
      qos: qualityOfService, got: receivedCount, expect: expectedCount,
      lost: expectedCount - receivedCount, rate: (Double(receivedCount) / seconds).rounded(),
      cpuUsPerMsg: processor / Double(max(1, receivedCount)) * 1000, alerts: intake.alarmCount,
      decideMs: Answer.Times(decideTimes), commitMs: Answer.Times(commitTimes),
      rssMb: try ProcessMemory.residentByteCount() >> 20)
  }

  /// Nothing more is coming when nothing came for so long, in nanoseconds.
  private static let patience: Int64 = 3_000_000_000

  private static let sentKey = Array(#""sent":"#.utf8)

  private static func nanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// The number after `"sent":`, in nanoseconds; 0 when there is none.
  private static func publication(of payload: [UInt8]) -> Int64 {
    let key = Self.sentKey.span
    let bytes = payload.span
    var start = 0
    while start + key.count <= bytes.count {
      var matched = 0
      while matched < key.count, bytes[start + matched] == key[matched] { matched += 1 }
      if matched == key.count {
        var number: Int64 = 0
        var offset = start + matched
        while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") <= 9 {
          number = number &* 10 &+ Int64(bytes[offset] - UInt8(ascii: "0"))
          offset += 1
        }
        return number
      }
      start += 1
    }
    return 0
  }
}
