import Foundation
import PoolModel
import Registry
import Testing

/// The shipped profiles, read together with the sample's plan and rules.
private enum Shipped {
  static func profile(_ id: String) throws -> (LimitsProfile, Plan) {
    let read = { (path: String) throws -> [UInt8] in
      guard path.hasSuffix("poolwatch.yaml") else { return try Samples.read(path) }
      let text = String(decoding: try Samples.read(path), as: UTF8.self)
      return Array(text.replacing("cn-gb37488-2019.yaml", with: "\(id).yaml").utf8)
    }
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: read)
    return (try #require(configuration.profiles.first), configuration.plan)
  }

  static var ids: [String] {
    let directory = "\(Samples.directory)/profiles"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }
}

@Suite struct `The shipped profiles` {
  @Test func `are these`() {
    // An unreadable directory would leave this list empty.
    #expect(
      Shipped.ids == [
        "au-nsw", "cn-cjt244-2016", "cn-gb37488-2019", "cn-gb9667-1996", "de-din19643-2023",
        "fr-2021", "uk-pwtag", "us-mahc", "who-2006",
      ])
  }

  @Test(arguments: Shipped.ids)
  func `each is without a mistake under its own name, and says where its limits are from`(
    id: String
  ) throws {
    let (profile, plan) = try Shipped.profile(id)
    #expect(profile.id == id)
    #expect(!profile.limits.isEmpty)
    for limit in profile.limits {
      #expect(limit.source.count > 10 && limit.clause.count > 10)
      // Nobody has read a text itself yet.
      #expect(limit.status != .primary)
      let name =
        switch limit.subject {
        case .measured(let parameter): plan[parameter].name
        case .derived(let parameter): parameter.rawValue
        }
      #expect(Self.damped.contains(name))
    }
  }

  /// Without an entry in the rules a limit would not be judged.
  private static let damped: Set<String> = [
    "free_chlorine", "combined_chlorine", "ph", "temperature", "orp", "turbidity",
    "cyanuric_acid", "hypochlorous_acid",
  ]

  /// The first and last day, as far as they are known.
  @Test(
    arguments: [
      ("cn-gb37488-2019", "2019-11-01", nil), ("cn-gb9667-1996", nil, "2019-10-31"),
      ("fr-2021", "2022-01-01", nil),
    ] as [(String, String?, String?)])
  func `are in force on their days`(id: String, from: String?, to: String?) throws {
    let (profile, _) = try Shipped.profile(id)
    if let from { #expect(profile.from.description == from) }
    #expect(profile.to?.description == to)
  }

  /// What secondary sources and the memory of the field give: profile, parameter, pH where it matters, kind
  /// of pool, disinfectant, bounds as `>=` and `<=`, or `>` and `<` where they are strict.
  @Test(arguments: [
    "cn-gb9667-1996 free_chlorine - indoor chlorine >=0.3 <=0.5 secondary",
    "cn-gb9667-1996 ph - indoor ozone >=6.5 <=8.5 secondary",
    "cn-gb9667-1996 temperature - outdoor chlorine >=22 <=26 secondary",
    "cn-cjt244-2016 free_chlorine - indoor chlorine >=0.3 <=1 secondary",
    "cn-cjt244-2016 combined_chlorine - indoor chlorine - <0.4 secondary",
    "cn-cjt244-2016 ph - indoor chlorine >=7.2 <=7.8 unverified",
    "cn-cjt244-2016 temperature - indoor chlorine >=20 <=30 unverified",
    "cn-cjt244-2016 turbidity - indoor chlorine - <=0.5 unverified",
    "cn-cjt244-2016 orp - indoor chlorine >=700 - unverified",
    "de-din19643-2023 free_chlorine - indoor chlorine >=0.3 <=0.6 secondary",
    "de-din19643-2023 combined_chlorine - indoor chlorine - <=0.2 secondary",
    "de-din19643-2023 ph - indoor chlorine >=6.5 <=7.2 secondary",
    "de-din19643-2023 orp 6.5 indoor chlorine >=750 - secondary",
    "de-din19643-2023 orp 7.3 indoor chlorine >=750 - secondary",
    "de-din19643-2023 orp 7.31 indoor chlorine >=770 - secondary",
    "de-din19643-2023 orp 7.5 indoor chlorine >=770 - secondary",
    "fr-2021 hypochlorous_acid - indoor chlorine >=0.4 <=1.4 secondary",
    "fr-2021 ph - outdoor chlorine >=6.9 <=7.7 secondary",
    "fr-2021 combined_chlorine - indoor chlorine - <=0.6 secondary",
    "au-nsw free_chlorine 7.6 outdoor chlorine >=1 - secondary",
    "au-nsw free_chlorine 7.61 outdoor chlorine >=2 - secondary",
    "au-nsw free_chlorine 7.6 indoor chlorine >=2 - secondary",
    "au-nsw free_chlorine 7.61 indoor chlorine >=3 - secondary",
    "us-mahc free_chlorine - indoor chlorine >=1 <=10 unverified",
    "us-mahc free_chlorine - indoor stabilized_chlorine >=2 <=10 unverified",
    "us-mahc ph - indoor chlorine >=7 <=7.8 unverified",
    "us-mahc combined_chlorine - indoor chlorine - <=0.4 unverified",
    "who-2006 free_chlorine - indoor chlorine >=1 <=3 unverified",
    "who-2006 ph - indoor chlorine >=7.2 <=7.8 unverified",
    "who-2006 turbidity - indoor chlorine - <=0.5 unverified",
    "uk-pwtag free_chlorine - indoor chlorine >=0.5 <=3 unverified",
    "uk-pwtag ph - indoor chlorine >=7.2 <=7.6 unverified",
  ])
  func `have the limits of the sources`(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let (profile, plan) = try Shipped.profile(words[0])
    let kind = try #require(PoolKind(rawValue: words[3]))
    let disinfectant = try #require(Disinfectant(rawValue: words[4]))
    let limits = profile.limits.filter { limit in
      let name =
        switch limit.subject {
        case .measured(let parameter): plan[parameter].name
        case .derived(let parameter): parameter.rawValue
        }
      let isMet = Double(words[2]).map { pH in limit.condition?.isMet(by: pH) ?? true } ?? true
      return name == words[1] && isMet && limit.applies(to: kind, disinfectant)
    }
    #expect(limits.count == 1)
    let limit = try #require(limits.first)
    let low = limit.low.map { ($0.isInclusive ? ">=" : ">") + $0.value.readable } ?? "-"
    let high = limit.high.map { ($0.isInclusive ? "<=" : "<") + $0.value.readable } ?? "-"
    #expect([low, high, limit.status.rawValue] == Array(words[5...]))
    #expect(limit.isMandatory)
  }

  @Test func `the French limit is on what is computed, without stabilizer`() throws {
    let (profile, plan) = try Shipped.profile("fr-2021")
    let limit = try #require(profile.limits.first { $0.parameter == nil })
    #expect(limit.subject == .derived(.hypochlorousAcid))
    #expect(limit.disinfectants == [.chlorine])
    let condition = try #require(limit.condition)
    #expect(plan[condition.parameter].name == "cyanuric_acid")
    #expect(condition.isMet(by: 14.9) && !condition.isMet(by: 15))
  }

  @Test func `one of 1996 and the default follow each other without a mistake`() throws {
    let paths = ["cn-gb9667-1996", "cn-gb37488-2019"].map {
      "\(Samples.directory)/profiles/\($0).yaml"
    }
    let plan = "\(Samples.directory)/plan.yaml"
    #expect(Configuration.check(paths: paths + [plan], read: Samples.read).isEmpty)
  }
}
