package dev.sluice.worker.http;

import java.util.Objects;
import org.eclipse.jetty.client.ProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Passes over interim answers (1xx), of whatever status, how many there are, and in any order: the
 * final answer is what counts.
 *
 * <p>It takes the place of Jetty's handlers of single statuses. These pass over one {@code 100} and
 * know nothing of 104 and above; an interim answer that no handler takes leaves its exchange in a
 * state in which neither an answer nor a time-out ends it any more.
 */
final class InterimAnswers implements ProtocolHandler {

    // a node at work may say so every 3.6 seconds of the longest time-out, an hour; one that says
    // nothing else, as fast as it can, would keep a thread busy until the time-out
    private static final int MAX = 1_000;
    private static final String SEEN = InterimAnswers.class.getName();

    @Override
    public String getName() {
        return "interim";
    }

    @Override
    public boolean accept(Request request, Response response) {
        return HttpStatus.isInterim(response.getStatus());
    }

    @Override
    public Response.Listener getResponseListener() {
        return new PassedOver();
    }

    private static final class PassedOver implements Response.Listener {

        @Override
        public void onSuccess(Response response) {
            HttpConversation conversation = conversation(response);
            conversation.updateResponseListeners(null);
            Objects.requireNonNull(conversation.getExchanges().peekLast()).resetResponse();
            Request request = response.getRequest();
            int seen = request.getAttributes().get(SEEN) instanceof Integer before ? before + 1 : 1;
            request.attribute(SEEN, seen);
            if (seen > MAX) {
                var _ =
                        response.abort(
                                BadAnswer.because("the node sent interim answers without end"));
            }
        }

        /** Whoever waits for the final answer hears of it, as that completes. */
        @Override
        public void onFailure(Response response, Throwable failure) {
            conversation(response).updateResponseListeners(null);
        }

        private static HttpConversation conversation(Response response) {
            return ((HttpRequest) response.getRequest()).getConversation();
        }
    }
}
