package dev.sluice.worker.secrets;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.worker.credentials.CredentialText;
import dev.sluice.worker.credentials.Entry;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads credentials from files: the texts first, so that a change is noticed, then what they say.
 */
final class SecretFiles {

    private static final String HOSTS = ".hosts";
    // a header of 8 KiB and its hosts; what is larger is no credential
    private static final long ONE_MAX_BYTES = 64 * 1024;
    private static final long ALL_MAX_BYTES = 1024 * 1024;
    private static final int FILES_MAX = 2_000;

    private SecretFiles() {}

    /**
     * The texts of a directory's files, by their names; hidden ones and directories are none of
     * ours.
     */
    static Map<String, String> texts(Path dir) throws IOException {
        var texts = new TreeMap<String, String>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (NodeSpec.isId(name) && Files.isRegularFile(file)) {
                    texts.put(name, text(file, ONE_MAX_BYTES));
                }
                if (texts.size() > FILES_MAX) {
                    throw new IOException("more than " + FILES_MAX + " files");
                }
            }
        }
        return texts;
    }

    /** What these texts of a directory say, each the credential of its name. */
    static Map<String, Entry> entries(Path dir, Map<String, String> texts) {
        var entries = new TreeMap<String, Entry>();
        texts.forEach(
                (name, text) -> {
                    String from = dir.resolve(name).toString();
                    if (!name.endsWith(HOSTS)) {
                        Optional<String> hosts = Optional.ofNullable(texts.get(name + HOSTS));
                        String hint = "a file " + name + HOSTS + " beside it";
                        entries.put(name, CredentialText.parse(name, text, hosts, hint, from));
                    }
                });
        return entries;
    }

    /** The text of a secrets file. */
    static String text(Path file) throws IOException {
        return text(file, ALL_MAX_BYTES);
    }

    private static String text(Path file, long maxBytes) throws IOException {
        if (Files.size(file) > maxBytes) {
            throw new IOException(file + " is larger than " + maxBytes + " bytes");
        }
        return Files.readString(file);
    }
}
