/// S3's XML, written and read.
@NullMarked
package leaseback.manager.s3.xml;

import org.jspecify.annotations.NullMarked;
