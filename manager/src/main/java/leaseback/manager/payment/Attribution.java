package leaseback.manager.payment;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;

/// Knows whose bill a payment is for. The packages above that write bills have one.
@FunctionalInterface
public interface Attribution {
    /// @param reference as the payer wrote it
    Optional<UUID> customerOf(Handle handle, String reference);

    /// By the number of a bill somewhere among the first 30 words.
    ///
    /// @param customers whose the bill of a number is
    static Attribution byNumber(BiFunction<Handle, String, Optional<UUID>> customers) {
        return (handle, reference) -> Arrays.stream(reference.toUpperCase(Locale.ROOT).split("[^A-Z0-9./_-]+", 30))
                .map(word -> word.replaceAll("^[./_-]+|[./_-]+$", "")).filter(word -> word.length() >= 4 && word.length() <= 35)
                .map(word -> customers.apply(handle, word)).flatMap(Optional::stream).findFirst();
    }
}
