@NullMarked
package leaseback.manager.s3;

import org.jspecify.annotations.NullMarked;
