internal import CMosquitto
import Glibc
import PoolModel

/// What the broker said, in the order it said it.
enum MQTTEvent: Hashable {
  /// CONNACK, accepted.
  case accepted(sessionPresent: Bool)
  /// CONNACK, refused.
  case refused(code: CInt)
  /// PUBLISH. The library has queued its acknowledgement.
  case delivered(Delivery)
  /// SUBACK to the SUBSCRIBE of that number: the QoS granted, or from 0x80 on the reason why not.
  case subscribed(number: CInt, code: CInt)
  /// UNSUBACK to the UNSUBSCRIBE of that number.
  case unsubscribed(number: CInt)
  /// PUBACK for a message of ours; from 0x80 on the broker did not take it.
  case published(code: CInt)
  /// The connection is gone.
  case disconnected(code: CInt)
}

/// What the library's callbacks write into.
///
/// The library calls them under its mutex, so they do nothing but note what happened. Bounded by
/// what one `read` of the client brings.
final class Inbox {
  private var events: [MQTTEvent] = []

  /// How many of the events are deliveries.
  private(set) var deliveryCount = 0

  /// Whether nothing was noted since the last `drain`.
  var isEmpty: Bool { events.isEmpty }

  /// Hands over all events in order, and forgets them, also those after one that `body` threw at.
  func drain<Failure: Error>(_ body: (MQTTEvent) throws(Failure) -> Void) throws(Failure) {
    defer {
      events.removeAll(keepingCapacity: true)
      deliveryCount = 0
    }
    for event in events { try body(event) }
  }

  /// Registers the callbacks of `handle`, whose context must be this inbox, unretained.
  func register(with handle: OpaquePointer) {
    unsafe mosquitto_connect_v5_callback_set(handle) { _, context, code, flags, _ in
      unsafe Inbox.of(context)?.events.append(
        code == 0 ? .accepted(sessionPresent: flags & 1 != 0) : .refused(code: code))
    }
    unsafe mosquitto_disconnect_v5_callback_set(handle) { _, context, code, _ in
      unsafe Inbox.of(context)?.events.append(.disconnected(code: code))
    }
    unsafe mosquitto_message_v5_callback_set(handle) { _, context, message, _ in
      guard let inbox = unsafe Inbox.of(context), let message = unsafe message?.pointee,
        let topic = unsafe message.topic
      else { return }
      let name = unsafe UnsafeRawBufferPointer(start: topic, count: strlen(topic))
      let bytes = unsafe UnsafeRawBufferPointer(
        start: message.payload, count: Int(message.payloadlen))
      inbox.deliveryCount += 1
      // The library has checked that the topic is UTF-8.
      inbox.events.append(
        .delivered(
          unsafe Delivery(
            topic: String(decoding: name, as: UTF8.self), payload: Array(bytes),
            isRetained: message.retain)))
    }
    unsafe mosquitto_subscribe_v5_callback_set(handle) { _, context, number, count, granted, _ in
      guard count > 0, let code = unsafe granted?.pointee else { return }
      unsafe Inbox.of(context)?.events.append(.subscribed(number: number, code: code))
    }
    unsafe mosquitto_unsubscribe_v5_callback_set(handle) { _, context, number, _ in
      unsafe Inbox.of(context)?.events.append(.unsubscribed(number: number))
    }
    unsafe mosquitto_publish_v5_callback_set(handle) { _, context, _, code, _ in
      unsafe Inbox.of(context)?.events.append(.published(code: code))
    }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Inbox? {
    unsafe context.map { unsafe Unmanaged<Inbox>.fromOpaque($0).takeUnretainedValue() }
  }
}
