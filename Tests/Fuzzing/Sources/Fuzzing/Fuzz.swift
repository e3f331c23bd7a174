import Foundation

/// What libFuzzer calls with each input: the target that the environment variable FUZZ names.
///
/// Only here a pointer comes in, and it is copied at once.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: byteCount))
  Chosen.target.check(input)
  return 0
}

private enum Chosen {
  static let target: any FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["FUZZ"] ?? ""
    guard let target = targets[name] else {
      fatalError("FUZZ is '\(name)', expected one of \(targets.keys.sorted())")
    }
    return target
  }()

  private static let targets: [String: any FuzzTarget] = [
    "native": NativeFuzz(), "senml": SenMLFuzz(), "sparkplug": SparkplugFuzz(),
    "hj212": HJ212Fuzz(), "sensorthings": SensorThingsFuzz(), "mapped": MappedFuzz(),
    "topics": TopicFuzz(), "planted": PlantedFuzz(),
  ]
}
