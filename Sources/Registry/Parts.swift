import PoolModel

/// What was read of a configuration's files so far.
struct Parts {
  var settings: Settings?
  var plan: Plan?
  var outline: PlanOutline?
  var profiles: [ProfileDraft] = []
  var rules: [RulesDraft] = []
  var people: [PersonDraft] = []
  var gateways: [GatewayDraft] = []

  /// Nothing but `settings`.
  init(settings: Settings?) {
    self.settings = settings
  }

  /// Reads a plan; the first one is what the others refer to.
  mutating func add(plan section: Section, _ report: Report) {
    var reader = PlanReader(report: report)
    let (plan, outline) = reader.plan(section)
    guard self.outline == nil else { return }
    self.plan = plan
    self.outline = outline
  }

  /// Reads gateways.
  mutating func add(gateways section: Section, _ report: Report) {
    var reader = GatewaysReader(report: report)
    gateways += reader.gateways(section)
  }

  /// The check of what no file can know alone.
  func crossCheck(report: Report) -> CrossCheck {
    let profiles = DistrictLimits(report: report).applied(
      outline?.districtLimits ?? [], to: profiles)
    return CrossCheck(
      report: report, plan: outline, profiles: profiles, rules: rules, people: people,
      gateways: gateways, hasMailChannel: settings?.hasMailChannel)
  }

  /// The parts together; nil when one is missing, which then was reported.
  ///
  /// The plan has those of its pools alone that are among `pools`, where that is given.
  func configuration(report: Report, pools: Set<PoolID>? = nil) -> Configuration? {
    let check = crossCheck(report: report)
    guard report.isEmpty, let settings, let store = settings.store,
      let plan = pools.map({ plan?.keeping($0) }) ?? plan, let rules = check.checkedRules(plan)
    else { return nil }
    return Configuration(
      broker: settings.broker, store: store, api: settings.api, mail: settings.mail,
      quarantineEntries: settings.quarantineEntries, intake: settings.intake, plan: plan,
      profiles: check.checkedProfiles(), rules: rules, quality: check.checkedQuality(plan),
      people: people.compactMap(\.person),
      gateways: check.checkedGateways(plan))
  }
}

extension Plan {
  /// The plan with those of its pools alone that are among `ids`, and their venues.
  fileprivate func keeping(_ ids: Set<PoolID>) -> Plan {
    let kept = pools.filter { ids.contains($0.id) }
    let venueIndices = Set(kept.map(\.venue)).sorted()
    let places = Dictionary(uniqueKeysWithValues: venueIndices.enumerated().map { ($1, $0) })
    return Plan(
      district: district, interval: interval, parameters: parameters, required: required,
      venues: venueIndices.map { venues[$0] },
      pools: kept.map { pool in
        Pool(
          id: pool.id, venue: places[pool.venue] ?? 0, title: pool.title, kind: pool.kind,
          disinfectant: pool.disinfectant, resolution: pool.resolution,
          openingHours: pool.openingHours, openingExceptions: pool.openingExceptions)
      })
  }
}
