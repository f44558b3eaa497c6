/// Runs the public S3 conformance suite of the Ceph project (s3-tests) against a world.
@NullMarked
package leaseback.testbed.conformance;

import org.jspecify.annotations.NullMarked;
