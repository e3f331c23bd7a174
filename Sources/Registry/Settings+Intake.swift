extension SettingsReader {
  /// The limits of what gateways may send.
  func intake(_ section: Section) -> Configuration.Intake {
    var section = section
    let payload = section.value(
      "payload_bytes", .whole(1024...1_048_576, unit: "bytes"), default: 262_144)
    let readings = section.value(
      "array_readings", .whole(1...100_000, unit: "readings"), default: 10_000)
    let topic = section.value("topic_bytes", .whole(64...1024, unit: "bytes"), default: 256)
    let hours = section.value("burst_hours", .whole(1...720, unit: "hours"), default: 72)
    let host = section.optional("sparkplug_host", .id)
    section.end()
    return Configuration.Intake(
      payloadByteCount: payload, arrayReadingCount: readings, topicByteCount: topic,
      burst: .seconds(3600 * hours), sparkplugHost: host?.value)
  }
}
