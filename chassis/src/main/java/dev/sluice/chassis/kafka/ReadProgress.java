package dev.sluice.chassis.kafka;

/** Hears how far a reader of the log has come; called by several threads. */
public interface ReadProgress {

    /** Nobody listens. */
    ReadProgress NONE =
            new ReadProgress() {
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
