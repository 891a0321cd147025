package dev.sluice.worker.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.internal.HttpChannelOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpReceiverOverHTTP;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Reads a node's answers as Jetty does, and refuses what Jetty lets through but we cannot hand on:
 * codings of the transfer that nobody takes off, switched protocols, statuses that are none.
 *
 * <p>Whatever is wrong ends the exchange with a {@link BadAnswer}. A connection on which more came
 * than was asked for is closed after the answer: the rest is not to be taken for the next one.
 */
final class StrictReceiver extends HttpReceiverOverHTTP {

    // how Jetty's parser says it, while it reads a head; it says nothing after that
    private static final String TOO_LARGE = "Response Header Bytes Too Large";
    // the two line ends of a chunk, beside the digits of its size
    private static final int CHUNK_LINE_ENDS = 4;
    // what is counted here is a little less than what the parser counts
    private static final double NEARLY = 0.9;

    private final long maxFieldBytes;
    private @Nullable BadAnswer refusal;
    private boolean unsolicited;
    private boolean spoiled;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private int status;
    private boolean connect;
    private boolean coded;
    private boolean codedOtherwise;
    private boolean announcesContent;
    private long begunAtBytes;
    private long contentBytes;
    private long frameBytes;

    StrictReceiver(HttpChannelOverHTTP channel) {
        super(channel);
        this.maxFieldBytes =
                channel.getHttpDestination().getHttpClient().getMaxResponseHeadersSize();
    }

    @Override
    public void startResponse(HttpVersion version, int status, String reason) {
        HttpExchange exchange = getHttpExchange();
        unsolicited = exchange == null;
        if (exchange != null) {
            this.version = version;
            this.status = status;
            connect = HttpMethod.CONNECT.is(exchange.getRequest().getMethod());
            coded = false;
            codedOtherwise = false;
            announcesContent = false;
            checkStatusLine();
        }
        super.startResponse(version, status, reason);
    }

    private void checkStatusLine() {
        if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
            refuse("the node's answer is of another version of HTTP");
        }
        if (status < 100 || status > 599) {
            refuse("the node's answer has no HTTP status from 100 to 599");
        }
        if (status == HttpStatus.SWITCHING_PROTOCOLS_101 || (connect && status / 100 == 2)) {
            refuse("the node switched protocols, which nobody asked for");
        }
    }

    @Override
    public void parsedHeader(HttpField field) {
        if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
            coded = true;
            codedOtherwise |= !"chunked".equalsIgnoreCase(field.getValue());
        } else if (field.getHeader() == HttpHeader.CONTENT_LENGTH) {
            announcesContent = !"0".equals(field.getValue());
        }
        super.parsedHeader(field);
    }

    @Override
    public boolean headerComplete() {
        if (codedOtherwise || (coded && version == HttpVersion.HTTP_1_0)) {
            refuse("the node's answer has a Transfer-Encoding beside chunked");
        }
        return super.headerComplete();
    }

    @Override
    public boolean content(ByteBuffer buffer) {
        contentBytes += buffer.remaining();
        frameBytes += CHUNK_LINE_ENDS + Integer.toHexString(buffer.remaining()).length();
        return super.content(buffer);
    }

    @Override
    public boolean messageComplete() {
        boolean taken = super.messageComplete();
        ByteBuffer rest = getResponseBuffer();
        int restBytes = rest == null ? 0 : rest.remaining();
        if (taken && !HttpStatus.isInterim(status)) {
            spoiled |= restBytes > 0 || announcesWhatMayNotCome();
        }
        begunAtBytes = bytesIn() - restBytes;
        contentBytes = 0;
        frameBytes = 0;
        return taken;
    }

    /** A node that announces content where there is none by definition may well send it. */
    private boolean announcesWhatMayNotCome() {
        return (status == HttpStatus.NO_CONTENT_204 && (coded || announcesContent))
                || (status == HttpStatus.NOT_MODIFIED_304 && coded);
    }

    @Override
    public void badMessage(HttpException failure) {
        if (getHttpExchange() == null || unsolicited) {
            super.badMessage(failure);
        } else if (TOO_LARGE.equals(failure.getReason())) {
            failAndClose(BadAnswer.fieldsTooLarge());
        } else {
            failAndClose(verdict("the node's answer is not HTTP/1.1"));
        }
    }

    /** The answer broke off, or its parser gave up amid content. */
    @Override
    public void earlyEOF() {
        if (getHttpExchange() == null || unsolicited || super.isShutdown()) {
            super.earlyEOF();
        } else {
            failAndClose(verdict("the node's answer has bad chunks"));
        }
    }

    @Override
    public void failAndClose(Throwable failure) {
        spoiled = true; // or it would be read on for as long as the node sends
        // where Java's assertions are on, the parser fails while it says what is wrong
        boolean unsaid = failure instanceof AssertionError;
        super.failAndClose(unsaid ? verdict("the node's answer is not HTTP/1.1") : failure);
    }

    private BadAnswer verdict(String otherwise) {
        BadAnswer ours = refusal;
        if (ours != null) {
            return ours;
        }
        return fieldBytes() > NEARLY * maxFieldBytes
                ? BadAnswer.fieldsTooLarge()
                : BadAnswer.because(otherwise);
    }

    private void refuse(String why) {
        refusal = BadAnswer.because(why);
        throw refusal;
    }

    /** What came of this answer but its content and the frames of its chunks. */
    private long fieldBytes() {
        return bytesIn() - begunAtBytes - contentBytes - frameBytes;
    }

    private long bytesIn() {
        return getHttpChannel().getHttpConnection().getBytesIn();
    }

    @Override
    protected boolean isShutdown() {
        return super.isShutdown() || spoiled;
    }
}
