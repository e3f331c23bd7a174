import PoolModel
import Testing

@Suite struct `A number that people read` {
  @Test(arguments: [
    (22.944444444444443, "22.944444"), (13.666666666666668, "13.666667"), (0.3, "0.3"),
    (7.0, "7"), (-0.52, "-0.52"), (-0.0, "0"), (-1e-9, "0"), (1e12, "1000000000000"),
    (0.1 + 0.2, "0.3"), (.infinity, "inf"), (1e16, "1e+16"),
  ])
  func `has at most six decimals`(number: Double, text: String) {
    #expect(number.readable == text)
  }
}
