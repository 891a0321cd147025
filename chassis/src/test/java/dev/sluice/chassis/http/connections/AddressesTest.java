package dev.sluice.chassis.http.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.168.7.0/25, 192.168.7.127, true",
        "192.168.7.0/25, 192.168.7.128, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "fd00::/8, fd12:3456::1, true",
        "fd00::/8, fe80::1, false",
        "::1, ::1, true",
    })
    void aRangeContainsWhatItsFirstBitsSay(String range, String address, boolean contains) {
        assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(contains);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8x", "/8", "::/129"})
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> AddressRange.list(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.0/8");
    }

    @Test
    void aListMayHaveSpacesAndNothing() {
        assertThat(AddressRange.list(" 10.0.0.0/8 , ::1,")).hasSize(2);
        assertThat(AddressRange.list("")).isEmpty();
    }

    @Test
    void anIpv6ClientIsItsSubnetAndAnIpv4ClientItsAddress() {
        assertThat(network("2001:db8:1:2::1")).isEqualTo(network("2001:db8:1:2:ffff::9"));
        assertThat(network("2001:db8:1:2::1")).isNotEqualTo(network("2001:db8:1:3::1"));
        assertThat(network("192.0.2.1")).isNotEqualTo(network("192.0.2.2"));
        assertThat(network("::ffff:192.0.2.1")).isEqualTo(network("192.0.2.1"));
        assertThat(network("::c000:201")).isNotEqualTo(network("192.0.2.1"));
    }

    @Test
    void aClientIsNamedByItsNetwork() {
        assertThat(network("203.0.113.7").text()).isEqualTo("203.0.113.7");
        assertThat(network("255.255.255.255").text()).isEqualTo("255.255.255.255");
        assertThat(network("2001:db8:1:2:3::4").text()).isEqualTo("2001:db8:1:2::/64");
        assertThat(network("fe80::1").text()).isEqualTo("fe80:0:0:0::/64");
        assertThat(network("::1").text()).isEqualTo("::/64");
    }

    private static ClientNetwork network(String address) {
        return ClientNetwork.of(InetAddress.ofLiteral(address));
    }
}
