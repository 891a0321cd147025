package dev.sluice.cli.up;

/** Where each service is, for clients on this machine. */
public record Urls(String ingress, String stats, String worker, String monitor) {}
