import Testing

/// What every property of the intake is shown for.
enum Wire: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case v5
  case v311
  case v5TLS

  var testDescription: String {
    switch self {
    case .v5: "MQTT 5"
    case .v311: "MQTT 3.1.1"
    case .v5TLS: "MQTT 5 over TLS"
    }
  }
}
