/// The checksums S3 clients may choose from, running and joined.
@NullMarked
package leaseback.manager.s3.checksum;

import org.jspecify.annotations.NullMarked;
