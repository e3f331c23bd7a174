import Foundation
import PoolModel
import Testing

@testable import Decoding

/// What glibc's `strtod` makes of `text`.
///
/// The one unsafe call of these tests: `strtod` is the definition that numbers are held to.
func bitsOfStrtod(_ text: String) -> UInt64 {
  unsafe strtod(text, nil).bitPattern
}

@Suite struct `Numbers` {
  /// The bits of what our scanner makes of `text`; nil when it does not take the text to its end.
  private func bits(_ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    let span = bytes.span
    var scanner = JSONScanner()
    guard let number = try? scanner.number(in: span), scanner.offset == span.count else {
      // A mistake and a remainder both mean that the text is no number, which is the answer.
      return nil
    }
    return number.value(in: span).bitPattern
  }

  @Test(arguments: [
    "0", "-0", "0.0", "-0.0", "-0e5", "0e-999999999999999999999", "0e999999999999999999999", "1",
    "-1", "0.1", "0.52", "7.31", "27.4", "1e22", "1e23", "-1e22", "9007199254740992",
    "9007199254740993", "9007199254740993.0", "9007199254740995", "90071992547409931e-1",
    "9007199254740992e22", "9007199254740993e22", "1e-22", "1e-23", "123456789012345678",
    "9999999999999999999", "18446744073709551615", "18446744073709551616",
    "0.30000000000000004", "7.3100000000000005", "1.7976931348623157e308",
    "1.7976931348623158e308", "1.7976931348623159e308", "1e308", "1e309", "-1e309",
    "2.2250738585072014e-308", "2.2250738585072011e-308", "4.9406564584124654e-324", "5e-324",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "1e-400", "-1e-400",
    "1e1000000", "1e-1000000", "1e99999999999999999999", "1E+05", "1E-05", "100e-2",
    "0.00000000000000000000000000000000000001", "1000000000000000000000000000000000000000",
    // Halfway cases, from Rick Regan's collection of what conversions got wrong.
    "6929495644600919.5", "3.518437208883201171875e13", "62.5364939768271845828",
    "8.10109172351e-10", "1.50000000000000011102230246251565", "9007199254740991.4999999999999999",
    "30078505129381147446200", "1777820000000000000001", "0.500000000000000166547006220929549868",
    "6.9294956446009195e15", "8.88178419700125232339e-16",
  ])
  func `known hard numbers are what strtod makes of them`(text: String) {
    #expect(bits(text) == bitsOfStrtod(text))
  }

  @Test func `numbers of every shape are what strtod makes of them`() {
    var random = SplitMix64(seed: 20_260_101)
    for _ in 0..<60_000 {
      let text = random.numberText()
      guard let ours = bits(text) else {
        Issue.record("\(text) is a number and was not taken")
        continue
      }
      if ours != bitsOfStrtod(text) { Issue.record("\(text)") }
    }
  }

  /// About one in two thousand lies so near the middle of two doubles that only the remainder of the
  /// division tells them apart.
  @Test func `decimals of seventeen to nineteen digits are what strtod makes of them`() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<100_000 {
      let digits = "\(1_000_000_000_000_000_000 + random.next() % 9_000_000_000_000_000_000)"
      let count = 17 + random.below(3)
      let text = "\(digits.prefix(count))e-\(1 + random.below(19))"
      if bits(text) != bitsOfStrtod(text) { Issue.record("\(text)") }
    }
  }

  @Test func `shortest and exact texts of random doubles come back`() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let text = "\(value)"
      if bits(text) != value.bitPattern { Issue.record("\(text)") }
      // A quantity as a gateway computes it: seventeen digits, a small exponent.
      let quantity = Double(random.below(2_000_000)) / 7_919
      if bits("\(quantity)") != quantity.bitPattern { Issue.record("\(quantity)") }
    }
  }

  @Test func `very long numbers are what strtod makes of them`() {
    let zeros = String(repeating: "0", count: 5000)
    for text in [
      "0.\(zeros)1e5001", "1\(zeros)e-5000", String(repeating: "3", count: 5000) + "e-4990",
      "0." + String(repeating: "7", count: 5000), "9007199254740992.\(zeros)1",
      "9007199254740993.\(zeros)1",
    ] {
      #expect(bits(text) == bitsOfStrtod(text), "\(text.prefix(30))…")
    }
  }

  @Test(arguments: [
    "", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "01", "-01", "00", "0x10", "--1", "1-2",
    "1e5.5",
    "1.0e+-5", "Infinity", "NaN", "１",
  ])
  func `what is no number in JSON is not taken`(text: String) {
    #expect(bits(text) == nil)
  }

  // Zeros of every length, and the smallest doubles there are.
  @Test(arguments: [
    "0", "-0", "0.0", "0e5", "0e-400", "-0.000e-999", "0.\(String(repeating: "0", count: 400))",
    "0.\(String(repeating: "0", count: 40))e-12", "2.4703282292062328e-324", "5e-324",
    "0.\(String(repeating: "0", count: 323))5",
  ])
  func `a reading holds zero, and what is nearest to it`(text: String) {
    let decoded = SamplePlan.decode("{\"values\":{\"orp\":\(text)},\"ts\":1767225600000}")
    #expect(decoded.refusals.isEmpty)
    #expect(decoded.readings.first?.values.first?.value?.bitPattern == bitsOfStrtod(text))
  }

  @Test func `a reading holds its numbers bit for bit`() {
    for text in ["-0.0", "0.30000000000000004", "1e23", "5e-324", "-0e-400", "123456789.125e-3"] {
      let decoded = SamplePlan.decode("{\"values\":{\"orp\":\(text)},\"ts\":1767225600000}")
      #expect(decoded.readings.first?.values.first?.value?.bitPattern == bitsOfStrtod(text))
    }
  }
}
