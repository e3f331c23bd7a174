extension BrokerRules {
  /// The file Config/mosquitto/acl, put in place where the broker has none.
  ///
  /// A test compares the two.
  static let delivered = #"""
    # Who may publish and read what, for mosquitto's acl_file. A line is a rule or a comment, never both.
    # What no rule allows is refused. With MQTT 5 the sender is told "not authorized"; with 3.1.1 the publish
    # seems to succeed and is dropped, so a gateway that "sends, but nothing arrives" is usually here. The
    # broker's log names each refused publish while it has `log_type debug`.
    #
    # `poolwatch gateway enroll` puts this file in place where there is none, and keeps what it adds, for
    # gateways of other dialects and for those that were revoked, at its end.

    # A gateway (user name %u, the venue's id) writes below its own venue, in any district, and reads nothing.
    # Without this line no reading arrives; with `pools/v1/#` in its place any venue could report for any
    # other, and Poolwatch could not tell, because a broker hides who published. A gateway of another dialect
    # is a user of its own, named as in gateways.yaml; `poolwatch gateway enroll` writes its lines below. A
    # `pattern` that ends before %u, such as spBv1.0/#, would let each write for all.
    pattern write pools/v1/+/%u/#

    # Poolwatch reads everything. Without these two lines it is connected and hears nothing; # does not cover
    # the broker's own figures below $SYS, which the daemon and `poolwatch doctor` look at.
    user poolwatch
    topic read #
    topic read $SYS/broker/#
    # It writes what Sparkplug B asks of a host, requests for a new birth and its own state, and its own
    # status. Nothing below pools/v1: a stolen password of the reader cannot invent water.
    topic write spBv1.0/+/NCMD/#
    topic write spBv1.0/STATE/#
    topic write poolwatch/v1/status/#

    """#
}
