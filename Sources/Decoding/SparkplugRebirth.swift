import PoolModel
import SwiftProtobuf

/// The command by which a host asks an edge node to tell its metrics again.
enum SparkplugRebirth {
  static let metric = "Node Control/Rebirth"
  /// The specification's number of the type Boolean.
  private static let boolean: UInt32 = 11

  /// The request to the edge node at `address`; QoS 0 and not retained, as the specification has it: an old request must not reach a node that has just been born.
  static func request(to address: SparkplugAddress, now: Timestamp) -> OutgoingMessage? {
    let time = UInt64(clamping: now.milliseconds)
    let payload = SparkplugPayload.with { payload in
      payload.timestamp = time
      payload.metrics = [
        .with { metric in
          metric.name = Self.metric
          metric.timestamp = time
          metric.datatype = boolean
          metric.booleanValue = true
        }
      ]
    }
    // Fails only for required fields that are missing, and there are none.
    guard let bytes: [UInt8] = try? payload.serializedBytes() else { return nil }
    return OutgoingMessage(
      topic: SparkplugTopic.command(to: address), payload: bytes, qualityOfService: 0)
  }
}
