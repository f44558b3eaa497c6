package leaseback.manager.web;

import org.jspecify.annotations.Nullable;

/// The door.
///
/// @param to    where to go on behind it
/// @param name  as it was typed
/// @param fault what was wrong with the last try; null for nothing
public record SignInPage(String to, String name, @Nullable String fault) {}
