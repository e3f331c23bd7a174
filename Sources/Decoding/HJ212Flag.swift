import PoolModel

/// What the letter of a `-Flag` item says about its value (HJ 212-2017).
///
/// | letter | in the standard | becomes |
/// | --- | --- | --- |
/// | N | works normally | nothing |
/// | M | under maintenance | `maintenance` |
/// | C | being calibrated | `calibration` |
/// | S | entered by hand | `manual` |
/// | D | broken | `fault` |
/// | F | out of operation | `fault`: what a stopped instrument shows is not the water of now |
/// | B | no connection to it | `fault`: the number is the last one, or made up |
/// | T | beyond the range | `fault`: the number is the end of the range, not the water's |
///
/// T is a fault although the water may well be as bad as the number: a cut or dry probe shows the end of
/// its range too, and the number is a bound and not a measurement.
enum HJ212Flag {
  /// What `text` stands for; nil when it is not one of the letters.
  static func marks(_ text: ArraySlice<UInt8>) -> GatewayMarks? {
    guard text.count == 1, let letter = text.first else { return nil }
    switch letter {
    case UInt8(ascii: "N"): return []
    case UInt8(ascii: "M"): return .maintenance
    case UInt8(ascii: "C"): return .calibration
    case UInt8(ascii: "S"): return .manual
    case UInt8(ascii: "D"), UInt8(ascii: "F"), UInt8(ascii: "B"), UInt8(ascii: "T"):
      return .fault
    default: return nil
    }
  }

  static let expectation = "one of N, F, M, S, D, C, T, B"
}
