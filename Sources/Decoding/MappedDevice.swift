import PoolModel

/// Which device a mapped gateway's payloads have to be from.
struct MappedDevice {
  private let path: JSONPath
  private let device: String
  private let gateway: String

  /// What `binding` declares; nil when it names no device.
  init?(_ binding: GatewayBinding, layout: MappedLayout) {
    guard let device = binding.device, let path = layout.device else { return nil }
    self.path = JSONPath(path)
    self.device = device
    gateway = binding.id
  }

  /// Looks for the device's name in `json`: a text, or a whole number below 2⁵³ as it is usually
  /// written.
  ///
  /// - Throws: `wrong_gateway` when it is another's, or not there.
  func identify(_ json: GeneralJSON, place: String) throws(PlacedMistake) {
    let found = path.value(in: json)
    let name: String? =
      switch found {
      case .string(let text): text
      // Beyond it several numbers are the same double.
      case .number(let number) where abs(number) < 0x1p53: Int(exactly: number).map(String.init)
      default: nil
      }
    if let name, name.utf8.elementsEqual(device.utf8) { return }
    throw PlacedMistake(
      reason: .wrongGateway, place: path.place(in: place),
      found: name.map { OneLine.quoted($0) } ?? found?.phrase ?? "nothing",
      expected: "\(OneLine.quoted(device)), the device of gateway \(gateway)")
  }
}
