package leaseback.manager.s3.rights;

/// What an ACL can grant.
public enum Permission { READ, WRITE, READ_ACP, WRITE_ACP, FULL_CONTROL }
