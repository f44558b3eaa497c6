package leaseback.protocol;

import java.util.UUID;

/// The lease has ended, and nothing of others is kept here that counts: erase what is left and give the disk back (`POST /v1/release`,
/// answered with a [ReleaseReceipt]); and, once the manager holds the receipt, forget us (`POST /v1/farewell`).
///
/// @param why in words, for the owner
public record Release(UUID leaseId, String why) {}
