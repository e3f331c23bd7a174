import PoolModel
import Testing

@Suite struct `A computed parameter` {
  /// The fractions of Morris 1966 as tabled for 20, 25 and 28 °C, with four digits.
  @Test(arguments: [
    (20.0, 7.0, 0.7924), (20, 7.2, 0.7066), (20, 7.4, 0.6031), (20, 7.8, 0.3770),
    (25, 7.0, 0.7748), (25, 7.2, 0.6846), (25, 7.4, 0.5780), (25, 7.8, 0.3529),
    (28, 7.0, 0.7649), (28, 7.2, 0.6724), (28, 7.4, 0.5643), (28, 7.8, 0.3402),
  ])
  func `hypochlorous acid is the tabled fraction of free chlorine`(
    celsius: Double, pH: Double, fraction: Double
  ) throws {
    let value = try #require(DerivedParameter.hypochlorousAcid.value(2, pH, celsius))
    #expect(abs(value - 2 * fraction) <= 2 * 0.00005)
  }

  /// 0.229 and 0.102 mg/L of the legal 0.3 mg/L at 28 °C.
  @Test func `the legal least chlorine disinfects half as well at the upper pH`() throws {
    let low = try #require(DerivedParameter.hypochlorousAcid.value(0.3, 7.0, 28))
    let high = try #require(DerivedParameter.hypochlorousAcid.value(0.3, 7.8, 28))
    #expect(abs(low - 0.229) < 0.0005)
    #expect(abs(high - 0.102) < 0.0005)
  }

  @Test(arguments: [-0.1, 45.1])
  func `there is no hypochlorous acid where the formula does not hold`(celsius: Double) {
    #expect(DerivedParameter.hypochlorousAcid.value(1, 7.2, celsius) == nil)
  }

  @Test(arguments: [
    (0.7, 0.3, 0.4), (1.0, 0.6, 0.4), (0.9, 0.5, 0.4), (0.3, 0.3, 0), (1.25, 0.85, 0.4),
  ])
  func `combined chlorine is the decimal difference`(total: Double, free: Double, expected: Double)
  {
    #expect(DerivedParameter.combinedChlorine.value(total, free, 0) == expected)
  }

  @Test func `less total than free chlorine makes no combined chlorine`() {
    #expect(DerivedParameter.combinedChlorine.value(0.49, 0.5, 0) == nil)
  }

  @Test func `is made of parameters that every plan knows`() {
    let names = Set(Parameter.standard.map(\.name))
    for parameter in DerivedParameter.allCases {
      #expect(names.isSuperset(of: parameter.ingredients))
      #expect((2...3).contains(parameter.ingredients.count))
    }
  }

  @Test(
    arguments: [
      (Bound(value: 7.6, isInclusive: false), nil, 7.6, false),
      (Bound(value: 7.6, isInclusive: false), nil, 7.61, true),
      (nil, Bound(value: 7.6, isInclusive: true), 7.6, true),
      (nil, Bound(value: 7.6, isInclusive: false), 7.6, false),
      (Bound(value: 6.5, isInclusive: true), Bound(value: 7.3, isInclusive: true), 6.5, true),
      (Bound(value: 6.5, isInclusive: true), Bound(value: 7.3, isInclusive: true), 6.49, false),
    ] as [(Bound?, Bound?, Double, Bool)])
  func `a condition is met between its bounds`(
    low: Bound?, high: Bound?, value: Double, isMet: Bool
  ) {
    let condition = LimitCondition(parameter: ParameterNumber(3), low: low, high: high)
    #expect(condition.isMet(by: value) == isMet)
  }
}
