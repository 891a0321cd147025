package dev.sluice.ingress.route;

/** Raw paths, compared and joined by whole segments; never decoded. */
final class Paths {

    private Paths() {}

    /** Without a slash at its end: the root is empty. */
    static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /**
     * Whether a path is a prefix or lies below it.
     *
     * @param prefix without a slash at its end
     */
    static boolean isAtOrBelow(String path, String prefix) {
        return path.startsWith(prefix)
                && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }
}
