import Foundation
import PoolModel

/// Two streets, three venues; `far` has no staff.
func samplePlan() throws -> Plan {
  struct NoZone: Error {}
  guard let zone = Zone(name: "Asia/Shanghai") else { throw NoZone() }
  let venues = [
    Venue(
      id: "caoyang", title: Title(english: "Caoyang pool", chinese: "曹杨游泳馆"),
      street: "Caoyang Xincun", openingHours: []),
    Venue(
      id: "zhenru", title: Title(english: "Zhenru pool", chinese: "真如游泳池"), street: "Zhenru",
      openingHours: []),
    Venue(id: "far", title: Title(english: "Far", chinese: ""), street: "Zhenru", openingHours: []),
  ]
  let pools = venues.indices.map { index in
    Pool(
      id: PoolID(venue: venues[index].id, pool: "main"), venue: index,
      title: Title(english: "main pool", chinese: "主池"), kind: .indoor,
      disinfectant: .chlorine, resolution: [:])
  }
  return Plan(
    district: District(
      code: "310107", title: Title(english: "Putuo", chinese: "普陀区"), zone: zone),
    interval: .seconds(60), parameters: Parameter.standard, required: [], venues: venues,
    pools: pools)
}

func person(
  _ id: String, _ role: Role, streets: Set<String> = [], venues: Set<String> = [],
  channel: ChannelKind = .mail
) -> Person {
  Person(
    id: id, title: Title(english: id, chinese: ""), role: role, channel: channel,
    address: "\(id)@example.org", streets: streets, venues: venues)
}

/// A desk, one inspector per street, one by venue, staff of two venues.
let samplePeople = [
  person("desk", .inspector),
  person("li", .inspector, streets: ["Caoyang Xincun"]),
  person("wang", .inspector, streets: ["Zhenru"]),
  person("zhao", .inspector, venues: ["caoyang"]),
  person("staff-caoyang", .venueStaff, venues: ["caoyang"]),
  person("staff-both", .venueStaff, streets: ["Caoyang Xincun"], venues: ["zhenru"]),
]

/// 2026-01-01T08:00:00+08:00.
let newYear = Timestamp(milliseconds: 1_767_225_600_000)

func occurrence(
  _ alarmClass: AlarmClass = .water, rule: String = "free_chlorine_low", venue: String? = "caoyang",
  state: AlarmState = .active, parameter: String? = "free_chlorine", value: Double? = 0.22,
  limit: Double? = 0.3, hasClause: Bool = true
) -> AlarmOccurrence {
  AlarmOccurrence(
    id: "0123456789abc", alarmClass: alarmClass, state: state, rule: rule,
    profile: hasClause ? "cn-gb37488-2019" : nil,
    clause: hasClause ? "GB 37488-2019 table 2, free chlorine" : nil,
    pool: venue.map { PoolID(venue: $0, pool: "main") }, parameter: parameter, value: value,
    limit: limit, eventTime: newYear, detectedTime: newYear + .milliseconds(90_250),
    isAnnounced: true)
}

func transition(
  _ kind: AlarmTransition.Kind = .raised, _ occurrence: AlarmOccurrence,
  actor: AlarmTransition.Actor? = nil, isAnnouncement: Bool = true
) -> AlarmTransition {
  AlarmTransition(
    kind: kind, occurrence: occurrence, time: newYear, actor: actor, isAnnouncement: isAnnouncement)
}

func notice(
  subject: String = "s", body: String = "b\n", address: String = "li@example.org",
  id: String = "0123456789xyz"
) -> Notice {
  Notice(
    id: id, occurrence: "0123456789abc", person: "li", channel: .mail, address: address,
    subject: subject, body: body)
}
