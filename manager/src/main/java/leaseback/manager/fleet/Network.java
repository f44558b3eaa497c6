package leaseback.manager.fleet;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// The network of a household: what one router hands out.
final class Network {
    private Network() {}

    /// The /24 of an IPv4 address, the /48 of an IPv6 one; empty for what is neither.
    static String of(SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            return "";
        }
        byte[] address = socket.getAddress().getAddress();
        int kept = address.length == 4 ? 3 : 6;
        Arrays.fill(address, kept, address.length, (byte) 0);
        try {
            return InetAddress.getByAddress(address).getHostAddress() + "/" + 8 * kept;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + address.length + " bytes", impossible);
        }
    }
}
