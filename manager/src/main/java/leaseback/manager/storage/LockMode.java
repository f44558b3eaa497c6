package leaseback.manager.storage;

/// Who may delete an object before its time: whoever has the right to bypass, or no one.
public enum LockMode { GOVERNANCE, COMPLIANCE }
