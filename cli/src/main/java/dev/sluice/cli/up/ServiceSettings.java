package dev.sluice.cli.up;

import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.ingress.IngressSettings;
import dev.sluice.monitor.MonitorSettings;
import dev.sluice.stats.StatsSettings;
import dev.sluice.worker.WorkerSettings;

/** The settings of the four services, read from one source. */
record ServiceSettings(
        IngressSettings ingress,
        StatsSettings stats,
        WorkerSettings worker,
        MonitorSettings monitor) {

    static ServiceSettings read(Settings settings, KafkaSettings kafka) {
        return new ServiceSettings(
                IngressSettings.read(settings, kafka),
                StatsSettings.read(settings),
                WorkerSettings.read(settings),
                MonitorSettings.read(settings));
    }

    ServiceSettings withAdminToken(Secret token) {
        return new ServiceSettings(
                ingress.withAdminToken(token), stats, worker, monitor.withAdminToken(token));
    }
}
