package leaseback.manager.lease;

import java.time.LocalDate;

/// A day on which a business is shut, and its machine promised whole: from midnight to midnight on the lease's wall.
///
/// @param summary what the calendar calls it, such as `Tag der Deutschen Einheit`
public record Holiday(LocalDate day, String summary) {}
