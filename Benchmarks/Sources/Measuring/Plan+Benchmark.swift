import Foundation
package import PoolModel

extension Plan {
  /// A plan of `poolCount` pools, ten to a venue, that report the parameters `names`.
  package static func benchmark(
    poolCount: Int, interval: Duration, names: [String] = ["free_chlorine", "ph", "temperature"]
  ) throws -> Plan {
    let parameters = names.compactMap { name in Parameter.standard.first { $0.name == name } }
    guard let zone = Zone(name: "Asia/Shanghai"), parameters.count == names.count
    else { throw Failure("no zone Asia/Shanghai: install tzdata") }
    func title(_ text: String) -> Title { Title(english: text, chinese: text) }
    let venues = (0..<(poolCount + 9) / 10).map {
      Venue(
        id: Self.benchmarkVenue($0), title: title("venue \($0)"), street: "street",
        openingHours: [])
    }
    let pools = (0..<poolCount).map {
      Pool(
        id: PoolID(venue: Self.benchmarkVenue($0 / 10), pool: String(format: "pool%05d", $0)),
        venue: $0 / 10,
        title: title("pool \($0)"), kind: .indoor, disinfectant: .chlorine,
        resolution: [ParameterNumber(0): 0.01, ParameterNumber(1): 0.01, ParameterNumber(2): 0.1])
    }
    return Plan(
      district: District(code: "350205", title: title("district"), zone: zone), interval: interval,
      parameters: parameters, required: parameters.indices.map(ParameterNumber.init),
      venues: venues, pools: pools)
  }

  private static func benchmarkVenue(_ number: Int) -> String {
    String(format: "venue%03d", number)
  }

  /// All series of the plan, pool by pool.
  package var allSeries: [Series] {
    poolNumbersInOrder.flatMap { pool in
      parameters.indices.map { Series(pool: pool, parameter: ParameterNumber($0)) }
    }
  }
}
