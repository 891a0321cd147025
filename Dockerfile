# One image for each service: docker build --build-arg SERVICE=ingress -t sluice/ingress .
#   SERVICE   ingress, node-worker, monitor, stats-aggregator, or cli (the command line and the demo nodes)
#
# What is in an image: the C library and nothing else of its base, a Java runtime of only the modules
# that the services need, the service's jars, a list of them (CycloneDX: /app/sbom.json), and an archive
# of its classes (CDS: a fast start).
# No shell, no package manager; user 10001; writes nothing but /tmp.

# --- compile: all modules, once for all services; Maven's repository is a cache of its own -------
FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /src
COPY pom.xml ./
COPY .mvn .mvn
COPY protocol protocol
COPY chassis chassis
COPY embedded-kafka embedded-kafka
COPY testkit testkit
COPY replay replay
COPY ingress ingress
COPY node-worker node-worker
COPY monitor monitor
COPY stats-aggregator stats-aggregator
COPY cli cli
COPY system-tests system-tests
COPY benchmarks benchmarks
RUN --mount=type=cache,target=/root/.m2 \
    JAVA25_HOME="$JAVA_HOME" mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true -pl ingress,node-worker,monitor,stats-aggregator,cli -am \
      package dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory='${project.build.directory}/image' \
      org.cyclonedx:cyclonedx-maven-plugin:makeBom

# --- assemble: the root file systems of all services ---------------------------------------------
FROM build AS assemble
COPY deploy/image deploy/image
RUN bash deploy/image/assemble /image

# --- the image of one service: what all share, third-party jars, and ours, each a layer ----------
FROM scratch
ARG SERVICE
COPY --from=assemble /image/base /
COPY --from=assemble /image/${SERVICE}/lib /app/lib
COPY --from=assemble /image/${SERVICE}/app /app
USER 10001:10001
WORKDIR /app
# the other containers must reach the service; which port is published is for who runs it to say
ENV LB_HOST=0.0.0.0 WORKER_HOST=0.0.0.0 MONITOR_HOST=0.0.0.0 STATS_HOST=0.0.0.0 DEMO_HOST=0.0.0.0
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
  CMD ["/app/java/bin/java", "@/app/health"]
ENTRYPOINT ["/app/java/bin/java", "@/app/run"]
