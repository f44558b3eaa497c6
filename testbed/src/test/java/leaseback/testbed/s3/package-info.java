/// The S3 face as its clients meet it.
@NullMarked
package leaseback.testbed.s3;

import org.jspecify.annotations.NullMarked;
