import PoolModel

/// What an entry of the ledger is called, and whose it is.
struct GatewayName: Hashable, Sendable {
  let id: String
  /// nil for the entry of nobody.
  let venue: String?
  /// The name of its dialect; nil for the entry of nobody.
  let dialect: String?
  /// Whether the venue has gateways of other dialects, so that this one may not exist.
  let isOptional: Bool

  /// The venues in the order of the plan, so that their indices agree, then the other bindings, then
  /// nobody.
  static func all(plan: Plan, bindings: [GatewayBinding]) -> [GatewayName] {
    let boundVenues = Set(bindings.map(\.venue))
    let dialects = Dictionary(
      bindings.map { ($0.id, $0.dialect.name) }, uniquingKeysWith: { first, _ in first })
    let native = plan.venues.map { venue in
      GatewayName(
        id: venue.id, venue: venue.id, dialect: dialects[venue.id] ?? "native",
        isOptional: dialects[venue.id] == nil && boundVenues.contains(venue.id))
    }
    let venues = Set(plan.venues.map(\.id))
    let others = bindings.filter { !venues.contains($0.id) }.map { binding in
      GatewayName(
        id: binding.id, venue: binding.venue, dialect: binding.dialect.name, isOptional: false)
    }
    let nobody = GatewayName(id: "unknown", venue: nil, dialect: nil, isOptional: true)
    return native + others + [nobody]
  }
}
