package leaseback.manager.sealing;

import java.util.function.Function;

/// A column of secrets that the Kms sealed, so that all of them can be sealed again by a newer version.
///
/// @param table   its table
/// @param key     the column of the table's key
/// @param column  of the sealed bytes; null where nothing is sealed
/// @param purpose what a row's secret was sealed for, from the row's key as text
public record SealedColumn(String table, String key, String column, Function<String, String> purpose) {}
