package leaseback.manager.web;

/// A page for what went wrong.
///
/// @param advice what to do now
public record FaultPage(int status, String title, String advice) {}
