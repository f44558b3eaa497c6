@NullMarked
package leaseback.host.presence;

import org.jspecify.annotations.NullMarked;
