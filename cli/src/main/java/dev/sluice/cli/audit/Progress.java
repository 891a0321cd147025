package dev.sluice.cli.audit;

/** Hears how far the audit has come; called by several threads. */
public interface Progress {

    /** Nobody listens. */
    Progress NONE =
            new Progress() {
                @Override
                public void total(long records) {}

                @Override
                public void read(long records) {}
            };

    /** So many records will be read, at most; said once, before any is. */
    void total(long records);

    /** So many more were read, or need not be. */
    void read(long records);
}
