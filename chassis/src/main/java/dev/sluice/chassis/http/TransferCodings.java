package dev.sluice.chassis.http;

import java.util.List;
import java.util.Optional;

/** The rule for {@code Transfer-Encoding} (RFC 9112, 6.1): {@code chunked} alone, over HTTP/1.1. */
final class TransferCodings {

    private TransferCodings() {}

    /**
     * Why a request is not served.
     *
     * @param codings as they stand in the request, in their order
     */
    static Optional<Problem> problem(boolean http10, List<String> codings) {
        if (codings.isEmpty()) {
            return Optional.empty();
        }
        if (http10) {
            return Optional.of(
                    new Problem(
                            400,
                            "bad_request",
                            "Bad Request",
                            "An HTTP/1.0 request must not have a Transfer-Encoding."));
        }
        return codings.stream().allMatch("chunked"::equalsIgnoreCase)
                ? Optional.empty()
                : Optional.of(
                        new Problem(
                                501,
                                "unsupported_transfer_coding",
                                "Unsupported transfer coding",
                                "The only transfer coding that is understood here is chunked."
                                        + " Content-Encoding is passed on as it is."));
    }
}
