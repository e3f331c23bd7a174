import ArgumentParser
import Decoding
import Foundation
import LinuxSystem
import MQTTTransport
import PoolModel
import Querying
import SimulatedPool

/// A recording, published as the gateway of a pool would.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Publish a recording as a pool's gateway would.",
    discussion: """
      Each row becomes one message, with its time as --times says: own, as in the file; end-now, \
      shifted so that the last row is of now; at-send, the moment it is sent. An empty cell is a \
      value that the gateway does not have. Units are those of the plan unless --map names the \
      column's; they are converted, never guessed.

      Example:
        poolsim replay --config poolwatch.yaml --pool venue-01/main --csv station.csv \
      --time-column TimeStep --map CL2=free_chlorine --map TEMP=temperature:degF --times end-now \
      --speed 100000
      """)

  /// What becomes of the times of the file.
  enum Times: String, CaseIterable, ExpressibleByArgument {
    case own
    case endNow = "end-now"
    case atSend = "at-send"
  }

  @OptionGroup var broker: BrokerOptions

  @Option(help: ArgumentHelp("The pool that it is published for.", valueName: "venue/pool"))
  var pool: String

  @Option(help: ArgumentHelp("The recording: CSV with a heading.", valueName: "file"))
  var csv: String

  @Option(
    help: ArgumentHelp("The column of times: \(RecordingReader.timeForms).", valueName: "name"))
  var timeColumn: String

  @Option(
    help: ArgumentHelp(
      "A column and what it holds, and its unit where it is not the plan's; repeat it for more.",
      valueName: "column=parameter[:unit]"))
  var map: [String]

  @Option(help: "Which time each reading says.")
  var times = Times.own

  @Option(help: "How many times faster than it was recorded.")
  var speed = 1.0

  @Option(help: "The user's name at the broker; none if not given.")
  var username: String?

  @Option(help: ArgumentHelp("A file with the user's password.", valueName: "file"))
  var passwordFile: String?

  func validate() throws {
    guard speed > 0, speed <= 1e9 else {
      throw ValidationError("--speed is \(speed), expected more than 0 and at most 1000000000")
    }
    guard !map.isEmpty else {
      throw ValidationError("--map is missing, expected column=parameter[:unit]")
    }
  }

  func run() throws {
    let plan = try broker.plan()
    let id = try poolID(of: plan)
    let recording = try recording(try sources(of: plan))
    let publisher = try MQTTPublisher(settings: try settings(), queueLimit: Self.queueLimit)
    try publisher.connect()
    let sequences = try publish(
      recording, on: publisher,
      to: TopicPattern.telemetry(district: plan.district.code, pool: id))
    try publisher.drive(within: .seconds(60))
    try publisher.disconnect()
    Report.say(
      "{\"published\":\(sequences),\"acknowledged\":\(publisher.acknowledgedCount),"
        + "\"refused\":\(publisher.refusedCount)}")
    guard publisher.refusedCount == 0 else { throw ExitCode.failure }
  }

  /// Publishes each row when its time has come, and waits where the broker is slower.
  ///
  /// - Returns: how many messages were published.
  private func publish(
    _ recording: Recording, on publisher: MQTTPublisher, to topic: String
  ) throws -> Int {
    let names = try map.map { try mapping($0).parameter }
    let clock = RunningClock()
    let first = recording.rows[0].time
    let shift = clock.start - (recording.rows.last?.time ?? first)
    for (sequence, row) in recording.rows.enumerated() {
      let due = Duration.seconds((row.time - first).inSeconds / speed)
      while clock.monotonic < due || publisher.waitingCount >= Self.queueLimit {
        try publisher.drive()
        let rest = max(.milliseconds(1), due - clock.monotonic)
        try MQTTPublisher.wait(for: [publisher], atMost: min(rest, .milliseconds(500)))
      }
      let time =
        switch times {
        case .own: row.time
        case .endNow: row.time + shift
        case .atSend: clock.now
        }
      let values = zip(names, row.values).map { "\"\($0)\":\($1)" }.joined(separator: ",")
      let payload = "{\"ts\":\(time.milliseconds),\"seq\":\(sequence),\"values\":{\(values)}}"
      try publisher.publish(Array(payload.utf8), to: topic)
      try publisher.drive()
    }
    return recording.rows.count
  }

  /// Messages that may wait for the broker.
  private static let queueLimit = 1000

  // MARK: What was asked for

  private func poolID(of plan: Plan) throws -> PoolID {
    guard let known = plan.pools.first(where: { $0.id.description == pool }) else {
      throw ValidationError(
        "--pool is '\(pool)', expected a pool of the plan, such as "
          + (plan.pools.first?.id.description ?? "venue/pool"))
    }
    return known.id
  }

  private func mapping(
    _ text: String
  ) throws -> (column: String, parameter: String, unit: String?) {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let words = halves.last?.split(separator: ":", maxSplits: 1) ?? []
    guard halves.count == 2, !halves[0].isEmpty, let parameter = words.first else {
      throw ValidationError("--map is '\(text)', expected column=parameter[:unit]")
    }
    return (String(halves[0]), String(parameter), words.count == 2 ? String(words[1]) : nil)
  }

  private func sources(of plan: Plan) throws -> [Recording.Source] {
    var sources: [Recording.Source] = []
    for text in map {
      let (column, name, unit) = try mapping(text)
      guard let parameter = plan.parameters.first(where: { $0.name == name }) else {
        throw ValidationError(
          "--map is '\(text)', expected a parameter of the plan: "
            + plan.parameters.map(\.name).joined(separator: ", "))
      }
      guard !sources.contains(where: { $0.parameter == name }) else {
        throw ValidationError("--map names \(name) twice")
      }
      var conversion = UnitConversion.none
      if let unit {
        guard let known = UnitConversion(from: unit, to: parameter.unit) else {
          throw ValidationError(
            "--map is '\(text)', expected one of the units "
              + UnitConversion.units(to: parameter.unit).joined(separator: ", "))
        }
        conversion = known
      }
      sources.append(Recording.Source(column: column, parameter: name, conversion: conversion))
    }
    return sources
  }

  private func recording(_ sources: [Recording.Source]) throws -> Recording {
    do {
      return try Recording(
        path: csv, bytes: try Files.bytes(atPath: csv), timeColumn: timeColumn, sources: sources)
    } catch let mistake as TransferMistake {
      Report.complain("\(mistake)")
      throw ExitCode(65)
    }
  }

  private func settings() throws -> MQTTSettings {
    var settings = broker.settings(clientID: "poolsim-replay-\(pool)")
    settings.username = username
    if let passwordFile {
      settings.password = String(decoding: try Files.bytes(atPath: passwordFile), as: UTF8.self)
        .trimmingCharacters(in: .newlines)
    }
    return settings
  }
}
