internal import CMosquitto
import Glibc

/// The C library as a whole.
public enum MQTTTransport {
  /// Makes the library ready; the executable calls it once, before it makes a client.
  ///
  /// It also has the process ignore SIGPIPE, which the library's writing to a broken connection
  /// would otherwise end it with.
  public static func initialize() {
    signal(SIGPIPE, SIG_IGN)
    mosquitto_lib_init()
  }
}
