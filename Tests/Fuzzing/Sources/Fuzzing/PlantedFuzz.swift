/// Breaks at inputs that begin with two number signs: shows that a finding is found and told.
struct PlantedFuzz: FuzzTarget {
  func check(_ input: [UInt8]) {
    demand(!input.starts(with: "##".utf8), "planted")
  }
}
