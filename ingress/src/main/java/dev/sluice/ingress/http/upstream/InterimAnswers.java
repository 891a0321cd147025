package dev.sluice.ingress.http.upstream;

import org.eclipse.jetty.client.ProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;

/**
 * Takes every interim answer (1xx) of a service, of any status and as many as there may be, and
 * goes on to the answer itself. {@code 100} is for {@link AwaitedBody}; {@code 102} and {@code 103}
 * go to clients of HTTP/1.1.
 *
 * <p>Jetty's own handlers know three statuses, each once; others would go to the client as answers.
 */
final class InterimAnswers implements ProtocolHandler {

    // a service that says more than this before its answer says it without end
    private static final int MAX = 100;
    private static final String COUNT = InterimAnswers.class.getName() + ".count";

    private static final String CLIENT = InterimAnswers.class.getName() + ".client";

    /** Who asked. */
    private record Client(
            org.eclipse.jetty.server.Request request, org.eclipse.jetty.server.Response response) {}

    /** Interim answers to this request go on to its client. */
    static void relay(
            Request out,
            org.eclipse.jetty.server.Request request,
            org.eclipse.jetty.server.Response response) {
        out.attribute(CLIENT, new Client(request, response));
    }

    @Override
    public String getName() {
        return "interim";
    }

    @Override
    public boolean accept(Request request, Response response) {
        return isInterim(response.getStatus());
    }

    /** Whether an answer follows. 101 is none: no upgrade is ever asked for. */
    static boolean isInterim(int status) {
        return status >= 100 && status < 200 && status != 101;
    }

    @Override
    public Response.Listener getResponseListener() {
        return new Once();
    }

    private static final class Once implements Response.Listener {

        @Override
        public void onSuccess(Response response) {
            Request request = response.getRequest();
            int status = response.getStatus();
            HttpFields fields = HttpFields.build(response.getHeaders()).asImmutable();
            int count = request.getAttributes().get(COUNT) instanceof Integer n ? n + 1 : 1;
            request.attribute(COUNT, count);
            reset(request);
            if (count > MAX) {
                var _ = request.abort(new BadAnswerException());
            } else {
                take(request, status, fields);
            }
        }

        @Override
        public void onFailure(Response response, Throwable failure) {
            HttpConversation conversation = conversation(response.getRequest());
            HttpExchange exchange = conversation.getExchanges().peekLast();
            conversation.updateResponseListeners(null);
            if (exchange != null) {
                exchange.getResponseListeners()
                        .emitFailureComplete(
                                new Result(
                                        exchange.getRequest(),
                                        exchange.getRequestFailure(),
                                        response,
                                        failure));
            }
        }

        @Override
        public void onComplete(Result result) {
            // of the interim answer alone
        }
    }

    private static void take(Request out, int status, HttpFields fields) {
        if (status == HttpStatus.CONTINUE_100) {
            AwaitedBody.begin(out);
        } else if ((status == HttpStatus.PROCESSING_102 || status == HttpStatus.EARLY_HINTS_103)
                && out.getAttributes().get(CLIENT) instanceof Client(var request, var response)
                && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
            var _ = response.writeInterim(status, fields); // where one is being written: not this
        }
    }

    /** What comes next goes to whoever waits for the answer. */
    private static void reset(Request request) {
        HttpConversation conversation = conversation(request);
        conversation.updateResponseListeners(null);
        HttpExchange exchange = conversation.getExchanges().peekLast();
        if (exchange == null) {
            throw new IllegalStateException("an answer without an exchange: " + request);
        }
        exchange.resetResponse();
    }

    private static HttpConversation conversation(Request request) {
        return ((HttpRequest) request).getConversation();
    }
}
