/// A fault as it is written on a command line: `venue[/pool]:kind[=size]:from[:for]`.
public struct FaultOrder: Hashable, Sendable {
  /// The venue's id.
  public let venue: String
  /// The pool's id within the venue; nil for all that it has.
  public let pool: String?
  /// What goes wrong.
  public let fault: Fault

  /// The kinds with the size that each has without `=size`, for a usage text.
  public static let kinds = """
    drift=0.5 (share of chlorine an hour, the pump stands), dosing=0.15 (mg/L to each side), \
    bathers=2 (full houses), flow-loss, stuck[=PARAMETER], fouling=0.02 (share an hour), \
    calibration=0.2 (mg/L of free chlorine), silence, outage
    """

  /// The fault that `text` says; times are seconds from the start, for ever without `for`.
  ///
  /// - Throws: `FaultMistake` that says what was expected.
  public init(_ text: String) throws(FaultMistake) {
    let words = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (3...4).contains(words.count), !words[0].isEmpty else {
      throw FaultMistake("'\(text)' is no fault, expected venue[/pool]:kind[=size]:from[:for]")
    }
    let place = words[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let halves = words[1].split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false
    ).map(String.init)
    let from = try Self.seconds(words[2], of: text)
    let to =
      words.count == 4 ? from + (try Self.seconds(words[3], of: text, isSpan: true)) : nil
    venue = String(place[0])
    pool = place.count == 2 ? String(place[1]) : nil
    fault = try Self.fault(
      kind: halves.first ?? "", size: halves.count == 2 ? halves[1] : nil, from: from, to: to,
      of: text)
    guard pool == nil || fault.poolSpan != nil else {
      throw FaultMistake("'\(text)' is of one pool, but the gateway is the whole venue's")
    }
  }

  private static func fault(
    kind: String, size: String?, from: Duration, to: Duration?, of text: String
  ) throws(FaultMistake) -> Fault {
    switch kind {
    case "drift":
      return .drift(from: from, to: to, perHour: try number(size, or: 0.5, of: text))
    case "dosing":
      return .coarseDosing(from: from, to: to, band: try number(size, or: 0.15, of: text))
    case "bathers":
      return .bathers(from: from, to: to, houses: try number(size, or: 2, of: text))
    case "flow-loss" where size == nil: return .flowLoss(from: from, to: to)
    case "stuck":
      guard size.map(SimulatedPool.knownParameters.contains) ?? true else {
        throw FaultMistake(
          "'\(text)': nobody simulates \(size ?? ""), expected one of "
            + SimulatedPool.knownParameters.joined(separator: ", "))
      }
      return .stuck(from: from, to: to, parameter: size)
    case "fouling":
      return .fouling(from: from, to: to, perHour: try number(size, or: 0.02, of: text))
    case "calibration":
      let step = try number(size, or: 0.2, isSigned: true, of: text)
      return .calibration(from: from, to: to, parameter: "free_chlorine", step: step)
    case "silence" where size == nil: return .silence(from: from, to: to)
    case "outage" where size == nil:
      guard let to, from > .zero else {
        throw FaultMistake("'\(text)': an outage begins after 0 and needs an end, as in :60:600")
      }
      return .outage(from: from, to: to)
    default:
      throw FaultMistake("'\(text)': expected one of \(kinds)")
    }
  }

  private static func number(
    _ text: String?, or standard: Double, isSigned: Bool = false, of order: String
  ) throws(FaultMistake) -> Double {
    guard let text else { return standard }
    guard let number = Double(text), number.magnitude <= 1000, isSigned || number > 0 else {
      let range = isSigned ? "-1000 to 1000" : "more than 0 and at most 1000"
      throw FaultMistake("'\(order)': the size is '\(text)', expected \(range)")
    }
    return number
  }

  private static func seconds(
    _ text: String, of order: String, isSpan: Bool = false
  ) throws(FaultMistake) -> Duration {
    guard let seconds = Double(text), (0...1e9).contains(seconds), !isSpan || seconds >= 0.001
    else {
      throw FaultMistake(
        "'\(order)': '\(text)' is no time, expected \(isSpan ? "0.001" : "0") to 1000000000 seconds"
      )
    }
    return .milliseconds(Int64(seconds * 1000))
  }
}

/// What is wrong with a `FaultOrder`.
public struct FaultMistake: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was found and what was expected.
  public let description: String

  init(_ description: String) { self.description = description }
}
