package dev.sluice.chassis.kafka;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.ServiceInfo;
import dev.sluice.protocol.ServiceKind;
import dev.sluice.protocol.Topics;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The services that have announced themselves. */
public final class ServiceDirectory implements AutoCloseable {

    private final CompactedTable<ServiceInfo> table;

    private ServiceDirectory(CompactedTable<ServiceInfo> table) {
        this.table = table;
    }

    /** Reads the announcements to their end and goes on following them. */
    public static ServiceDirectory open(KafkaClients clients) throws StartException {
        return new ServiceDirectory(
                CompactedTable.open(clients, Topics.SERVICES, ServiceInfo.class, () -> {}));
    }

    /** Whatever stands in the topic, by kind and id. */
    public List<ServiceInfo> all() {
        return table.values().values().stream()
                .sorted(Comparator.comparing(ServiceInfo::kind).thenComparing(ServiceInfo::id))
                .toList();
    }

    /** Those of a kind that are up, the one last heard of first. */
    public List<ServiceInfo> up(ServiceKind kind, Instant now) {
        return all().stream()
                .filter(info -> info.kind() == kind)
                .filter(info -> info.stateAt(now) == ServiceInfo.State.UP)
                .sorted(Comparator.comparing(ServiceInfo::announcedAt).reversed())
                .toList();
    }

    @Override
    public void close() {
        table.close();
    }
}
