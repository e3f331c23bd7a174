import Foundation
import TestInstallation
import TestSupport
import Testing

/// The way of a reading on real parts: mosquitto, mosquitto_pub, the daemon and its command line.
@Suite(.serialized) struct `From gateway to command line` {
  @Test func `a published reading is stored and shown`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    let time = nowMilliseconds() - 1000
    try await gateway.publish(
      Gateway.payload(
        milliseconds: time, #""free_chlorine":0.52,"ph":7.31,"temperature":27.4"#),
      for: "venue-0/pool-1")
    try await eventually("the reading is stored") {
      try await installation.status()["stored"] as? Int == 3
    }

    let latest = try await installation.ask("latest", "--venue", "venue-0", "-o", "json").rows()
    #expect(latest.count == 15)
    let mine = latest.filter { $0["pool"] as? String == "pool-1" }
    #expect(mine.compactMap { $0["value"] as? Double } == [0.52, 7.31, 27.4])
    #expect(mine.allSatisfy { $0["flag"] as? String == "good" })
    #expect(latest.filter { $0["value"] is NSNull }.count == 12)

    let history = try await installation.ask(
      "history", "venue-0/pool-1", "--parameter", "ph", "--from", "-1h", "-o", "json"
    ).rows()
    #expect(history.count == 1)
    #expect(history.first?["value"] as? Double == 7.31)
    #expect(history.first?["unit"] as? String == "")
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `what is wrong with a message is named in the quarantine`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let gateway = Gateway(port: broker.port)
    let now = nowMilliseconds()
    let good = Gateway.payload(milliseconds: now, #""ph":7.2"#)
    try await gateway.publish(good, for: "venue-9/pool-0")
    try await gateway.publish(good, for: "venue-0/pool-9")
    try await gateway.publish(good, for: "venue-0/pool-0", district: "310101")
    try await gateway.publish(#"{"ts":1,"values":"#, for: "venue-0/pool-0")
    try await gateway.publish(
      Gateway.payload(milliseconds: now, #""ph":1e999"#), for: "venue-0/pool-0")
    try await gateway.publish(
      Gateway.payload(milliseconds: now + 400_000, #""ph":7.2"#), for: "venue-0/pool-0")
    try await gateway.publish(
      Gateway.payload(milliseconds: 1000, #""ph":7.2"#), for: "venue-0/pool-0")
    try await gateway.publish(
      Gateway.payload(milliseconds: now, #""ph":7.2,"salt":3"#), for: "venue-0/pool-0")
    try await gateway.publish(good, to: "pools/v1/310107/venue-0/pool-0/telemetri")
    try await gateway.publish(#"{"ts":\#(now),"values":{"ph":"7.2"}}"#, for: "venue-0/pool-0")
    let expected = [
      "unknown_topic", "bad_payload", "unknown_venue", "unknown_pool", "wrong_district", "bad_json",
      "non_finite", "future_time",
      "absurd_time", "unknown_parameter",
    ]
    try await eventually("all refusals are in the quarantine") {
      let rows = try await installation.ask("quarantine", "-o", "json").rows()
      return Set(rows.compactMap { $0["reason"] as? String }) == Set(expected)
        && rows.count == expected.count
    }
    let status = try await installation.status()
    #expect(status["received"] as? Int == 10)
    #expect(status["refused"] as? Int == 10)
    // The known parameter of the last message is stored.
    #expect(status["stored"] as? Int == 1)
    let reasons = status["refused_by_reason"] as? [String: Int]
    #expect(reasons == Dictionary(uniqueKeysWithValues: expected.map { ($0, 1) }))
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `a series of an unknown venue, pool or parameter ends with exit code 65`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    for arguments in [
      ["latest", "--venue", "venue-9"], ["history", "venue-9/x", "--parameter", "ph"],
      ["history", "venue-0/x", "--parameter", "ph"],
      ["history", "venue-0/pool-0", "--parameter", "salt"],
    ] {
      let process = try ManagedProcess(
        Programs.path("poolwatch"), arguments: arguments,
        environment: ["POOLWATCH_SOCKET": installation.socket])
      #expect(try await process.wait() == .code(65), "\(arguments)")
    }
    try await installation.stop()
    #expect(try await installation.ask("status").code == 69)
    try await broker.stop()
  }
}
