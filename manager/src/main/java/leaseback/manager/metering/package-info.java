@NullMarked
package leaseback.manager.metering;

import org.jspecify.annotations.NullMarked;
