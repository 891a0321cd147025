package dev.sluice.chassis.http;

import java.util.Optional;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What every request to a service is held against before anything else sees it: the name that it
 * asks for, and how its body is framed.
 */
final class RequestChecks extends Handler.Wrapper {

    private final AllowedHosts hosts;

    RequestChecks(AllowedHosts hosts) {
        this.hosts = hosts;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpFields fields = request.getHeaders();
        boolean http10 = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0;
        Optional<Problem> problem =
                TransferCodings.problem(http10, fields.getCSV(HttpHeader.TRANSFER_ENCODING, false))
                        .or(() -> hostProblem(request));
        if (problem.isPresent()) {
            // what follows on this connection is not for us, or not to be trusted
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
            CoreProblems.write(response, callback, problem.get());
            return true;
        }
        if (fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString())) {
            // said by the answer itself: Jetty forgets it where the header fields of an answer are
            // larger than its first buffer
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        return super.handle(request, response, callback);
    }

    /** Of the Host field, and of a target that names a host. A client of HTTP/1.0 may name none. */
    private Optional<Problem> hostProblem(Request request) {
        HttpField field = request.getHeaders().getField(HttpHeader.HOST);
        if (field instanceof HostPortHttpField host && !hosts.allows(host.getHost())) {
            return Optional.of(hosts.problem(host.getHost()));
        }
        String target = request.getHttpURI().getHost();
        return target != null && !target.isEmpty() && !hosts.allows(target)
                ? Optional.of(hosts.problem(target))
                : Optional.empty();
    }
}
