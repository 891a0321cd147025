package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class CodecTest {

    @Property(tries = 300)
    void aRequestIsReadBack(@ForAll("requests") RequestEvent event) throws Exception {
        assertThat(RequestCodec.decode(overTheWire(RequestCodec.encode(event)))).isEqualTo(event);
    }

    @Property(tries = 300)
    void aResultIsReadBack(@ForAll("results") ResultEvent result) throws Exception {
        assertThat(ResultsCodec.decode(overTheWire(ResultsCodec.encode(result)))).isEqualTo(result);
    }

    @Property(tries = 300)
    void theHeadAloneAgreesWithTheWholeResult(@ForAll("results") ResultEvent result)
            throws Exception {
        WireRecord record = overTheWire(ResultsCodec.encode(result));
        var whole = (ResultEvent) ResultsCodec.decode(record);

        assertThat(ResultHead.decode(record.headers()::get)).contains(ResultHead.of(whole));
    }

    @Property(tries = 100)
    void theNonceAloneAgreesWithTheWholeRequest(@ForAll("requests") RequestEvent event) {
        WireRecord record = overTheWire(RequestCodec.encode(event));

        assertThat(RequestCodec.nonce(record.headers()::get)).contains(event.nonce());
    }

    @Test
    void whatIsNoResultHasNoHead() throws Exception {
        WireRecord held =
                ResultsCodec.encode(new Held(2, Instant.EPOCH, List.of()), "w", Instant.EPOCH);

        assertThat(ResultHead.decode(held.headers()::get)).isEmpty();
        assertThat(RequestCodec.nonce(held.headers()::get)).isEmpty();
        assertThatThrownBy(() -> ResultHead.decode(name -> null))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("ce_type");
    }

    @Property(tries = 100)
    void aResultIsOfTheRequestWithItsNonceAlone(
            @ForAll("results") ResultEvent result, @ForAll long other) {
        Assume.that(result.request().nonce().bits() != 0);
        var head = ResultHead.of(result);

        assertThat(head.isOf(result.request().nonce())).isTrue();
        assertThat(head.isOf(new Nonce(other))).isEqualTo(result.request().nonce().bits() == other);
    }

    @Test
    void theResultOfARecordThatNobodyCouldReadIsOfWhateverStandsThere() {
        var position = new Position(new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL), 0, 7);
        var head =
                new ResultHead(
                        new RequestId(position, new Nonce(0)),
                        Outcome.FAILED,
                        Optional.of(Reason.UNREADABLE),
                        Optional.empty(),
                        0,
                        List.of(),
                        1,
                        "w");

        assertThat(head.isOf(new Nonce(99))).isTrue();
    }

    @Property(tries = 200)
    void aSnapshotIsReadBack(
            @ForAll("doneSets") DoneSet one,
            @ForAll("doneSets") DoneSet two,
            @ForAll("topics") RequestsTopic topic)
            throws Exception {
        var other = new RequestsTopic(new PoolName("other-pool"), Lane.LOW);
        var snapshot = new LedgerSnapshot(7, Map.of(topic, one, other, two));

        WireRecord record = ResultsCodec.encode(snapshot, "worker-1", Instant.EPOCH);

        assertThat(ResultsCodec.decode(overTheWire(record))).isEqualTo(snapshot);
    }

    @Property(tries = 100)
    void aHeldRecordIsReadBack(@ForAll("ids") RequestId one, @ForAll("ids") RequestId two)
            throws Exception {
        for (List<RequestId> ids : List.of(List.<RequestId>of(), List.of(one, two))) {
            var held = new Held(3, Instant.ofEpochSecond(99, 5), ids);

            WireRecord record = ResultsCodec.encode(held, "worker-1", Instant.EPOCH);

            assertThat(ResultsCodec.decode(overTheWire(record))).isEqualTo(held);
        }
    }

    @Property(tries = 100)
    void aDuplicateIsReadBackAndTheCloudEventsLibraryReadsIt(
            @ForAll("ids") RequestId one, @ForAll("ids") RequestId two) throws Exception {
        Assume.that(!one.equals(two));
        Ending duplicate =
                new Duplicate(one, two, Instant.ofEpochSecond(7, 9), Instant.EPOCH, "worker-1");

        WireRecord record = ResultsCodec.encode(duplicate);

        assertThat(ResultsCodec.decode(overTheWire(record))).isEqualTo(duplicate);
        assertThat(asCloudEvent(record).getType()).isEqualTo("dev.sluice.duplicate.v1");
        assertThat(asCloudEvent(record).getId()).isEqualTo(one.toString());
    }

    @Property(tries = 300)
    void theCloudEventsLibraryReadsARequest(@ForAll("requests") RequestEvent event) {
        CloudEvent read = asCloudEvent(RequestCodec.encode(event));

        assertThat(read.getId()).isEqualTo(event.nonce().toString());
        assertThat(read.getType()).isEqualTo("dev.sluice.request.v1");
        assertThat(read.getSource()).hasToString("/sluice/pools/" + event.pool());
        assertThat(Objects.requireNonNull(read.getTime()).toInstant())
                .isEqualTo(event.acceptedAt());
        assertThat(read.getTime().getOffset()).isEqualTo(ZoneOffset.UTC);
        assertThat(read.getDataContentType())
                .isEqualTo(event.contentType().filter(CodecTest::isPlain).orElse(null));
        assertThat(data(read)).isEqualTo(event.body().bytes());
    }

    @Property(tries = 300)
    void theCloudEventsLibraryReadsAResult(@ForAll("results") ResultEvent result) {
        CloudEvent read = asCloudEvent(ResultsCodec.encode(result));

        assertThat(read.getId()).isEqualTo(result.request().toString());
        assertThat(read.getType()).isEqualTo("dev.sluice.result.v1");
        assertThat(read.getSource()).hasToString("/sluice/workers/worker-1");
        assertThat(Objects.requireNonNull(read.getTime()).toInstant())
                .isEqualTo(result.finishedAt());
        assertThat(read.getDataContentType())
                .isEqualTo(
                        result.answer()
                                .flatMap(Answer::contentType)
                                .filter(CodecTest::isPlain)
                                .orElse(null));
        assertThat(data(read)).isEqualTo(result.body().bytes());
    }

    @Test
    void theCloudEventsLibraryReadsASnapshotAndAHeldRecord() {
        var snapshot =
                ResultsCodec.encode(new LedgerSnapshot(2, Map.of()), "w", Instant.ofEpochSecond(1));
        var held =
                ResultsCodec.encode(
                        new Held(2, Instant.EPOCH, List.of()), "w", Instant.ofEpochSecond(1));

        assertThat(asCloudEvent(snapshot).getType()).isEqualTo("dev.sluice.ledger-snapshot.v1");
        assertThat(asCloudEvent(held).getType()).isEqualTo("dev.sluice.held.v1");
        assertThat(asCloudEvent(held).getId()).isEqualTo("2@1970-01-01T00:00:01Z");
    }

    @Property(tries = 200)
    void aRecordWithAHeaderMissingOrSpoiltIsUnreadableAndNoBug(
            @ForAll("results") ResultEvent result, @ForAll String garbage) {
        WireRecord whole = ResultsCodec.encode(result);
        for (String name : whole.headers().keySet()) {
            var headers = new HashMap<>(whole.headers());
            headers.remove(name);
            readsOrSaysUnreadable(new WireRecord(headers, whole.value()));
            headers.put(name, garbage);
            readsOrSaysUnreadable(new WireRecord(headers, whole.value()));
        }
    }

    @Property(tries = 200)
    void aSnapshotOfGarbageIsUnreadableAndNoBug(@ForAll byte[] garbage) {
        WireRecord whole = ResultsCodec.encode(new LedgerSnapshot(0, Map.of()), "w", Instant.EPOCH);

        readsOrSaysUnreadable(new WireRecord(whole.headers(), Body.of(garbage)));
    }

    @Test
    void otherRecordsAreUnreadable() {
        assertThatThrownBy(() -> RequestCodec.decode(new WireRecord(Map.of(), Body.EMPTY)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("ce_type");
        assertThatThrownBy(
                        () ->
                                ResultsCodec.decode(
                                        new WireRecord(Map.of("ce_type", "x.v9"), Body.EMPTY)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("x.v9");
    }

    private static void readsOrSaysUnreadable(WireRecord record) {
        try {
            assertThat(ResultHead.decode(record.headers()::get)).isNotNull();
        } catch (UnreadableRecordException e) {
            assertThat(e).hasMessageStartingWith("not a result: ");
        }
        try {
            assertThat(ResultsCodec.decode(record)).isNotNull();
        } catch (UnreadableRecordException e) {
            assertThat(e).hasMessageStartingWith("not a results record: ");
        }
    }

    /** A body of this type would make a reader take the record for CloudEvents' structured mode. */
    private static boolean isPlain(String contentType) {
        return !contentType
                .toLowerCase(java.util.Locale.ROOT)
                .startsWith("application/cloudevents");
    }

    private static byte[] data(CloudEvent event) {
        return event.getData() == null ? new byte[0] : event.getData().toBytes();
    }

    private static CloudEvent asCloudEvent(WireRecord record) {
        return KafkaMessageFactory.createReader(kafkaHeaders(record), record.value().bytes())
                .toEvent();
    }

    private static RecordHeaders kafkaHeaders(WireRecord record) {
        var headers = new RecordHeaders();
        record.headers()
                .forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    /** Header values become UTF-8 bytes on the way. */
    private static WireRecord overTheWire(WireRecord record) {
        var headers = new HashMap<String, String>();
        kafkaHeaders(record)
                .forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
        return new WireRecord(headers, record.value());
    }

    @Provide
    Arbitrary<RequestEvent> requests() {
        return Events.requests();
    }

    @Provide
    Arbitrary<ResultEvent> results() {
        return Events.results();
    }

    @Provide
    Arbitrary<RequestId> ids() {
        return Events.ids();
    }

    @Provide
    Arbitrary<RequestsTopic> topics() {
        return Events.topics();
    }

    @Provide
    Arbitrary<DoneSet> doneSets() {
        return Events.doneSets();
    }
}
