import PoolModel

extension ValueBinding {
  /// The number that `json` is, in the parameter's unit.
  ///
  /// A number in a string is none: nobody said how it is written.
  ///
  /// - Parameters:
  ///   - json: What the gateway sent.
  ///   - place: Where it stands in the message.
  /// - Returns: The number; nil for null.
  /// - Throws: `bad_payload` for another kind of value, `bad_unit` where nobody has named the unit,
  ///   `non_finite` beyond the range of a double.
  func value(_ json: GeneralJSON, place: String) throws(PlacedMistake) -> Double? {
    switch json {
    case .null: return nil
    case .number(let number):
      guard let conversion else {
        throw PlacedMistake(
          reason: .badUnit, place: place, found: "no unit",
          expected: "a unit for \(OneLine.quoted(name)) in the gateway's configuration")
      }
      return try conversion.finite(number, place: place)
    default: throw .wrongKind(json, place, expected: "a number or null")
    }
  }
}

extension UnitConversion {
  /// `number` in the other unit.
  ///
  /// - Throws: `non_finite` where that is beyond the range of a double.
  func finite(_ number: Double, place: String) throws(PlacedMistake) -> Double {
    let value = self(number)
    guard value.isFinite else {
      throw PlacedMistake(
        reason: .nonFinite, place: place, found: "\(number), too large in the parameter's unit",
        expected: "a number within ±1.8e308")
    }
    return value
  }
}

extension GatewayNames {
  /// What `name` stands for.
  ///
  /// - Throws: `unknown_name` when the gateway's map does not have it.
  func binding(_ name: String, place: String) throws(PlacedMistake) -> ValueBinding {
    guard let binding = self[name] else {
      throw PlacedMistake(
        reason: .unknownName, place: place, found: OneLine.quoted(name, limit: 60),
        expected: "a name in the map of gateway \(OneLine.quoted(self.binding.id))")
    }
    return binding
  }
}

extension Delivery {
  /// All of the message refused for `mistake`.
  func refused(_ mistake: PlacedMistake) -> DecodedDelivery {
    DecodedDelivery(refusals: [refusal(mistake.reason, mistake.detail)])
  }

  /// What `body` makes of the message's JSON, or the one refusal that all of it comes to.
  func decodedJSON(
    _ body: (GeneralJSON) throws(PlacedMistake) -> DecodedDelivery
  ) -> DecodedDelivery {
    let json: GeneralJSON
    do {
      json = try GeneralJSON(payload)
    } catch {
      return DecodedDelivery(refusals: [refusal(error.reason, error.detail(in: payload.span))])
    }
    do {
      return try body(json)
    } catch {
      return refused(error)
    }
  }
}
