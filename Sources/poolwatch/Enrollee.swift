import ArgumentParser
import LinuxSystem
import PoolModel
import Registry

/// Who is enrolled at the broker: a venue, for its gateway of Poolwatch's own dialect, or a gateway of
/// another one, under its own name.
enum Enrollee {
  case venue(String)
  case gateway(GatewayBinding)

  /// The user name at the broker.
  var name: String {
    switch self {
    case .venue(let id): id
    case .gateway(let binding): binding.id
    }
  }

  /// The access rules that it needs besides the pattern for venues.
  var rules: [String] {
    guard case .gateway(let binding) = self else { return [] }
    let own = ["topic write \(binding.filter)"]
    guard binding.dialect == .sparkplug else { return own }
    // spBv1.0/GROUP/+/NODE or spBv1.0/GROUP/+/NODE/#: what is asked of the edge node and its devices,
    // and whether its host is there.
    let levels = binding.filter.split(separator: "/", omittingEmptySubsequences: false)
    guard levels.count >= 4, levels[2] == "+" else { return own }
    let path = { (type: String) in "\(levels[0])/\(levels[1])/\(type)/\(levels[3])" }
    return own + ["topic read \(path("NCMD"))", "topic read \(path("DCMD"))/#"]
      + ["topic read spBv1.0/STATE/#"]
  }
}

extension GatewayOptions {
  /// The plan, and the one that `name` names.
  ///
  /// Gateways of other dialects are in the configuration, of which a venue needs the plan alone.
  ///
  /// - Throws: `CommandFailure` where there is no such name, `ExitCode.configuration` when every mistake
  ///   of the files was told.
  func enrollee(_ name: String) throws -> (Plan, Enrollee) {
    let plan = try loadPlan()
    if plan.venue(name) != nil { return (plan, .venue(name)) }
    let gateways = try loadGateways()
    guard let binding = gateways.first(where: { $0.id == name }) else {
      throw plan.unknownVenue(name, orOneOf: gateways.map(\.id))
    }
    guard !binding.filter.contains(where: \.isNewline) else {
      throw CommandFailure(
        "the topic of '\(name)' has a line break: no access rule can hold it", exitCode: .data)
    }
    return (plan, .gateway(binding))
  }

  /// The gateways of other dialects; none with a plan alone.
  private func loadGateways() throws -> [GatewayBinding] {
    guard plan == nil else { return [] }
    do {
      return try Configuration.load(
        path: config ?? StoreOptions.usualPath, read: Files.bytes(atPath:)
      ).gateways
    } catch {
      try StoreOptions.tell(error)
      throw ExitCode.configuration
    }
  }
}
